# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A network that another team made, as AWS has it. PRIVATE to the collection; stdlib only.

It travels from the preflight to the controller as plain data: `as_dict` there, `from_dict` here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ANYWHERE = ("0.0.0.0/0", "::/0")
# Where a route may lead, by the key of DescribeRouteTables.
TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "EgressOnlyInternetGatewayId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
    "InstanceId",
)
INTERNET, NAT = ("igw-", "eigw-"), ("nat-",)


@dataclass(frozen=True, kw_only=True)
class Route:
    """`active` is false for one that leads to what is gone: AWS calls it a black hole."""

    destination: str
    target: str
    active: bool = True

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Route:
        keys = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        return cls(
            destination=next((item[key] for key in keys if item.get(key)), ""),
            target=next((item[key] for key in TARGETS if item.get(key)), ""),
            active=item.get("State", "active") == "active",
        )

    @property
    def is_default(self) -> bool:
        return self.destination in ANYWHERE

    def leads_to(self, *prefixes: str) -> bool:
        return self.target.startswith(prefixes)


@dataclass(frozen=True, kw_only=True)
class Vpc:
    id: str
    owner_id: str
    cidrs: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    dns_support: bool = True
    dns_hostnames: bool = True

    @classmethod
    def from_boto(cls, item: Mapping[str, Any], *, dns_support: bool, dns_hostnames: bool) -> Vpc:
        blocks = item.get("CidrBlockAssociationSet") or [{"CidrBlock": item["CidrBlock"]}]
        alive = [one["CidrBlock"] for one in blocks if one.get("CidrBlockState", {}).get("State") != "disassociated"]
        return cls(
            id=item["VpcId"],
            owner_id=item.get("OwnerId", ""),
            cidrs=tuple(alive),
            tags=_tags(item),
            dns_support=dns_support,
            dns_hostnames=dns_hostnames,
        )


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """`free` are the addresses that nobody has; `public_addresses` says whether what starts here gets a public one."""

    id: str
    az_id: str
    cidr: str
    free: int = 0
    public_addresses: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    route_table_id: str = ""
    routes: tuple[Route, ...] = ()

    @classmethod
    def from_boto(cls, item: Mapping[str, Any], tables: Iterable[Mapping[str, Any]]) -> Subnet:
        """`tables` are those of the VPC: a subnet that none names goes by the main one."""
        table = _table_of(item["SubnetId"], list(tables))
        return cls(
            id=item["SubnetId"],
            az_id=item["AvailabilityZoneId"],
            cidr=item["CidrBlock"],
            free=item.get("AvailableIpAddressCount", 0),
            public_addresses=bool(item.get("MapPublicIpOnLaunch")),
            tags=_tags(item),
            route_table_id=table.get("RouteTableId", ""),
            routes=tuple(Route.from_boto(route) for route in table.get("Routes", ())),
        )

    @classmethod
    def from_dict(cls, item: Mapping[str, Any]) -> Subnet:
        return cls(**{**item, "routes": tuple(Route(**route) for route in item["routes"])})


@dataclass(frozen=True, kw_only=True)
class Found:
    """`vpcs` are all that match, `subnets` all of the VPC when there is one match.

    `own_vpc_id` is the VPC that the collection made for the side before, if it did, `group_vpc_ids` are those in which
    it has made security groups. `held` counts, by subnet, the addresses that the side has already.
    """

    vpcs: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    own_vpc_id: str | None = None
    group_vpc_ids: tuple[str, ...] = ()
    held: Mapping[str, int] = field(default_factory=dict)

    @property
    def vpc(self) -> Vpc | None:
        return self.vpcs[0] if len(self.vpcs) == 1 else None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, item: Mapping[str, Any]) -> Found:
        return cls(
            vpcs=tuple(Vpc(**{**vpc, "cidrs": tuple(vpc["cidrs"])}) for vpc in item["vpcs"]),
            subnets=tuple(Subnet.from_dict(subnet) for subnet in item["subnets"]),
            own_vpc_id=item["own_vpc_id"],
            group_vpc_ids=tuple(item.get("group_vpc_ids", ())),
            held=dict(item["held"]),
        )


def _tags(item: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}


def _table_of(subnet_id: str, tables: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    def associated(table: Mapping[str, Any], key: str, value: Any) -> bool:
        return any(one.get(key) == value for one in table.get("Associations", ()))

    explicit = next((table for table in tables if associated(table, "SubnetId", subnet_id)), None)
    return explicit or next((table for table in tables if associated(table, "Main", True)), {})
