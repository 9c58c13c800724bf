# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The network of a side that stands already, against the one that the inventory has now. PRIVATE; stdlib only.

AWS changes no block of a VPC or subnet in place, and nobody moves what stands in a subnet out of it. So what would move
or take away one of them is refused before the first write; found out later, routes would be gone by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from ipaddress import IPv4Network
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.addresses import Cut, Subnet
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake

FOR_EVER = "AWS cannot change it in place: put it back, or tear the link down and build it anew"


@dataclass(frozen=True, kw_only=True)
class StandingSubnet:
    """`name` is its Name tag, by which the network module knows it."""

    id: str
    name: str
    az_id: str
    cidr: str

    @property
    def shown(self) -> str:
        return f"{self.name} ({self.id}, {self.cidr})"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What carries the side's tags. `group_vpc_ids` are where its groups are, while it has no VPC of its own."""

    vpc_id: str | None = None
    cidr: str | None = None
    subnets: tuple[StandingSubnet, ...] = ()
    group_vpc_ids: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, item: Mapping[str, Any]) -> Standing:
        subnets = tuple(StandingSubnet(**subnet) for subnet in item["subnets"])
        return cls(**{**item, "subnets": subnets, "group_vpc_ids": tuple(item["group_vpc_ids"])})


def check_standing(link: str, cut: Cut, standing: Standing) -> list[Mistake]:
    """One for each variable that asks for what cannot be."""
    if standing.vpc_id is None:
        return list(_elsewhere(standing))
    if standing.cidr != cut.vpc_cidr:
        return [
            Mistake(
                where="vpc_cidr",
                found=f"{cut.vpc_cidr}, while {standing.vpc_id}, in which the side stands, has {standing.cidr}",
                allowed=standing.cidr or "",
                remedy=FOR_EVER,
            )
        ]
    wanted = {_name(link, subnet): subnet for subnet in cut.subnets()}
    gone = [subnet for subnet in standing.subnets if subnet.name not in wanted]
    moved = [(s, wanted[s.name]) for s in standing.subnets if s.name in wanted and s.cidr != wanted[s.name].cidr]
    return [*_taken_out(standing, gone), *(_moved(link, cut, standing, moved) if moved else ())]


def zone_mistake(zones: Sequence[str], stands: Sequence[str], shown: str) -> Mistake:
    """For zones that are asked for no more; `stands` are all that the link stands in."""
    named = ", ".join(zones)
    return Mistake(
        where="az_ids",
        found=f"no {named}, where {shown}",
        allowed=f"every zone that the link stands in: {', '.join(stands)}",
        remedy=(
            f"put {named} back: what stands in a zone cannot be moved out of it; to do without it, tear the link down "
            "and build it anew, or build another one beside it"
        ),
    )


def _name(link: str, subnet: Subnet) -> str:
    return f"{link}-{subnet.kind}-{subnet.az_id}"


def _elsewhere(standing: Standing) -> Iterator[Mistake]:
    if standing.group_vpc_ids:
        yield Mistake(
            where="vpc_cidr",
            found=f"a VPC of the link's own, while the side stands in {', '.join(standing.group_vpc_ids)} of others",
            allowed="the existing_network that the side stands in",
            remedy="put existing_network back, or tear the link down first",
        )


def _taken_out(standing: Standing, gone: Sequence[StandingSubnet]) -> Iterator[Mistake]:
    if gone:
        shown = f"{' and '.join(subnet.shown for subnet in gone)} {'stands' if len(gone) == 1 else 'stand'}"
        zones = sorted({subnet.az_id for subnet in gone})
        yield zone_mistake(zones, _zones_in_order(standing), shown)


def _moved(
    link: str, cut: Cut, standing: Standing, moved: Sequence[tuple[StandingSubnet, Subnet]]
) -> Iterator[Mistake]:
    """By what moves them: the order of the zones, a block that is named, the size, or blocks that are named no more."""
    order = _order(link, cut, standing)
    if order:
        yield Mistake(
            where="az_ids",
            found=f"{', '.join(cut.az_ids)}, an order that moves {_moves(moved)}",
            allowed=f"{', '.join(order)}: as the link stands, and a new zone last",
            remedy=FOR_EVER,
        )
        return
    for there, subnet in moved:
        if subnet.variable != "vpc_cidr":
            yield Mistake(
                where=subnet.variable,
                found=f"{subnet.cidr}, while {there.shown} stands",
                allowed=there.cidr,
                remedy=FOR_EVER,
            )
    if {subnet.az_id for subnet in standing.subnets} <= set(cut.az_ids):  # else what is taken out moves those behind it
        yield from _cut_anew([pair for pair in moved if pair[1].variable == "vpc_cidr"])


def _cut_anew(moved: Sequence[tuple[StandingSubnet, Subnet]]) -> Iterator[Mistake]:
    for kind in sorted({subnet.kind for _there, subnet in moved}):
        pairs = [(there, subnet) for there, subnet in moved if subnet.kind == kind]
        resized = next((pair for pair in pairs if _size(pair[0].cidr) != _size(pair[1].cidr)), None)
        if resized:
            yield _resized(kind, *resized)
        else:
            yield Mistake(
                where=f"{kind}_subnets",
                found=f"nothing, which moves {_moves(pairs)}",
                allowed=f"the blocks that stand: {', '.join(there.cidr for there, _subnet in pairs)}",
                remedy=FOR_EVER,
            )


def _order(link: str, cut: Cut, standing: Standing) -> tuple[str, ...]:
    """That of the zones by which all stays where it is; nothing where there is none."""
    private = {s.cidr: s.az_id for s in standing.subnets if s.name.startswith(f"{link}-private-")}
    new = iter(zone for zone in cut.az_ids if zone not in private.values())
    blocks = [subnet.cidr for subnet in cut.subnets() if subnet.kind == "private"]
    order = tuple(zone for block in blocks if (zone := private.get(block) or next(new, None)))
    if set(order) != set(cut.az_ids):
        return ()
    wanted = {_name(link, subnet): subnet.cidr for subnet in replace(cut, az_ids=order).subnets()}
    return order if all(wanted.get(subnet.name) == subnet.cidr for subnet in standing.subnets) else ()


def _resized(kind: str, there: StandingSubnet, subnet: Subnet) -> Mistake:
    return Mistake(
        where=f"{kind}_subnet_prefix",
        found=f"/{_size(subnet.cidr)}, while {there.shown} stands",
        allowed=f"/{_size(there.cidr)}",
        remedy=FOR_EVER,
    )


def _moves(pairs: Sequence[tuple[StandingSubnet, Subnet]]) -> str:
    return ", ".join(f"{there.shown} to {subnet.cidr}" for there, subnet in pairs)


def _zones_in_order(standing: Standing) -> list[str]:
    """As they were named when the blocks were cut."""
    by_block = sorted(standing.subnets, key=lambda subnet: ("-private-" not in subnet.name, IPv4Network(subnet.cidr)))
    return list(dict.fromkeys(subnet.az_id for subnet in by_block))


def _size(cidr: str) -> str:
    return cidr.rpartition("/")[2]
