# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A whole link, checked before the first AWS write. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.twoway.privatelink.plugins.module_utils._zones import missing
from ansible_collections.twoway.privatelink.plugins.module_utils.link.egress import check_egress
from ansible_collections.twoway.privatelink.plugins.module_utils.link.limits import limits
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake, shown
from ansible_collections.twoway.privatelink.plugins.module_utils.link.parameters import check_door, check_lists
from ansible_collections.twoway.privatelink.plugins.module_utils.link.place import place_of
from ansible_collections.twoway.privatelink.plugins.module_utils.link.preflight import Facts, addresses_of, check_facts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import check_outbound
from ansible_collections.twoway.privatelink.plugins.module_utils.link.side import CheckedSide, Side, check_side
from ansible_collections.twoway.privatelink.plugins.module_utils.link.variables import GROUP_VARIABLES, SIDES

SHARED = tuple(name for name in GROUP_VARIABLES if name != "az_ids")  # zones have a comparison of their own


def check_link(name: str, sides: Sequence[Side], facts: Mapping[str, Facts] | None = None) -> list[Mistake]:
    """All mistakes of a link, in the order of its hosts. `facts` are what the preflight found, by host."""
    checked = [check_side(side) for side in sides]
    by_kind = {side.values["side"]: side for side in checked if side.values.get("side")}
    between = _between(by_kind["public"], by_kind["isolated"], facts or {}) if len(by_kind) == len(SIDES) else []
    found = [mistake for side in checked if side.host in (facts or {}) for mistake in _found(side, checked, facts)]
    door = [mistake for side in checked for mistake in _door(side, (facts or {}).get(side.host))]
    return [*_two_sides(name, checked), *(m for side in checked for m in side.mistakes), *between, *found, *door]


def _door(side: CheckedSide, facts: Facts | None) -> list[Mistake]:
    if side.values.get("side") != "public":
        return []
    facts = facts or Facts(reachable=False)
    return [mistake.at(side.host) for mistake in check_door(side.values, facts.azs, facts.catalog_link)]


def _found(side: CheckedSide, sides: Iterable[CheckedSide], facts: Mapping[str, Facts]) -> list[Mistake]:
    others = [other for other in sides if other.host != side.host]
    consumers = [cidr for other in others for cidr in addresses_of(other, facts.get(other.host))]
    return check_facts(side, facts[side.host], consumers)


def _two_sides(name: str, sides: Iterable[CheckedSide]) -> list[Mistake]:
    """One host of each side. A host whose side is not known has told so itself."""
    hosts: dict[str, list[str]] = {kind: [] for kind in SIDES}
    undecided = False
    for side in sides:
        kind = side.values.get("side")
        undecided |= kind is None
        if kind:
            hosts[kind].append(side.host)
    return [
        Mistake(
            where=f"link {name}",
            found=f"{len(found)} hosts of the {kind} side" + (f" ({', '.join(found)})" if found else ""),
            allowed="one",
            remedy=f"a link has one public and one isolated host: {'take one away' if found else 'add it'}",
        )
        for kind, found in hosts.items()
        if len(found) > 1 or (not found and not undecided)
    ]


def _between(public: CheckedSide, isolated: CheckedSide, facts: Mapping[str, Facts]) -> list[Mistake]:
    return [*_disagreements(public, isolated), *_zones(public, isolated), *_outbound(public, isolated, facts)]


def _disagreements(public: CheckedSide, isolated: CheckedSide) -> list[Mistake]:
    return [
        Mistake(
            where=f"{isolated.host}: {name}",
            found=f"{shown(isolated.values[name])}, but {shown(public.values[name])} on {public.host}",
            allowed="one value for both sides",
            remedy="set it once, in the group's variables",
        )
        for name in SHARED
        if None not in (public.values.get(name), isolated.values.get(name))
        and public.values[name] != isolated.values[name]
    ]


def _zones(public: CheckedSide, isolated: CheckedSide) -> list[Mistake]:
    """An endpoint stands only in zones its service is offered in, and each side has an endpoint to the other."""
    pairs = ((public, isolated), (isolated, public))
    return [
        Mistake(
            where=f"{side.host}: az_ids[{index}]",
            found=f"{zone}, which {other.host} does not have",
            allowed=", ".join(other.values["az_ids"]),
            remedy="name the same zones on both sides",
        )
        for side, other in pairs
        if None not in (side.values.get("az_ids"), other.values.get("az_ids"))
        and None not in (*side.values["az_ids"], *other.values["az_ids"])
        for index, zone in missing(side.values["az_ids"], other.values["az_ids"])
    ]


def _outbound(public: CheckedSide, isolated: CheckedSide, facts: Mapping[str, Facts]) -> list[Mistake]:
    """A destination is not called unknown while the list of them cannot be read."""
    services, destinations = isolated.values.get("services"), public.values.get("external_apis")
    if services is None or destinations is None:
        return []
    names = [entry["name"] for entry in destinations if entry and entry.get("name")]
    mistakes = check_outbound(services, names, "services")
    if not mistakes and not public.mistakes and not isolated.mistakes:
        allowed = (limits(side.values.get("quotas")) for side in (isolated, public))
        network = facts[public.host].network if public.host in facts else None
        cidrs = place_of(public.values, network).cidrs
        mistakes = [*check_egress(services, destinations, *allowed, cidrs), *check_lists(services, destinations)]
    return [mistake.at(isolated.host) for mistake in mistakes]
