# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the roles there are to those wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import print_in
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles.model import Role, Roles


def plan(desired: Roles, current: Roles, *, purge_tags: bool) -> Plan:
    """Roles of the side that the list does not name are left alone: several tasks may each have their list.

    A fingerprint goes before what it tells of changes, and comes back last: a run that is killed between leaves none.
    """
    after = [_after(role, current.find(role.name), purge_tags) for role in desired.roles]
    others = [role for role in current.roles if desired.find(role.name) is None]
    changes = [change for role in desired.roles for change in _towards(role, current.find(role.name), purge_tags)]
    return Plan(before=current, after=Roles(roles=(*after, *others)), changes=tuple(changes))


def plan_absent(names: list[str], current: Roles) -> Plan:
    """The named ones, or all there are when none is named. What hangs on a role goes first, or AWS refuses."""
    gone = [role for role in current.roles if not names or role.name in names]
    left = tuple(role for role in current.roles if role not in gone)
    changes = tuple(change for role in gone for change in _away(role))
    return Plan(before=current, after=Roles(roles=left), changes=changes)


def _after(role: Role, found: Role | None, purge_tags: bool) -> Role:
    if found is None:
        return role
    tags = tags_after(found.tags, role.tags, purge_tags)
    return replace(role, arn=found.arn, profile_arn=found.profile_arn, tags=tags)


def _change(verb: str, role: Role, why: str, **values: Any) -> Change:
    return Change(verb=verb, target=f"IAM role {role.name}", why=why, values={"name": role.name, **values})


def _towards(role: Role, found: Role | None, purge_tags: bool) -> Iterator[Change]:
    if found is None:
        yield _change("create", role, "absent", trust=role.trust, tags=role.tags)
        found = Role(name=role.name, trust=role.trust, tags=role.tags)
    if role.trust != found.trust:
        yield _change("trust", role, "trusts another service", trust=role.trust)
    told_one_by_one = [*_policies(role, found), *_tags(role, found, purge_tags)]
    if told_one_by_one and print_in(found.description):
        yield _change("describe", role, "about to change", description="")
    yield from told_one_by_one
    yield from _profile(role, found)
    if told_one_by_one or role.description != found.description:
        yield _change("describe", role, "fingerprint of what it may do", description=role.description)


def _policies(role: Role, found: Role) -> Iterator[Change]:
    for arn in sorted(role.managed - found.managed):
        yield _change("attach", role, f"{arn} not attached", arn=arn)
    for name, document in sorted(role.policies.items()):
        if found.policies.get(name) != document:
            why = f"policy {name} is another" if name in found.policies else f"policy {name} is absent"
            yield _change("put_policy", role, why, policy=name, document=document)
    for name in sorted(found.policies.keys() - role.policies.keys()):
        yield _change("delete_policy", role, f"policy {name} not wanted", policy=name)
    for arn in sorted(found.managed - role.managed):
        yield _change("detach", role, f"{arn} not wanted", arn=arn)


def _tags(role: Role, found: Role, purge_tags: bool) -> Iterator[Change]:
    to_set, to_unset = tag_changes(found.tags, role.tags, purge_tags)
    if to_set or to_unset:
        yield _change("tag", role, f"tags {', '.join([*to_set, *to_unset])}", to_set=to_set, to_unset=to_unset)


def _profile(role: Role, found: Role) -> Iterator[Change]:
    if role.profile == found.profile:
        return
    if role.profile == "none":
        yield from _profile_away(found)
        return
    if found.profile == "none":
        yield _change("create_profile", role, "instance profile absent", tags=role.tags)
    yield _change("fill_profile", role, "instance profile without its role")


def _profile_away(role: Role) -> Iterator[Change]:
    if role.profile == "whole":
        yield _change("empty_profile", role, "not wanted")
    if role.profile != "none":
        yield _change("delete_profile", role, "not wanted")


def _away(role: Role) -> Iterator[Change]:
    yield from _profile_away(role)
    for arn in sorted(role.managed):
        yield _change("detach", role, "not wanted", arn=arn)
    for name in sorted(role.policies):
        yield _change("delete_policy", role, "not wanted", policy=name)
    if role.arn:
        yield _change("delete", role, "not wanted")
