"""existing_network_info and the preflight's look, against the rig: what is another team's is read and never written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

MODULE = "existing_network_info"
ZONES = ("apne1-az1", "apne1-az4")
FOUND = ["DescribeVpcs", "DescribeVpcAttribute", "DescribeVpcAttribute", "DescribeRouteTables", "DescribeSubnets"]


@dataclass(frozen=True)
class Theirs:
    """A VPC of another team with a private and a public subnet in each zone, and one more in a third zone."""

    vpc_id: str
    private: list[str]
    public: list[str]
    private_table: str
    gateway_id: str


def tagged(kind: str, **tags: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


@pytest.fixture
def theirs(cloud):
    """theirs("public") -> such a VPC in that account, its private subnets led to the Internet by a NAT gateway."""

    def make(account: str, nat: bool = False) -> Theirs:
        ec2 = cloud.client("ec2", account)
        vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=tagged("vpc", Name="shared"))["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)

        def subnet(number: int, zone: str, tier: str, table: str) -> str:
            made = ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.7.{number}.0/24",
                AvailabilityZoneId=zone,
                TagSpecifications=tagged("subnet", tier=tier),
            )["Subnet"]["SubnetId"]
            ec2.associate_route_table(RouteTableId=table, SubnetId=made)
            return made

        tables = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _tier in range(2)]
        ec2.create_route(RouteTableId=tables[1], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        private = [subnet(number, zone, "private", tables[0]) for number, zone in enumerate(ZONES)]
        public = [subnet(100 + number, zone, "public", tables[1]) for number, zone in enumerate(ZONES)]
        subnet(200, "apne1-az2", "private", tables[0])
        if nat:
            address = ec2.allocate_address(Domain="vpc")["AllocationId"]
            made = ec2.create_nat_gateway(SubnetId=public[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
            cloud.time.advance(60)
            ec2.create_route(RouteTableId=tables[0], DestinationCidrBlock="0.0.0.0/0", NatGatewayId=made)
        return Theirs(vpc, private, public, tables[0], gateway)

    return make


def options(side, **more):
    tags = {"privatelink:link": "tokyo", "privatelink:side": side}
    return {"side": side, "az_ids": list(ZONES), "tags": tags, **more}


BY_TAGS = {"vpc_tags": {"Name": "shared"}, "private_subnet_tags": {"tier": "private"}}


def test_it_is_found_by_ids(run, cloud, theirs):
    made = theirs("isolated")
    result = run(MODULE, "isolated", **options("isolated", vpc_id=made.vpc_id, private_subnet_ids=made.private))

    assert cloud.calls == FOUND and result["changed"] is False
    assert result["network"] == {
        "vpc_id": made.vpc_id,
        "cidr": "10.7.0.0/16",
        "cidrs": ["10.7.0.0/16"],
        "private_subnet_ids": made.private,
        "public_subnet_ids": [],
        "private_route_table_ids": [made.private_table],
        "aws_services": [],
    }
    subnets = cloud.client("ec2", "isolated").describe_subnets(SubnetIds=made.private)["Subnets"]
    blocks = {subnet["SubnetId"]: subnet["CidrBlock"] for subnet in subnets}
    assert result["private_subnet_cidrs"] == [blocks[subnet_id] for subnet_id in made.private]


@pytest.mark.parametrize("check", [False, True])
def test_it_is_found_by_tags(run, theirs, check):
    made = theirs("public", nat=True)
    given = {**BY_TAGS, "public_subnet_tags": {"tier": "public"}}
    result = run(MODULE, "public", check=check, **options("public", **given))

    network = result["network"]
    assert (network["vpc_id"], network["private_subnet_ids"]) == (made.vpc_id, made.private)
    assert network["public_subnet_ids"] == made.public


def test_all_blocks_of_a_vpc_are_told(run, cloud, theirs):
    made = theirs("isolated")
    cloud.client("ec2").associate_vpc_cidr_block(VpcId=made.vpc_id, CidrBlock="10.8.0.0/16")
    result = run(MODULE, "isolated", **options("isolated", **BY_TAGS))

    assert result["network"]["cidrs"] == ["10.7.0.0/16", "10.8.0.0/16"]


@pytest.mark.parametrize(
    ("side", "given", "message"),
    [
        pytest.param("isolated", {"vpc_id": "vpc-00000000000000000"}, "which no VPC of the account", id="no VPC"),
        pytest.param("public", {}, "has no way there; allowed: a route to the Internet", id="no way out"),
        pytest.param(
            "isolated", {"private_subnet_tags": {"tier": "public"}}, "leads to igw-", id="the isolated side has one"
        ),
        pytest.param("isolated", {"private_subnet_tags": {"tier": "x"}}, "no subnet in apne1-az1", id="no subnet"),
    ],
)
def test_what_is_missing_is_told(run, cloud, theirs, side, given, message):
    theirs(side)
    wanted = {key: value for key, value in BY_TAGS.items() if not (key == "vpc_tags" and "vpc_id" in given)}
    result = run(MODULE, side, **options(side, **{**wanted, **given}))

    assert result["failed"] and message in result["msg"]
    assert all(line in result["msg"] for line in result["failure"]["mistakes"])
    assert not [call for call in cloud.calls if not call.startswith("Describe")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"vpc_id": "vpc-1"}, "one of the following is required: private_subnet_ids", id="no subnets"),
        pytest.param({**BY_TAGS, "vpc_id": "vpc-1"}, "mutually exclusive: vpc_id|vpc_tags", id="two ways"),
    ],
)
def test_invalid(run, cloud, given, message):
    result = run(MODULE, "isolated", **options("isolated", **given))
    assert result["failed"] and message in result["msg"] and cloud.calls == []


def their_endpoint(cloud, made, service, cidr, **more):
    ec2 = cloud.client("ec2")
    group = ec2.create_security_group(GroupName=service, Description=service, VpcId=made.vpc_id)["GroupId"]
    allowed = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": cidr}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[allowed])
    ec2.create_vpc_endpoint(
        VpcId=made.vpc_id,
        ServiceName=f"com.amazonaws.ap-northeast-1.{service}",
        VpcEndpointType="Interface",
        SubnetIds=made.private,
        SecurityGroupIds=[group],
        PrivateDnsEnabled=True,
        **more,
    )


SERVICES = {"aws_services": ["ecr.api", "logs"], "gateway_services": ["s3"]}


def test_aws_services_that_are_reached_already_are_told(run, cloud, theirs):
    made = theirs("isolated")
    their_endpoint(cloud, made, "logs", "10.7.0.0/16")
    ours = tagged("vpc-endpoint", **options("isolated")["tags"])
    their_endpoint(cloud, made, "ecr.api", "10.7.0.0/16", TagSpecifications=ours)
    s3 = {"ServiceName": "com.amazonaws.ap-northeast-1.s3", "VpcEndpointType": "Gateway"}
    cloud.client("ec2").create_vpc_endpoint(VpcId=made.vpc_id, RouteTableIds=[made.private_table], **s3)
    result = run(MODULE, "isolated", **options("isolated", **BY_TAGS, **SERVICES))

    # That for ecr.api is our own, so the next task sees to it.
    assert result["network"]["aws_services"] == ["logs", "s3"]
    assert cloud.calls == [*FOUND, "DescribeVpcEndpoints", "DescribeSecurityGroups"]


def test_an_endpoint_that_does_not_let_the_side_in_is_told(run, cloud, theirs):
    their_endpoint(cloud, theirs("isolated"), "logs", "10.7.0.0/24")
    result = run(MODULE, "isolated", **options("isolated", **BY_TAGS, **SERVICES))

    assert result["failed"] and "security groups do not let 10.7.1.0/24 in" in result["msg"]


def test_the_preflight_tells_what_the_link_has_there_already(run, cloud, theirs):
    made, ec2 = theirs("isolated"), cloud.client("ec2")
    group = ec2.create_security_group(
        GroupName="tokyo-services",
        Description="ours",
        VpcId=made.vpc_id,
        TagSpecifications=tagged("security-group", **options("isolated")["tags"]),
    )["GroupId"]
    ec2.create_network_interface(SubnetId=made.private[0], Groups=[group])
    ec2.create_network_interface(SubnetId=made.private[0])
    given = {"existing_network": BY_TAGS, "link": "tokyo", "side": "isolated", "az_ids": list(ZONES)}
    result = run("link_preflight", "isolated", **given)

    network = result["network"]
    assert [vpc["id"] for vpc in network["vpcs"]] == [made.vpc_id] and network["own_vpc_id"] is None
    assert network["held"] == {made.private[0]: 1}
    free = {one["id"]: one["free"] for one in network["subnets"]}
    assert free[made.private[1]] - free[made.private[0]] == 2
    assert set(cloud.calls) == {*FOUND, "GetCallerIdentity", "DescribeAvailabilityZones"} | {
        "DescribeSecurityGroups",
        "DescribeNetworkInterfaces",
    }
    assert not run("link_preflight", "isolated")["network"]
