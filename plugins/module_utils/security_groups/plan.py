# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the groups there are to those wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups.model import (
    ANY_PROTOCOL,
    Group,
    Groups,
    Rule,
)

# CreateSecurityGroup adds this rule by itself:
# https://docs.aws.amazon.com/vpc/latest/userguide/creating-security-groups.html
BORN_WITH = Rule(direction="egress", protocol=ANY_PROTOCOL, ports=(-1, -1), peer="cidr 0.0.0.0/0")


def plan(desired: Groups, current: Groups, *, purge_tags: bool, unknown: tuple[str, ...] = ()) -> Plan:
    """All groups first, since rules name groups; then rules are added, and only then others revoked.

    Groups that are not wanted first lose every rule that names another, or AWS would refuse to delete either.
    """
    after = [_after(group, current.find(group.name), purge_tags) for group in desired.groups]
    born = [group for group in desired.groups if current.find(group.name) is None]
    extra = [group for group in current.groups if desired.find(group.name) is None]
    changes: list[Change] = [_create(group) for group in born]
    for group in desired.groups:
        found = current.find(group.name)
        there = found.rules if found else frozenset({BORN_WITH})
        changes += _rules("authorize", group, group.rules - there, "absent")
        changes += _rules("revoke", group, there - group.rules, "not wanted")
        changes += _tags(group, found, purge_tags) if found else ()
    for group in extra:
        changes += _rules("revoke", group, group.rules, "the group is not wanted")
    changes += [_delete(group) for group in extra]
    return Plan(before=current, after=Groups(groups=tuple(after)), changes=tuple(changes), unknown=unknown)


def _after(group: Group, found: Group | None, purge_tags: bool) -> Group:
    return replace(group, id=found.id, tags=tags_after(found.tags, group.tags, purge_tags)) if found else group


def _create(group: Group) -> Change:
    return Change(verb="create", target=f"security group {group.name}", why="absent", values={"group": group})


def _delete(group: Group) -> Change:
    values = {"name": group.name, "group_id": group.id}
    return Change(verb="delete", target=f"security group {group.name}", why="not wanted", values=values)


def _rules(verb: str, group: Group, rules: frozenset[Rule], why: str) -> Iterator[Change]:
    for direction in ("ingress", "egress"):
        some = tuple(sorted(rule for rule in rules if rule.direction == direction))
        if some:
            said = f"{direction} {', '.join(str(rule) for rule in some)} {why}"
            values: dict[str, Any] = {"name": group.name, "direction": direction, "rules": some}
            yield Change(verb=verb, target=f"security group {group.name}", why=said, values=values)


def _tags(group: Group, found: Group, purge_tags: bool) -> Iterator[Change]:
    to_set, to_unset = tag_changes(found.tags, group.tags, purge_tags)
    if to_set or to_unset:
        values = {"group_id": found.id, "to_set": to_set, "to_unset": to_unset}
        why = f"tags {', '.join([*to_set, *to_unset])}"
        yield Change(verb="tag", target=f"security group {group.name}", why=why, values=values)
