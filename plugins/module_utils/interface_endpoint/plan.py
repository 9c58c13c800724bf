# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the endpoints that are there into those that are wanted. Pure; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after, the_only
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    LOAD_BALANCED,
    Address,
    DnsOptions,
    Endpoint,
    Endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import same_meaning
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Desired, Wish

LISTS = ("subnet_ids", "security_group_ids", "route_table_ids")
ONLY_INBOUND = "private_dns_only_for_inbound_resolver_endpoint"
FIXED = ("service_name", "service_region", "type", "vpc_id")


@dataclass(frozen=True, kw_only=True)
class Step:
    """What becomes of one wish: endpoints that stay or come, and the changes that lead there."""

    after: tuple[Endpoint, ...]
    deletions: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()


def plan(desired: Desired, current: Endpoints) -> Plan:
    """Deletions first: a new endpoint may need the private name of an old one."""
    if not desired.present:
        return _absent(current)
    steps = [_step(desired, wish, current) for wish in desired.wishes]
    unlisted = [one for one in current.staying().items if not any(wish.matches(one) for wish in desired.wishes)]
    return Plan(
        before=current.staying(),  # leaving ones are neither here nor there
        after=Endpoints.of(one for step in steps for one in step.after),
        changes=(
            *(change for step in steps for change in step.deletions),
            *(_delete(_what(one), one, "its service is not listed any more") for one in unlisted),
            *(change for step in steps for change in step.changes),
        ),
        unknown=desired.unknown,
    )


def _absent(current: Endpoints) -> Plan:
    there = current.staying()
    changes = tuple(_delete(_what(one), one, f"not wanted, it is {one.state}") for one in there.items)
    return Plan(before=there, after=Endpoints(), changes=changes)


def _step(desired: Desired, wish: Wish, current: Endpoints) -> Step:
    found = [one for one in current.items if wish.matches(one)]
    living = [one for one in found if one.alive]
    present = the_only(living, what=wish.what, ids=[one.endpoint_id or "" for one in living])
    dead = [one for one in found if one.dead]
    why_not = _why_replace(wish, present)
    if ((dead and present is None) or why_not) and not desired.replace:
        _refuse_unasked(wish, present, dead, why_not)
    doomed = [*dead, *([present] if why_not else [])] if desired.replace else []
    kept = tuple(one for one in dead if one not in doomed)
    deletions = tuple(_delete(wish.what, one, why_not or f"it is {one.state}") for one in doomed)
    if present is None or why_not:
        why = "there is none alive with our tags" if dead else "there is none with our tags"
        create = Change(verb="create", target=wish.what, why=why_not or why, values={"wish": wish})
        return Step(after=(*kept, _made(wish)), deletions=deletions, changes=(create,))
    later = _after(wish, present, desired.purge_tags)
    changes = tuple(_changes(wish, present, later, desired.purge_tags))
    return Step(after=(*kept, later), deletions=deletions, changes=changes)


def _why_replace(wish: Wish, present: Endpoint | None) -> str | None:
    """What AWS cannot change in place. An id not known yet cannot be told to differ."""
    if present is None:
        return None
    for option in FIXED:
        wanted, found = getattr(wish, option), getattr(present, option)
        if wanted and found is not None and wanted != found:
            return f"{option} is {found}, wanted {wanted}"
    if wish.type == LOAD_BALANCED and None not in wish.subnet_ids and wish.subnet_ids != present.subnet_ids:
        # "You can't change this subnet later on":
        # https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
        return f"subnet_ids is {_list(present.subnet_ids)}, wanted {_list(wish.subnet_ids)}"
    return None


def _refuse_unasked(wish: Wish, present: Endpoint | None, dead: Sequence[Endpoint], why: str | None) -> None:
    said = [f"{one.endpoint_id} is {one.state}" + (f" ({one.last_error})" if one.last_error else "") for one in dead]
    raise PrivateLinkError(
        where=wish.what,
        found=f"{present.endpoint_id}: {why}" if present and why else ", ".join(said),
        allowed="an endpoint that can be kept",
        remedy="set replace: true to delete it and make a new one, with new addresses",
    )


def _made(wish: Wish) -> Endpoint:
    return Endpoint(
        name=wish.name,
        type=wish.type,
        service_name=wish.service_name,
        service_region=wish.service_region,
        vpc_id=wish.vpc_id,
        subnet_ids=wish.subnet_ids,
        security_group_ids=wish.security_group_ids,
        route_table_ids=wish.route_table_ids,
        private_dns_enabled=private_dns_at_creation(wish),
        dns_options=wish.dns_options,
        ip_address_type=wish.ip_address_type,
        addresses=wish.addresses,
        policy=wish.policy,
        tags=wish.tags,
    )


def private_dns_at_creation(wish: Wish) -> bool:
    """Somebody's service must first accept: https://github.com/hashicorp/terraform-provider-aws/issues/7148."""
    return wish.private_dns_enabled and wish.accepted_at_once


