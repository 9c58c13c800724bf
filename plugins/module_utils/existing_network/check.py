# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a side needs of a network that another team made, and misses. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.choice import Choice, choose
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import (
    INTERNET,
    NAT,
    Found,
    Subnet,
    Vpc,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.needs import Need
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.wish import Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake
from ansible_collections.twoway.privatelink.plugins.module_utils.link.standing import zone_mistake


def check_network(wish: Wish, found: Found, account_id: str | None = None, need: Need | None = None) -> list[Mistake]:
    """All that is wrong, each by its place below `existing_network`."""
    choice = choose(wish, found)
    wrong = [*choice.mistakes, *(_vpc(wish, found.vpc, account_id) if found.vpc else ()), *_own(found)]
    wrong += _elsewhere(wish, found)
    wrong += _isolated(choice) if wish.side == "isolated" else _public(choice)
    wrong += _addresses(choice, found, need) if need else ()
    return wrong


def _vpc(wish: Wish, vpc: Vpc, account_id: str | None) -> Iterator[Mistake]:
    where = "vpc_id" if wish.vpc.ids else "vpc_tags"
    if account_id and vpc.owner_id and vpc.owner_id != account_id:
        # "You can't create, describe, modify, or delete VPC endpoints in subnets that are shared with you":
        # https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html, "Shared subnets".
        yield Mistake(
            where=where,
            found=f"{vpc.id}, which account {vpc.owner_id} shares with {account_id}",
            allowed="a VPC that the side's account owns",
            remedy="AWS lets nobody else make endpoints in it: take the owner's account for the side",
        )
    needed = {"dns_support": "enableDnsSupport"}
    if wish.side == "isolated":
        # For the names of the AWS services: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
        needed["dns_hostnames"] = "enableDnsHostnames"
    for attribute, theirs in needed.items():
        if not getattr(vpc, attribute):
            yield Mistake(
                where=where,
                found=f"{vpc.id} with {theirs} off",
                allowed="on",
                remedy="without it nothing finds an endpoint by its name: have it switched on",
            )


def _own(found: Found) -> Iterator[Mistake]:
    if found.own_vpc_id and found.vpc and found.own_vpc_id != found.vpc.id:
        yield Mistake(
            where="vpc_id",
            found=f"{found.vpc.id}, while the side stands in {found.own_vpc_id}, which the collection made",
            allowed="one network for a side",
            remedy="tear the link down first, or take existing_network away again",
        )


def _elsewhere(wish: Wish, found: Found) -> Iterator[Mistake]:
    vpc_ids = [vpc_id for vpc_id in found.group_vpc_ids if found.vpc and vpc_id not in (found.vpc.id, found.own_vpc_id)]
    if vpc_ids:
        yield Mistake(
            where="vpc_id" if wish.vpc.ids else "vpc_tags",
            found=f"{found.vpc.id}, while the side stands in {', '.join(vpc_ids)}",
            allowed="the VPC that the side stands in",
            remedy="put it back, or tear the link down first",
        )


def zones_left(wish: Wish, found: Found) -> list[Mistake]:
    """A zone that the side has addresses in, of load balancers, endpoints or tasks, and that it is to be in no more."""
    held = [subnet for subnet in found.subnets if found.held.get(subnet.id)]
    left = [subnet for subnet in held if subnet.az_id not in wish.az_ids]
    if not left:
        return []
    shown = ", ".join(f"{subnet.id} ({subnet.cidr})" for subnet in left)
    zones, every = ({subnet.az_id for subnet in some} for some in (left, held))
    return [zone_mistake(sorted(zones), sorted(every), f"the side has addresses in {shown}")]


def _isolated(choice: Choice) -> Iterator[Mistake]:
    for subnet in choice.private:
        for route in subnet.routes:
            if route.active and (route.leads_to(*INTERNET, *NAT) or route.is_default):
                yield Mistake(
                    where=_where(choice, subnet),
                    found=f"{subnet.id}, which {subnet.route_table_id} leads to {route.target} ({route.destination})",
                    allowed="subnets without a way out",
                    remedy="the isolated side has none but the link: name others, or have the route taken away",
                )


def _public(choice: Choice) -> Iterator[Mistake]:
    """Endpoints and load balancers need no route; the proxies need the Internet, and have no public address."""
    for subnet in choice.private:
        route = next((one for one in subnet.routes if one.destination == "0.0.0.0/0" and one.active), None)
        by_gateway = route is not None and route.leads_to("igw-") and not subnet.public_addresses
        if route is None or by_gateway:
            lacks = "an internet gateway alone, and gives no public addresses" if by_gateway else "no way there"
            yield Mistake(
                where=_where(choice, subnet),
                found=f"{subnet.id}, whose {subnet.route_table_id or 'route table'} has {lacks}",
                allowed="a route to the Internet (0.0.0.0/0) for the proxies, through a NAT gateway or the like",
                remedy="name others, or have the route added",
            )
    for subnet in choice.public:
        if not any(one.destination == "0.0.0.0/0" and one.active and one.leads_to("igw-") for one in subnet.routes):
            yield Mistake(
                where=_where(choice, subnet),
                found=f"{subnet.id}, whose {subnet.route_table_id or 'route table'} has no internet gateway",
                allowed="public subnets that the Internet reaches",
                remedy="name others, or leave the public ones out",
            )


def _addresses(choice: Choice, found: Found, need: Need) -> Iterator[Mistake]:
    """What the side holds already is not needed again."""
    for subnet in choice.private:
        missing = need.total - found.held.get(subnet.id, 0)
        if subnet.free < missing:
            yield Mistake(
                where=_where(choice, subnet),
                found=f"{subnet.id} ({subnet.cidr}) with {subnet.free} free addresses",
                allowed=f"{missing} at least: {need}",
                remedy="name a larger subnet, or have addresses freed",
            )


def _where(choice: Choice, subnet: Subnet) -> str:
    return f"{'private' if subnet in choice.private else 'public'} subnet in {subnet.az_id}"
