# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From the groups there are to those wanted. PRIVATE to the collection; pure, stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def plan(
    desired: Groups, current: Groups, *, purge_tags: bool, purge: bool = True, unknown: tuple[str, ...] = ()
) -> Plan:
    """All groups first, since rules name groups; then rules are added, and only then others revoked.

    Groups that are not wanted are left alone until nobody is in them any more: what is still at work there keeps its
    rules. Then they lose every rule that names another, or AWS would refuse to delete either. Without `purge` they
    stay, and so does every rule between groups of ours.
    """
    desired = Groups(groups=tuple(one for one in desired.groups if one.create or current.find(one.name)))
    kept = {} if purge else {name: _between(current.find(name), current) for name in desired.names()}
    unlisted = [group for group in current.groups if desired.find(group.name) is None]
    gone = unlisted if purge else []
    after = [_after(group, current.find(group.name), kept, purge_tags) for group in desired.groups]
    return Plan(
        before=current,
        after=Groups(groups=(*after, *(group for group in unlisted if group not in gone))),
        changes=(
            *(_create(group) for group in desired.groups if current.find(group.name) is None),
            *(change for group in desired.groups for change in _towards(group, current.find(group.name), purge_tags)),
            *_vacate(gone),
            *(change for group in desired.groups for change in _trim(group, current.find(group.name), kept)),
            *(change for group in gone for change in _rules("revoke", group, group.rules, "the group is not wanted")),
            *(_delete(group) for group in gone),
        ),
        unknown=unknown,
    )


def _towards(group: Group, found: Group | None, purge_tags: bool) -> Iterator[Change]:
    yield from _rules("authorize", group, group.rules - _there(found), "absent")
    yield from _tags(group, found, purge_tags) if found else ()


def _trim(group: Group, found: Group | None, kept: Mapping[str, frozenset[Rule]]) -> Iterator[Change]:
    return _rules("revoke", group, _there(found) - group.rules - kept.get(group.name, frozenset()), "not wanted")


def _there(found: Group | None) -> frozenset[Rule]:
    return found.rules if found else frozenset({BORN_WITH})


def leaving(desired: Groups, current: Groups) -> list[str]:
    """What of ours, in words, is there and not wanted: what `purge` would take away."""
    rules = [
        f"{found.name}: {rule}"
        for group in desired.groups
        if (found := current.find(group.name))
        for rule in sorted(found.rules - group.rules)
    ]
    return sorted(group.name for group in current.groups if desired.find(group.name) is None) + rules


def _between(group: Group | None, current: Groups) -> frozenset[Rule]:
    """The rules of a group whose other end is a group of ours, or the addresses of its members."""
    return frozenset(rule for rule in (group.rules if group else ()) if rule.other_end in current.names())


def _after(group: Group, found: Group | None, kept: Mapping[str, frozenset[Rule]], purge_tags: bool) -> Group:
    if found is None:
        return group
    rules = group.rules | kept.get(group.name, frozenset())
    return replace(group, id=found.id, rules=rules, tags=tags_after(found.tags, group.tags, purge_tags))


def _create(group: Group) -> Change:
    return Change(verb="create", target=f"security group {group.name}", why="absent", values={"group": group})


def _vacate(gone: list[Group]) -> Iterator[Change]:
    """Waits: nothing is changed by us."""
    if gone:
        names = ", ".join(group.name for group in gone)
        values = {"group_ids": tuple(group.id for group in gone)}
        yield Change(verb="vacate", target=f"security groups {names}", why="not wanted", values=values)


def _delete(group: Group) -> Change:
    values = {"name": group.name, "group_id": group.id}
    return Change(verb="delete", target=f"security group {group.name}", why="not wanted", values=values)


def _rules(verb: str, group: Group, rules: frozenset[Rule], why: str) -> Iterator[Change]:
    for direction in ("ingress", "egress"):
        some = tuple(sorted(rule for rule in rules if rule.direction == direction))
        if some:
            said = f"{direction} {', '.join(str(rule) for rule in some)} {why}"
            values: dict[str, Any] = {"name": group.name, "group_id": group.id, "direction": direction, "rules": some}
            yield Change(verb=verb, target=f"security group {group.name}", why=said, values=values)


def _tags(group: Group, found: Group, purge_tags: bool) -> Iterator[Change]:
    to_set, to_unset = tag_changes(found.tags, group.tags, purge_tags)
    if to_set or to_unset:
        values = {"group_id": found.id, "to_set": to_set, "to_unset": to_unset}
        why = f"tags {', '.join([*to_set, *to_unset])}"
        yield Change(verb="tag", target=f"security group {group.name}", why=why, values=values)
