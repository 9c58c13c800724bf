# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which of the subnets that are there a side stands in: one in each of its zones. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import Found, Subnet
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.wish import Named, Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake


@dataclass(frozen=True, kw_only=True)
class Choice:
    """In the order of the zones; a zone that could not be served is left out and told in `mistakes`."""

    private: tuple[Subnet, ...] = ()
    public: tuple[Subnet, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def choose(wish: Wish, found: Found) -> Choice:
    wrong = list(_vpc(wish, found))
    if wrong:
        return Choice(mistakes=tuple(wrong))
    private, wrong = _tier("private", wish.private, wish, found)
    public, also_wrong = _tier("public", wish.public, wish, found)
    return Choice(private=private, public=public, mistakes=(*wrong, *also_wrong))


def _vpc(wish: Wish, found: Found) -> Iterator[Mistake]:
    option = "vpc_id" if wish.vpc.ids else "vpc_tags"
    if not found.vpcs:
        yield Mistake(
            where=option,
            found=f"{wish.vpc}, which no VPC of the account and region is",
            allowed="a VPC that is there",
            remedy="correct it, or look into account and region of aws_connection",
        )
    if len(found.vpcs) > 1:
        yield Mistake(
            where=option,
            found=f"{wish.vpc}, which {', '.join(vpc.id for vpc in found.vpcs)} carry",
            allowed="tags of one VPC alone",
            remedy="add a tag that tells them apart, or name vpc_id",
        )


def _tier(tier: str, named: Named, wish: Wish, found: Found) -> tuple[tuple[Subnet, ...], list[Mistake]]:
    if not named:
        return (), []
    there = {subnet.id: subnet for subnet in found.subnets}
    mistakes = [_foreign(f"{tier}_subnet_ids[{n}]", id_, found) for n, id_ in enumerate(named.ids) if id_ not in there]
    matching = [subnet for subnet in found.subnets if named.matches(subnet.id, subnet.tags)]
    if named.ids:
        extra = [subnet for subnet in matching if subnet.az_id not in wish.az_ids]
        mistakes += [_other_zone(f"{tier}_subnet_ids[{named.ids.index(one.id)}]", one, wish) for one in extra]
    option = f"{tier}_subnet_{'ids' if named.ids else 'tags'}"
    chosen = []
    for az_id in wish.az_ids:
        here = [subnet for subnet in matching if subnet.az_id == az_id]
        chosen += here[:1]
        if len(here) != 1:
            mistakes.append(_not_one(option, tier, az_id, here, found))
    return tuple(chosen), mistakes


def _foreign(where: str, subnet_id: str, found: Found) -> Mistake:
    return Mistake(
        where=where,
        found=f"{subnet_id}, which is not in {found.vpc.id}",
        allowed=_subnets(found) or "none, for the VPC has no subnets",
        remedy="name a subnet of that VPC",
    )


def _other_zone(where: str, subnet: Subnet, wish: Wish) -> Mistake:
    return Mistake(
        where=where,
        found=f"{subnet.id} in {subnet.az_id}, which is none of az_ids",
        allowed=", ".join(wish.az_ids),
        remedy="add the zone to az_ids, for both sides, or leave the subnet out",
    )


def _not_one(option: str, tier: str, az_id: str, here: list[Subnet], found: Found) -> Mistake:
    return Mistake(
        where=option,
        found=f"{' and '.join(one.id for one in here) or 'no subnet'} in {az_id}",
        allowed=f"one {tier} subnet in each of az_ids",
        remedy="name one of them" if here else f"name one, or make one there; the VPC has {_subnets(found) or 'none'}",
    )


def _subnets(found: Found) -> str:
    return ", ".join(f"{one.id} ({one.az_id})" for one in found.subnets)