def _after(wish: Wish, present: Endpoint, purge_tags: bool) -> Endpoint:
    usable = present.state == "available" or wish.accepted_at_once
    kept_tables = () if wish.purge_route_tables else present.route_table_ids
    return replace(
        present,
        subnet_ids=wish.subnet_ids,
        security_group_ids=wish.security_group_ids,
        route_table_ids=known_all([*wish.route_table_ids, *kept_tables]) or (),
        private_dns_enabled=wish.private_dns_enabled if usable else present.private_dns_enabled,
        dns_options=wish.dns_options.over(present.dns_options),
        ip_address_type=wish.ip_address_type or present.ip_address_type,
        addresses={**present.addresses, **_new_addresses(wish, present)},
        policy=present.policy if _keeps_policy(wish, present) else wish.policy,
        tags=tags_after(present.tags, wish.tags, purge_tags),
    )


def _new_addresses(wish: Wish, present: Endpoint) -> dict[str, Address]:
    """Those of subnets to be added, and those that differ. One that cannot be seen (yet) is left alone."""
    added = _less(wish.subnet_ids, present.subnet_ids)
    return {
        subnet_id: wanted
        for subnet_id, wanted in wish.addresses.items()
        if subnet_id in added or (subnet_id in present.addresses and not wanted.met_by(present.addresses[subnet_id]))
    }


def _keeps_policy(wish: Wish, present: Endpoint) -> bool:
    return wish.policy is None or same_meaning(wish.policy, present.policy)


def _changes(wish: Wish, before: Endpoint, after: Endpoint, purge_tags: bool) -> Iterator[Change]:
    """One call for what ModifyVpcEndpoint takes together: a second one might meet a pending endpoint."""
    values = {"endpoint_id": before.endpoint_id}
    changed = _changed(wish, before, after)
    if changed:
        why = "; ".join(_whys(before, after, changed))
        # Private DNS that is turned on takes its options anew: terraform-provider-aws sends them then, too.
        if changed.get("private_dns_enabled") and wish.dns_options.given:
            changed["dns_options"] = _dns_options(wish, after)
        yield Change(verb="modify", target=wish.what, why=why, values={**values, "type": wish.type, "changed": changed})
    to_set, to_unset = tag_changes(before.tags, wish.tags, purge_tags)
    if to_set:
        why = f"tags: {_list(to_set)} wanted"
        yield Change(verb="set_tags", target=wish.what, why=why, values={**values, "tags": to_set})
    if to_unset:
        why = f"tags: {_list(to_unset)} not wanted"
        yield Change(verb="unset_tags", target=wish.what, why=why, values={**values, "keys": to_unset})


def _changed(wish: Wish, before: Endpoint, after: Endpoint) -> dict[str, Any]:
    """Only what differs, by option."""
    changed: dict[str, Any] = {}
    for option in LISTS:
        add = _less(getattr(after, option), getattr(before, option))
        remove = _less(getattr(before, option), getattr(after, option))
        if add or remove:
            changed[option] = {"add": add, "remove": remove}
    for option in ("private_dns_enabled", "ip_address_type", "policy"):
        if getattr(after, option) != getattr(before, option):
            changed[option] = getattr(after, option)
    if after.dns_options != before.dns_options:
        changed["dns_options"] = _dns_options(wish, after)
    if addresses := _new_addresses(wish, before):
        changed["addresses"] = addresses
    return changed


def _dns_options(wish: Wish, after: Endpoint) -> DnsOptions:
    """Both, for AWS does not say what becomes of one left out. Only S3 and its like know the second, or refuse it."""
    wished, left = wish.dns_options.given, after.dns_options
    known_there = ONLY_INBOUND in wished or left.private_dns_only_for_inbound_resolver_endpoint
    return left if known_there else replace(left, private_dns_only_for_inbound_resolver_endpoint=None)


def _whys(before: Endpoint, after: Endpoint, changed: Mapping[str, Any]) -> Iterator[str]:
    for option in LISTS:
        if option in changed:
            add, remove = _list(changed[option]["add"]), _list(changed[option]["remove"])
            yield f"{option}: {add or 'nothing'} wanted, {remove or 'nothing'} not wanted"
    for option in ("private_dns_enabled", "ip_address_type"):
        if option in changed:
            yield f"{option} is {getattr(before, option)}, wanted {getattr(after, option)}"
    for option, wanted in after.dns_options.given.items():
        found = getattr(before.dns_options, option)
        if found != wanted:
            yield f"{option} is {found}, wanted {wanted}"
    for subnet_id, wanted in changed.get("addresses", {}).items():
        if subnet_id in before.addresses:
            # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetConfiguration.html
            yield (
                f"{subnet_id} has {_address(before.addresses[subnet_id])}, wanted {_address(wanted)}: AWS replaces its "
                "network interface, which cuts what is connected through it"
            )
    if "policy" in changed:
        yield "policy means something else"


def _delete(what: str, endpoint: Endpoint, why: str) -> Change:
    values = {"endpoint_id": endpoint.endpoint_id, "interfaces": endpoint.network_interface_ids}
    return Change(verb="delete", target=what, why=why, values=values)


def _what(endpoint: Endpoint) -> str:
    return f"{endpoint.type.lower()} endpoint {endpoint.name}"


def _address(address: Address) -> str:
    return _list(one for one in (address.ipv4, address.ipv6) if one)


def _less(left: Iterable[Any], right: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(one for one in left if one not in right)


def _list(values: Iterable[Any]) -> str:
    return ", ".join("(not known yet)" if value is None else str(value) for value in values)
