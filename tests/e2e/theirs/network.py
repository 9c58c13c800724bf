"""The VPCs that the platform team has: both with the same addresses, each cut and routed as its side needs it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from e2e import sandbox

CIDR = "10.20.0.0/16"
ZONES = ("apne1-az1", "apne1-az4")
OWNER = {"team": "platform"}


@dataclass(frozen=True, kw_only=True)
class Network:
    vpc_id: str
    private_subnet_ids: list[str]
    public_subnet_ids: list[str]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def make(side: str) -> Network:
    ec2 = sandbox.client(side, "ec2")
    vpc_id = ec2.create_vpc(CidrBlock=CIDR, TagSpecifications=tagged("vpc", Name="shared"))["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc_id, **{attribute: {"Value": True}})
    private = [_subnet(ec2, vpc_id, "private", number, zone) for number, zone in enumerate(ZONES)]
    way_out = enumerate(ZONES, start=100) if side == "public" else ()
    public = [_subnet(ec2, vpc_id, "public", number, zone) for number, zone in way_out]
    made = Network(vpc_id=vpc_id, private_subnet_ids=private, public_subnet_ids=public)
    if side == "public":
        _open(ec2, made)
    return made


def tagged(kind: str, **more: str) -> list[dict[str, Any]]:
    tags = [{"Key": key, "Value": value} for key, value in {**OWNER, **more}.items()]
    return [{"ResourceType": kind, "Tags": tags}]


def group(ec2: Any, vpc_id: str, name: str, *ports: int, cidr: str = CIDR) -> str:
    """A security group that lets the VPC in at these ports."""
    wanted = {"GroupName": name, "Description": name, "VpcId": vpc_id}
    made = ec2.create_security_group(**wanted, TagSpecifications=tagged("security-group"))["GroupId"]
    for port in ports:
        allowed = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[allowed])
    return made


def _subnet(ec2: Any, vpc_id: str, tier: str, number: int, zone: str) -> str:
    block = CIDR.replace("0.0/16", f"{number}.0/24")
    wanted = {"VpcId": vpc_id, "CidrBlock": block, "AvailabilityZoneId": zone}
    return ec2.create_subnet(**wanted, TagSpecifications=tagged("subnet", tier=tier))["Subnet"]["SubnetId"]


def _open(ec2: Any, made: Network) -> None:
    """An internet gateway for the public subnets, and one NAT gateway there for the private ones."""
    gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))["InternetGateway"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=made.vpc_id)
    _route(ec2, made.vpc_id, made.public_subnet_ids, GatewayId=gateway["InternetGatewayId"])
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
    nat = ec2.create_nat_gateway(
        SubnetId=made.public_subnet_ids[0], AllocationId=address, TagSpecifications=tagged("natgateway")
    )["NatGateway"]["NatGatewayId"]
    ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[nat], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    _route(ec2, made.vpc_id, made.private_subnet_ids, NatGatewayId=nat)


def _route(ec2: Any, vpc_id: str, subnet_ids: list[str], **target: str) -> None:
    table = ec2.create_route_table(VpcId=vpc_id, TagSpecifications=tagged("route-table"))["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
    for subnet_id in subnet_ids:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet_id)
