# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the endpoints that are there into those that are wanted. Pure; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes, tags_after, the_only
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import Endpoint, Endpoints
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import same_meaning
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Desired, Wish

LISTS = ("subnet_ids", "security_group_ids", "route_table_ids")


def plan(desired: Desired, current: Endpoints) -> Plan:
    if not desired.present:
        return _absent(current)
    after: list[Endpoint] = []
    changes: list[Change] = []
    for wish in desired.wishes:
        found = current.named(wish.name)
        living = [one for one in found if one.alive]
        present = the_only(living, what=wish.what, ids=[one.endpoint_id or "" for one in living])
        dead = [one for one in found if one.dead]
        why_not = _why_replace(wish, present)
        if (dead and present is None) or why_not:
            _refuse_unasked(desired, wish, present, dead, why_not)
        doomed = [*dead, *([present] if why_not else [])] if desired.replace else []
        after.extend(one for one in dead if one not in doomed)
        changes.extend(_delete(wish.what, one, why_not or f"it is {one.state}") for one in doomed)
        if present is None or why_not:
            after.append(_made(wish))
            changes.append(Change(verb="create", target=wish.what, why=_why_create(dead), values={"wish": wish}))
        else:
            later = _after(wish, present, desired.purge_tags)
            after.append(later)
            changes.extend(_modify(wish, present, later, desired.purge_tags))
    # Leaving ones are neither here nor there.
    return Plan(
        before=current.staying(),
        after=Endpoints.of(after),
        changes=tuple(changes),
        unknown=desired.unknown,
    )


def _absent(current: Endpoints) -> Plan:
    there = current.staying()
    changes = tuple(
        _delete(f"{one.type.lower()} endpoint {one.name}", one, f"not wanted, it is {one.state}") for one in there.items
    )
    return Plan(before=there, after=Endpoints(), changes=changes)


def _why_replace(wish: Wish, present: Endpoint | None) -> str | None:
    """What AWS cannot change in place. An id not known yet cannot be told to differ."""
    if present is None:
        return None
    for option in ("service_name", "type", "vpc_id"):
        wanted, found = getattr(wish, option), getattr(present, option)
        if wanted and wanted != found:
            return f"{option} is {found}, wanted {wanted}"
    return None


def _refuse_unasked(
    desired: Desired, wish: Wish, present: Endpoint | None, dead: Sequence[Endpoint], why: str | None
) -> None:
    if desired.replace:
        return
    said = [f"{one.endpoint_id} is {one.state}" + (f" ({one.last_error})" if one.last_error else "") for one in dead]
    raise PrivateLinkError(
        where=wish.what,
        found=f"{present.endpoint_id}: {why}" if present and why else ", ".join(said),
        allowed="an endpoint that can be kept",
        remedy="set replace: true to delete it and make a new one, with new addresses",
    )


def _why_create(dead: Sequence[Endpoint]) -> str:
    return "there is none alive with our tags" if dead else "there is none with our tags"


def _made(wish: Wish) -> Endpoint:
    return Endpoint(
        name=wish.name,
        type=wish.type,
        service_name=wish.service_name,
        vpc_id=wish.vpc_id,
        subnet_ids=wish.subnet_ids,
        security_group_ids=wish.security_group_ids,
        route_table_ids=wish.route_table_ids,
        private_dns_enabled=private_dns_at_creation(wish),
        policy=wish.policy,
        tags=wish.tags,
    )


def private_dns_at_creation(wish: Wish) -> bool:
    """Somebody's service must first accept: https://github.com/hashicorp/terraform-provider-aws/issues/7148."""
    return wish.private_dns_enabled and wish.of_aws


def _after(wish: Wish, present: Endpoint, purge_tags: bool) -> Endpoint:
    accepted = present.state == "available"
    return replace(
        present,
        subnet_ids=wish.subnet_ids,
        security_group_ids=wish.security_group_ids,
        route_table_ids=wish.route_table_ids,
        private_dns_enabled=wish.private_dns_enabled if accepted or wish.of_aws else present.private_dns_enabled,
        policy=present.policy if _keeps_policy(wish, present) else wish.policy,
        tags=tags_after(present.tags, wish.tags, purge_tags),
    )


def _keeps_policy(wish: Wish, present: Endpoint) -> bool:
    return wish.policy is None or same_meaning(wish.policy, present.policy)


def _modify(wish: Wish, before: Endpoint, after: Endpoint, purge_tags: bool) -> Iterator[Change]:
    """One call for what ModifyVpcEndpoint takes together: a second one might meet a pending endpoint."""
    request: dict[str, Any] = {}
    whys: list[str] = []
    for option in LISTS:
        add = _less(getattr(after, option), getattr(before, option))
        remove = _less(getattr(before, option), getattr(after, option))
        if add or remove:
            request[option] = {"add": add, "remove": remove}
            whys.append(f"{option}: {_list(add) or 'nothing'} wanted, {_list(remove) or 'nothing'} not wanted")
    if after.private_dns_enabled != before.private_dns_enabled:
        request["private_dns_enabled"] = after.private_dns_enabled
        whys.append(f"private_dns_enabled is {before.private_dns_enabled}, wanted {after.private_dns_enabled}")
    if after.policy != before.policy:
        request["policy"] = after.policy
        whys.append("policy means something else")
    values = {"endpoint_id": before.endpoint_id}
    if request:
        yield Change(verb="modify", target=wish.what, why="; ".join(whys), values={**values, "request": request})
    to_set, to_unset = tag_changes(before.tags, wish.tags, purge_tags)
    if to_set:
        why = f"tags: {_list(to_set)} wanted"
        yield Change(verb="set_tags", target=wish.what, why=why, values={**values, "tags": to_set})
    if to_unset:
        why = f"tags: {_list(to_unset)} not wanted"
        yield Change(verb="unset_tags", target=wish.what, why=why, values={**values, "keys": to_unset})


def _delete(what: str, endpoint: Endpoint, why: str) -> Change:
    return Change(verb="delete", target=what, why=why, values={"endpoint_id": endpoint.endpoint_id})


def _less(left: Iterable[Any], right: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(one for one in left if one not in right)


def _list(values: Iterable[Any]) -> str:
    return ", ".join("(not known yet)" if value is None else str(value) for value in values)
