# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the endpoint service that is there into the one that is wanted. Pure; stdlib only.

It adds before it removes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service import notifications, principals
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import EndpointService
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.private_dns import (
    VERIFIED,
    PrivateDns,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.wish import Desired

AWS_DEFAULT_IP_ADDRESS_TYPES = ("ipv4",)
# What AWS takes as Add... and Remove... of one call.
LISTS = ("load_balancer_arns", "gateway_load_balancer_arns", "supported_ip_address_types", "supported_regions")


def plan(desired: Desired, current: EndpointService | None) -> Plan:
    if not desired.present:
        return _absent(desired, current)
    before = None if current is None or current.leaving else current
    _refuse_unconfirmed_payer(desired, before)
    _refuse_nothing_to_verify(desired, before)
    if before is None:
        return _create(desired)
    _refuse_other_type(desired, before)
    after = _after(desired, before)
    return Plan(before=before, after=after, changes=tuple(_change_all(desired, before, after)), unknown=desired.unknown)


def removes_principals(desired: Desired, current: EndpointService) -> bool:
    """Whether it will take principals away, and their connections have to be known."""
    return bool(_less(current.allowed_principals, desired.principals_after(current.allowed_principals)))


def _create(desired: Desired) -> Plan:
    if not (desired.load_balancer_arns or desired.gateway_load_balancer_arns):
        raise PrivateLinkError(
            where=desired.what,
            found="it does not exist, and nothing is given to publish",
            allowed="load_balancer_arns, or gateway_load_balancer_arns",
        )
    regions = desired.supported_regions or (desired.region,)
    after = EndpointService(
        name=desired.name,
        acceptance_required=desired.acceptance_required,
        load_balancer_arns=desired.load_balancer_arns or (),
        gateway_load_balancer_arns=desired.gateway_load_balancer_arns or (),
        supported_ip_address_types=desired.supported_ip_address_types or AWS_DEFAULT_IP_ADDRESS_TYPES,
        regions=dict.fromkeys(regions, "Available"),
        private_dns=PrivateDns(name=desired.private_dns_name) if desired.private_dns_name else None,
        payer_responsibility=desired.payer_responsibility,
        allowed_principals=desired.allowed_principals or (),
        notifications=desired.notifications,
        tags=desired.tags,
    )
    bare = replace(after, payer_responsibility=None, allowed_principals=(), notifications=())
    create = _change(desired, "create", "there is none with our tags")
    return Plan(
        before=None,
        after=after,
        changes=(create, *_change_all(desired, bare, after)),
        unknown=desired.unknown,
    )


def _after(desired: Desired, before: EndpointService) -> EndpointService:
    """The zones of load balancers that are to be added are not known: AWS tells them afterwards."""
    wanted = {name: _or(getattr(desired, name), getattr(before, name)) for name in LISTS}
    regions = wanted.pop("supported_regions")
    found = before.notifications
    if desired.notifications is not None:
        found = notifications.compare(desired.notifications, found or (), desired.purge_notifications).after
    return replace(
        before,
        **wanted,
        regions=before.regions if desired.supported_regions is None else _regions_after(before, regions),
        acceptance_required=desired.acceptance_required,
        private_dns=_private_dns_after(desired, before.private_dns),
        payer_responsibility=desired.payer_responsibility or before.payer_responsibility,
        allowed_principals=desired.principals_after(before.allowed_principals),
        availability_zones=tuple(sorted({*before.availability_zones, *_zones_to_follow(desired, before)})),
        notifications=found,
        tags=tags_after(before.tags, desired.tags, desired.purge_tags),
    )


def _regions_after(before: EndpointService, wanted: Iterable[str]) -> dict[str, str]:
    return {name: before.regions[name] if name in before.supported_regions else "Available" for name in wanted}


def _private_dns_after(desired: Desired, found: PrivateDns | None) -> PrivateDns | None:
    wanted = desired.private_dns_name
    if wanted is not None and wanted != (found.name if found else ""):
        return PrivateDns(name=wanted) if wanted else None
    if found and desired.verify_private_dns:
        return replace(found, state=VERIFIED)
    return found


def _zones_to_follow(desired: Desired, before: EndpointService) -> tuple[str, ...]:
    return before.missing_zones if desired.follow_zones else ()


def _change_all(desired: Desired, before: EndpointService, after: EndpointService) -> Iterator[Change]:
    """In order: what opens, what tells, what closes."""
    added = {name: new for name in LISTS if (new := _less(getattr(after, name), getattr(before, name)))}
    removed = {name: old for name in LISTS if (old := _less(getattr(before, name), getattr(after, name)))}
    yield from _modify(desired, before, after, added)
    if zones := _zones_to_follow(desired, before):
        yield _change(desired, "follow_zones", f"availability_zones: its load balancers have {_list(zones)} too")
    if new := _less(after.allowed_principals, before.allowed_principals):
        yield _change(desired, "add_principals", f"allowed_principals: {_list(new)} wanted", principals=new)
    if after.payer_responsibility != before.payer_responsibility:
        payer = after.payer_responsibility
        yield _change(desired, "set_payer", f"payer_responsibility: {payer} wanted, for ever", payer=payer)
    if _is_verified(after) and not _is_verified(before):
        state = before.private_dns.state if before.private_dns else None
        yield _change(desired, "verify_private_dns", f"private_dns_name: {after.private_dns_name} is {state}")
    yield from _tag(desired, before)
    if desired.notifications is not None:
        yield from _notify(desired, before)
    yield from _remove_principals(desired, before, after)
    if removed:
        yield _change(desired, "remove", _reasons(removed, "not wanted"), values=removed)


def _modify(
    desired: Desired, before: EndpointService, after: EndpointService, added: dict[str, tuple]
) -> Iterator[Change]:
    """All that one call can set: fewer calls, and AWS sees them as one."""
    values: dict[str, Any] = {"add": added} if added else {}
    reasons = [_reasons(added, "wanted")] if added else []
    if after.acceptance_required != before.acceptance_required:
        values["acceptance_required"] = after.acceptance_required
        reasons.append(f"acceptance_required is {before.acceptance_required}, wanted {after.acceptance_required}")
    if after.private_dns_name != before.private_dns_name:
        values["private_dns_name"] = after.private_dns_name
        reasons.append(f"private_dns_name is {before.private_dns_name}, wanted {after.private_dns_name}")
    if values:
        yield _change(desired, "modify", "; ".join(reasons), values=values)


def _tag(desired: Desired, before: EndpointService) -> Iterator[Change]:
    to_set, to_unset = tag_changes(before.tags, desired.tags, desired.purge_tags)
    if to_set:
        yield _change(desired, "set_tags", f"tags: {_list(to_set)} wanted", tags=to_set)
    if to_unset:
        yield _change(desired, "unset_tags", f"tags: {_list(to_unset)} not wanted", keys=to_unset)


def _notify(desired: Desired, before: EndpointService) -> Iterator[Change]:
    changes = notifications.compare(
        desired.notifications or (), before.notifications or (), desired.purge_notifications
    )
    for verb, items, wanted in (
        ("create_notification", changes.create, "wanted"),
        ("modify_notification", changes.modify, "wanted"),
    ):
        for one in items:
            why = f"connection_notifications: {_list(one.events)} to {one.topic_arn} {wanted}"
            yield _change(desired, verb, why, notification=one)
    if changes.delete:
        yield _unnotify(desired, changes.delete, "not wanted")


def _remove_principals(desired: Desired, before: EndpointService, after: EndpointService) -> Iterator[Change]:
    """Their connections go first: a run that is killed in between finds the principals still there, and goes on."""
    old = _less(before.allowed_principals, after.allowed_principals)
    if not old:
        return
    if desired.reject_on_principal_removal:
        yield from _reject(desired, to_reject(before, after.allowed_principals), "nobody admits their account any more")
    yield _change(desired, "remove_principals", f"allowed_principals: {_list(old)} not wanted", principals=old)


def to_reject(service: EndpointService, admitting: Iterable[str]) -> tuple[str, ...]:
    """The ids of the live connections that none of the principals admits."""
    found = principals.unadmitted(service.live_connections(), admitting, service.provider_id)
    return tuple(one.endpoint_id for one in found)


def _absent(desired: Desired, current: EndpointService | None) -> Plan:
    doomed = [one for one in (current, *current.also) if not one.leaving] if current else []
    if not doomed:
        return Plan(before=None, after=None)
    live = [connection for one in doomed for connection in one.live_connections()]
    if live and not desired.force:
        raise PrivateLinkError(
            where=desired.what,
            found="it has live connections: " + ", ".join(f"{one.endpoint_id} ({one.state})" for one in live),
            allowed="none when it is deleted",
            remedy="delete these endpoints first, or set force: true to reject them",
        )
    changes = [(one, change) for one in doomed for change in _away(desired, one)]
    if current.also:
        which = (replace(change, values={**change.values, "service_id": one.service_id}) for one, change in changes)
        return Plan(before=replace(doomed[0], also=tuple(doomed[1:])), after=None, changes=tuple(which))
    return Plan(before=current, after=None, changes=tuple(change for _one, change in changes))


def _away(desired: Desired, service: EndpointService) -> Iterator[Change]:
    live = tuple(one.endpoint_id for one in service.live_connections())
    yield from _reject(desired, live, "the service is not wanted")
    if service.notifications:
        yield _unnotify(desired, service.notifications, "the service is not wanted")
    yield _change(desired, "delete", "not wanted")


def _reject(desired: Desired, endpoint_ids: tuple[str, ...], why: str) -> Iterator[Change]:
    if endpoint_ids:
        yield _change(desired, "reject", f"live connections: {_list(endpoint_ids)}, {why}", endpoint_ids=endpoint_ids)


def _unnotify(desired: Desired, items: Iterable[notifications.Notification], why: str) -> Change:
    ids, topics = zip(*((one.notification_id, one.topic_arn) for one in items), strict=True)
    return _change(desired, "delete_notifications", f"connection_notifications: {_list(topics)}, {why}", ids=ids)


def _refuse_unconfirmed_payer(desired: Desired, before: EndpointService | None) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePayerResponsibility.html"""
    if desired.payer_responsibility is None or desired.confirm_payer_responsibility:
        return
    if before is None or before.payer_responsibility != desired.payer_responsibility:
        raise PrivateLinkError(
            where="payer_responsibility",
            found=f"{desired.payer_responsibility}, which AWS never takes back, and no confirmation",
            allowed="confirm_payer_responsibility: true beside it",
            remedy="the provider then pays for all endpoints of the service, and only a new service can undo it",
        )


def _refuse_nothing_to_verify(desired: Desired, before: EndpointService | None) -> None:
    name = before.private_dns_name if before and desired.private_dns_name is None else desired.private_dns_name
    if desired.verify_private_dns and not name:
        raise PrivateLinkError(
            where="verify_private_dns",
            found="a service without a private DNS name",
            allowed="private_dns_name: a domain name beside it",
        )


def _refuse_other_type(desired: Desired, before: EndpointService) -> None:
    for wanted, found, kind in (
        (desired.load_balancer_arns, before.gateway_load_balancer_arns, "Gateway"),
        (desired.gateway_load_balancer_arns, before.load_balancer_arns, "Network"),
    ):
        if wanted and found:
            raise PrivateLinkError(
                where=desired.what,
                found=f"it publishes {kind} Load Balancers",
                allowed=f"{kind} Load Balancers: the type of a service cannot be changed",
                remedy="delete it (state: absent) and make it again, or give the new one another name",
            )


def _is_verified(service: EndpointService) -> bool:
    return service.private_dns is not None and service.private_dns.state == VERIFIED


def _change(desired: Desired, verb: str, why: str, **values: Any) -> Change:
    return Change(verb=verb, target=desired.what, why=why, values=values)


def _reasons(lists: dict[str, tuple], wanted: str) -> str:
    return "; ".join(f"{option}: {_list(values)} {wanted}" for option, values in lists.items())


def _or(wanted: tuple | None, found: tuple) -> tuple:
    return found if wanted is None else wanted


def _less(left: tuple, right: tuple) -> tuple:
    return tuple(one for one in left if one not in right)


def _list(values: Any) -> str:
    return ", ".join(str(value) if value is not None else "(not known yet)" for value in values)
