# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the load balancer that is there into the one that is wanted. Pure; stdlib only.

The load balancer comes first, since AWS takes minutes for it; what goes, goes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer import (
    plan_listeners,
    plan_target_groups,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.listener import Listener
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import (
    Desired,
    Front,
    LoadBalancer,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.questions import (
    refuse_forbidden,
    subnet_steps,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    ALB,
    TargetGroup,
    WantedTargetGroup,
)


def plan(desired: Desired, current: Front) -> Plan:
    if not desired.present:
        return _absent(desired, current)
    balancer = _load_balancer_after(desired, current.load_balancer)
    listeners = plan_listeners.after(desired, current)
    wanted = {listener.target_group.name: listener.target_group for listener in desired.listeners}
    groups = {
        name: plan_target_groups.after(one, current.target_group(name), desired.purge_tags)
        for name, one in wanted.items()
    }
    refuse_forbidden(desired, current)
    kept, dropped = _others(current, groups, listeners)
    changes = (
        *_change_load_balancer(desired, current),
        *_change_groups(desired, wanted, current),
        *plan_listeners.change(desired, current),
        *plan_listeners.drop(desired, current),
        *_trim_groups(wanted, current),
        *(change for one in dropped for change in _delete_group(one, "no listener forwards to it any more")),
    )
    after = Front(
        load_balancer=balancer,
        listeners=listeners,
        target_groups=tuple(sorted([*groups.values(), *kept], key=lambda one: one.name)),
    )
    return Plan(
        before=None if current.empty else current,
        after=after,
        changes=changes,
        unknown=desired.unknown,
    )


def _load_balancer_after(desired: Desired, before: LoadBalancer | None) -> LoadBalancer:
    if not desired.subnet_ids:
        raise PrivateLinkError(where="subnet_ids", found="no subnet", allowed="one in each zone to be served")
    if before is not None:
        _refuse_impossible(desired, before)
    base = before or LoadBalancer(name=desired.name, scheme=desired.scheme, ip_address_type=desired.ip_address_type)
    return replace(
        base,
        ip_address_type=desired.ip_address_type,
        subnet_ids=desired.subnet_ids,
        security_group_ids=desired.security_group_ids,
        enforce_privatelink_security_groups=desired.enforced,
        cross_zone=desired.cross_zone,
        tags=tags_after(base.tags, desired.tags, desired.purge_tags),
    )


def _refuse_impossible(desired: Desired, before: LoadBalancer) -> None:
    """What AWS decides once, at creation.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """
    had, wants = bool(before.security_group_ids), bool(desired.security_group_ids)
    impossible = [
        ("scheme", before.scheme, before.scheme != desired.scheme),
        ("security_group_ids", "made with some" if had else "made without any", had != wants),
    ]
    for option, found, wrong in impossible:
        if wrong:
            raise PrivateLinkError(
                where=f"{desired.what}: {option}",
                found=found,
                allowed="what it was made with",
                remedy="delete it and make it anew, or give it another name",
            )


def _change_load_balancer(desired: Desired, current: Front) -> Iterator[Change]:
    before = current.load_balancer

    def change(verb: str, why: str, **values: Any) -> Change:
        return Change(verb=verb, target=desired.what, why=why, values=values)

    if before is None:
        yield change("create_load_balancer", "there is none with this name")
    elif before.subnet_ids != desired.subnet_ids:
        why = f"subnet_ids are {_list(before.subnet_ids)}, wanted {_list(desired.subnet_ids)}"
        for step in subnet_steps(desired, current):
            yield change("set_subnets", why, subnet_ids=step)
    if before is not None and before.ip_address_type != desired.ip_address_type:
        yield change("set_ip_address_type", f"it is {before.ip_address_type}, wanted {desired.ip_address_type}")
    groups = before.security_group_ids if before else desired.security_group_ids
    # A new one enforces until told not to, and the group's sources are then the consumers' own addresses.
    enforced = before.enforce_privatelink_security_groups if before else True
    if desired.security_group_ids and (groups, enforced) != (desired.security_group_ids, desired.enforced):
        why = f"{_list(groups)}, enforced on PrivateLink {enforced}; wanted {_list(desired.security_group_ids)}, "
        yield change("set_security_groups", f"{why}{desired.enforced}")
    if (before.cross_zone if before else False) != desired.cross_zone:
        yield change("set_cross_zone", f"cross_zone is {not desired.cross_zone}, wanted {desired.cross_zone}")
    if before is not None:
        yield from _change_tags(desired.what, None, before.tags, desired.tags, desired.purge_tags)


def _change_tags(what: str, group: str | None, before: Any, wanted: Any, purge: bool) -> Iterator[Change]:
    """`group` is the target group's name, None for the load balancer."""
    to_set, to_unset = tag_changes(before, wanted, purge)
    if to_set:
        values = {"group": group, "tags": to_set}
        yield Change(verb="set_tags", target=what, why=f"tags: {_list(to_set)} wanted", values=values)
    if to_unset:
        values = {"group": group, "keys": to_unset}
        yield Change(verb="unset_tags", target=what, why=f"tags: {_list(to_unset)} not wanted", values=values)


def _change_groups(desired: Desired, wanted: dict[str, WantedTargetGroup], current: Front) -> Iterator[Change]:
    for name, group in wanted.items():
        before = current.target_group(name)
        yield from plan_target_groups.grow(group, before)
        if before is not None:
            yield from _change_tags(group.what, name, before.tags, group.tags, desired.purge_tags)


def _trim_groups(wanted: dict[str, WantedTargetGroup], current: Front) -> Iterator[Change]:
    for name, group in wanted.items():
        yield from plan_target_groups.trim(group, current.target_group(name))


def _others(
    current: Front, wanted: dict[str, TargetGroup], listeners: tuple[Listener, ...]
) -> tuple[list[TargetGroup], list[TargetGroup]]:
    """Our groups behind this load balancer that are not wanted: (still forwarded to, of no use any more)."""
    forwarded = {listener.target_group for listener in listeners}
    rest = [one for one in current.target_groups if one.name not in wanted]
    if None in forwarded:  # it forwards by weights, or not at all: who can tell what it needs
        return rest, []
    return [one for one in rest if one.name in forwarded], [one for one in rest if one.name not in forwarded]


def _delete_group(group: TargetGroup, why: str) -> Iterator[Change]:
    what = f"target group {group.name}"
    yield from plan_target_groups.detach(group, why="the target group goes")
    yield Change(verb="delete_target_group", target=what, why=why, values={"arn": group.arn})


def _absent(desired: Desired, current: Front) -> Plan:
    changes = []
    if current.load_balancer:
        # First, and its listeners with it: when AWS refuses, since it still publishes a service, nothing is broken yet.
        values = {"arn": current.load_balancer.arn}
        changes.append(Change(verb="delete_load_balancer", target=desired.what, why="not wanted", values=values))
    for group in current.target_groups:
        if group.target_type == ALB and group.targets:
            # AWS refuses to delete an ALB while it is a target anywhere.
            values = {"group": group.name, "targets": group.targets}
            why = "it could not be deleted as a target"
            changes.append(Change(verb="deregister", target=f"target group {group.name}", why=why, values=values))
    changes.extend(change for one in current.target_groups for change in _delete_group(one, "not wanted"))
    return Plan(before=None if current.empty else current, after=None, changes=tuple(changes))


def _list(values: Any) -> str:
    return ", ".join("(not known yet)" if value is None else str(value) for value in values) or "none"
