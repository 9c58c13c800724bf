# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the endpoint service that is there into the one that is wanted. Pure; stdlib only.

It adds before it removes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import (
    Desired,
    EndpointService,
)

AWS_DEFAULT_IP_ADDRESS_TYPES = ("ipv4",)


def plan(desired: Desired, current: EndpointService | None) -> Plan:
    if not desired.present:
        return _absent(desired, current)
    before = None if current is None or current.leaving else current
    if before is None:
        return _create(desired)
    after = _after(desired, before)
    return Plan(before=before, after=after, changes=tuple(_modify(desired, before, after)), unknown=desired.unknown)


def _create(desired: Desired) -> Plan:
    if not desired.load_balancer_arns:
        raise PrivateLinkError(
            where=desired.what,
            found="it does not exist and load_balancer_arns is empty",
            allowed="at least one Network Load Balancer to publish",
        )
    after = EndpointService(
        name=desired.name,
        acceptance_required=desired.acceptance_required,
        load_balancer_arns=desired.load_balancer_arns,
        supported_ip_address_types=desired.supported_ip_address_types or AWS_DEFAULT_IP_ADDRESS_TYPES,
        allowed_principals=desired.allowed_principals or (),
        tags=desired.tags,
    )
    changes = [_change(desired, "create", "there is none with our tags")]
    if desired.allowed_principals:
        changes.append(_principals(desired, "add_principals", desired.allowed_principals))
    return Plan(before=None, after=after, changes=tuple(changes), unknown=desired.unknown)


def _after(desired: Desired, before: EndpointService) -> EndpointService:
    principals = before.allowed_principals if desired.allowed_principals is None else desired.allowed_principals
    if not desired.purge_allowed_principals:
        principals = tuple(sorted({*principals, *before.allowed_principals}))
    return replace(
        before,
        acceptance_required=desired.acceptance_required,
        load_balancer_arns=_or(desired.load_balancer_arns, before.load_balancer_arns),
        supported_ip_address_types=_or(desired.supported_ip_address_types, before.supported_ip_address_types),
        allowed_principals=principals,
        tags=tags_after(before.tags, desired.tags, desired.purge_tags),
    )


def _modify(desired: Desired, before: EndpointService, after: EndpointService) -> Iterator[Change]:
    added, removed = {}, {}
    for option in ("load_balancer_arns", "supported_ip_address_types"):
        added[option] = _less(getattr(after, option), getattr(before, option))
        removed[option] = _less(getattr(before, option), getattr(after, option))
    for option, values in added.items():
        if values:
            yield _change(desired, "add", f"{option}: {_list(values)} wanted", option=option, values=values)
    if after.acceptance_required != before.acceptance_required:
        wanted = after.acceptance_required
        yield _change(
            desired, "set_acceptance", f"acceptance_required is {not wanted}, wanted {wanted}", required=wanted
        )
    if new := _less(after.allowed_principals, before.allowed_principals):
        yield _principals(desired, "add_principals", new)
    to_set, to_unset = tag_changes(before.tags, desired.tags, desired.purge_tags)
    if to_set:
        yield _change(desired, "set_tags", f"tags: {_list(to_set)} wanted", tags=to_set)
    if to_unset:
        yield _change(desired, "unset_tags", f"tags: {_list(to_unset)} not wanted", keys=to_unset)
    if old := _less(before.allowed_principals, after.allowed_principals):
        yield _principals(desired, "remove_principals", old)
    for option, values in removed.items():
        if values:
            yield _change(desired, "remove", f"{option}: {_list(values)} not wanted", option=option, values=values)


def _absent(desired: Desired, current: EndpointService | None) -> Plan:
    if current is None or current.leaving:
        return Plan(before=None, after=None)
    live = current.live_connections()
    if live and not desired.force:
        raise PrivateLinkError(
            where=desired.what,
            found="it has live connections: " + ", ".join(f"{one.endpoint_id} ({one.state})" for one in live),
            allowed="none when it is deleted",
            remedy="delete these endpoints first, or set force: true to reject them",
        )
    changes = [_change(desired, "delete", "not wanted")]
    if live:
        ids = tuple(one.endpoint_id for one in live)
        changes.insert(0, _change(desired, "reject", f"live connections: {_list(ids)}", endpoint_ids=ids))
    return Plan(before=current, after=None, changes=tuple(changes))


def _principals(desired: Desired, verb: str, principals: tuple[str, ...]) -> Change:
    wanted = "wanted" if verb == "add_principals" else "not wanted"
    return _change(desired, verb, f"allowed_principals: {_list(principals)} {wanted}", principals=principals)


def _change(desired: Desired, verb: str, why: str, **values: Any) -> Change:
    return Change(verb=verb, target=desired.what, why=why, values=values)


def _or(wanted: tuple | None, found: tuple) -> tuple:
    return found if wanted is None else wanted


def _less(left: tuple, right: tuple) -> tuple:
    return tuple(one for one in left if one not in right)


def _list(values: Any) -> str:
    return ", ".join(str(value) if value is not None else "(not known yet)" for value in values)
