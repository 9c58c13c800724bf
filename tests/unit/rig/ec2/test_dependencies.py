"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (DependencyViolation, *.InUse)"""

from __future__ import annotations

import pytest
from unit.rig.ec2.scenery import error_of, make_endpoint


@pytest.fixture
def gateway_id(consumer, consumer_network):
    gateway_id = consumer.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    consumer.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=consumer_network.vpc_id)
    return gateway_id


@pytest.fixture
def nat(consumer, consumer_network, gateway_id):
    allocation_id = consumer.allocate_address(Domain="vpc")["AllocationId"]
    made = consumer.create_nat_gateway(SubnetId=consumer_network.subnet_ids[0], AllocationId=allocation_id)
    return made["NatGateway"]


def nat_state(ec2, nat):
    return ec2.describe_nat_gateways(NatGatewayIds=[nat["NatGatewayId"]])["NatGateways"][0]["State"]


def code_of(call, **params):
    return error_of(call, **params)[0]


def test_a_vpc_with_subnets_stays(consumer, consumer_network):
    assert code_of(consumer.delete_vpc, VpcId=consumer_network.vpc_id) == "DependencyViolation"


def test_a_vpc_with_a_group_of_its_own_stays(consumer, consumer_network):
    for subnet_id in consumer_network.subnet_ids:
        consumer.delete_subnet(SubnetId=subnet_id)
    assert code_of(consumer.delete_vpc, VpcId=consumer_network.vpc_id) == "DependencyViolation"
    consumer.delete_security_group(GroupId=consumer_network.group_id)
    consumer.delete_vpc(VpcId=consumer_network.vpc_id)
    assert code_of(consumer.describe_vpcs, VpcIds=[consumer_network.vpc_id]) == "InvalidVpcID.NotFound"


@pytest.mark.parametrize("kind", ["internet gateway", "VPN gateway", "route table", "gateway endpoint"])
def test_a_vpc_stays_while_something_is_in_it(consumer, kind):
    vpc_id = consumer.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    if kind == "internet gateway":
        gateway_id = consumer.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        consumer.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    elif kind == "VPN gateway":
        gateway_id = consumer.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
        consumer.attach_vpn_gateway(VpnGatewayId=gateway_id, VpcId=vpc_id)
    elif kind == "route table":
        consumer.create_route_table(VpcId=vpc_id)
    else:
        consumer.create_vpc_endpoint(VpcId=vpc_id, ServiceName="com.amazonaws.ap-northeast-1.s3")
    code, message = error_of(consumer.delete_vpc, VpcId=vpc_id)
    assert code == "DependencyViolation"
    assert message == f"The vpc '{vpc_id}' has dependencies and cannot be deleted."


def test_an_empty_vpc_goes_with_its_main_table_and_default_group(consumer):
    vpc_id = consumer.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    consumer.delete_vpc(VpcId=vpc_id)
    by_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
    assert consumer.describe_security_groups(Filters=by_vpc)["SecurityGroups"] == []
    assert consumer.describe_route_tables(Filters=by_vpc)["RouteTables"] == []


def test_a_subnet_with_an_interface_stays(consumer, consumer_network, service):
    make_endpoint(consumer, consumer_network, service["ServiceName"])
    code, message = error_of(consumer.delete_subnet, SubnetId=consumer_network.subnet_ids[0])
    assert code == "DependencyViolation"
    assert consumer_network.subnet_ids[0] in message


def test_a_group_in_use_stays(consumer, consumer_network, service):
    make_endpoint(consumer, consumer_network, service["ServiceName"])
    code, message = error_of(consumer.delete_security_group, GroupId=consumer_network.group_id)
    assert (code, message) == ("DependencyViolation", f"resource {consumer_network.group_id} has a dependent object")


def test_a_group_that_another_group_names_stays(consumer, consumer_network):
    other = consumer.create_security_group(GroupName="tasks", Description="tasks", VpcId=consumer_network.vpc_id)
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "UserIdGroupPairs": [{"GroupId": other["GroupId"]}],
    }
    consumer.authorize_security_group_ingress(GroupId=consumer_network.group_id, IpPermissions=[permission])
    assert code_of(consumer.delete_security_group, GroupId=other["GroupId"]) == "DependencyViolation"
    consumer.revoke_security_group_ingress(GroupId=consumer_network.group_id, IpPermissions=[permission])
    consumer.delete_security_group(GroupId=other["GroupId"])


def test_a_group_may_name_itself_and_go(consumer, consumer_network):
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": consumer_network.group_id}]}
    consumer.authorize_security_group_ingress(GroupId=consumer_network.group_id, IpPermissions=[permission])
    consumer.delete_security_group(GroupId=consumer_network.group_id)


def test_the_default_group_cannot_be_deleted(consumer, consumer_network):
    groups = consumer.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [consumer_network.vpc_id]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    assert code_of(consumer.delete_security_group, GroupId=groups[0]["GroupId"]) == "CannotDelete"


def test_an_attached_internet_gateway_stays(consumer, gateway_id):
    assert code_of(consumer.delete_internet_gateway, InternetGatewayId=gateway_id) == "DependencyViolation"


def test_a_gateway_is_not_detached_from_public_addresses(cloud, consumer, consumer_network, gateway_id, nat):
    cloud.clock.advance(cloud.settings.delay("nat_gateway"))
    wanted = {"InternetGatewayId": gateway_id, "VpcId": consumer_network.vpc_id}
    code, message = error_of(consumer.detach_internet_gateway, **wanted)
    assert (code, "mapped public address" in message) == ("DependencyViolation", True)
    consumer.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    cloud.clock.advance(cloud.settings.delay("nat_gateway_deletion"))
    consumer.detach_internet_gateway(**wanted)


def test_a_nat_gateway_is_pending_and_then_available(cloud, consumer, nat):
    assert nat["State"] == "pending"
    assert nat_state(consumer, nat) == "pending"
    cloud.clock.advance(cloud.settings.delay("nat_gateway"))
    assert nat_state(consumer, nat) == "available"


def test_a_nat_gateway_fails_without_an_internet_gateway(cloud, consumer, consumer_network):
    """https://docs.aws.amazon.com/vpc/latest/userguide/troubleshooting-natgateway.html"""
    allocation_id = consumer.allocate_address(Domain="vpc")["AllocationId"]
    made = consumer.create_nat_gateway(SubnetId=consumer_network.subnet_ids[0], AllocationId=allocation_id)
    cloud.clock.advance(60)
    (seen,) = consumer.describe_nat_gateways(NatGatewayIds=[made["NatGateway"]["NatGatewayId"]])["NatGateways"]
    assert (seen["State"], seen["FailureCode"]) == ("failed", "Gateway.NotAttached")
    consumer.release_address(AllocationId=allocation_id)


def test_its_address_is_in_use_until_the_nat_gateway_is_gone(cloud, consumer, consumer_network, nat):
    allocation_id = nat["NatGatewayAddresses"][0]["AllocationId"]
    consumer.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    assert nat_state(consumer, nat) == "deleting"
    assert code_of(consumer.release_address, AllocationId=allocation_id) == "InvalidIPAddress.InUse"
    assert code_of(consumer.delete_subnet, SubnetId=consumer_network.subnet_ids[0]) == "DependencyViolation"
    cloud.clock.advance(cloud.settings.delay("nat_gateway_deletion"))
    assert nat_state(consumer, nat) == "deleted"
    consumer.release_address(AllocationId=allocation_id)
    consumer.delete_subnet(SubnetId=consumer_network.subnet_ids[0])


def test_an_address_serves_one_nat_gateway(consumer, consumer_network, nat):
    code = code_of(
        consumer.create_nat_gateway,
        SubnetId=consumer_network.subnet_ids[1],
        AllocationId=nat["NatGatewayAddresses"][0]["AllocationId"],
    )
    assert code == "Resource.AlreadyAssociated"


def test_nat_gateways_are_found_by_tag_and_state(consumer, nat):
    consumer.create_tags(Resources=[nat["NatGatewayId"]], Tags=[{"Key": "privatelink:link", "Value": "tokyo"}])
    filters = [
        {"Name": "tag:privatelink:link", "Values": ["tokyo"]},
        {"Name": "state", "Values": ["pending", "available"]},
    ]
    found = consumer.describe_nat_gateways(Filters=filters)["NatGateways"]
    assert [entry["NatGatewayId"] for entry in found] == [nat["NatGatewayId"]]
    filters[0]["Values"] = ["osaka"]
    assert consumer.describe_nat_gateways(Filters=filters)["NatGateways"] == []


def test_an_interface_that_aws_uses_cannot_be_deleted(consumer, nat):
    eni_id = nat["NatGatewayAddresses"][0]["NetworkInterfaceId"]
    assert code_of(consumer.delete_network_interface, NetworkInterfaceId=eni_id) == "InvalidParameterValue"


def test_a_main_route_table_stays(consumer, consumer_network):
    main = consumer.describe_route_tables(
        Filters=[
            {"Name": "vpc-id", "Values": [consumer_network.vpc_id]},
            {"Name": "association.main", "Values": ["true"]},
        ]
    )["RouteTables"][0]["RouteTableId"]
    assert code_of(consumer.delete_route_table, RouteTableId=main) == "DependencyViolation"


@pytest.fixture
def table_id(consumer, consumer_network):
    return consumer.create_route_table(VpcId=consumer_network.vpc_id)["RouteTable"]["RouteTableId"]


def default_route(consumer, table_id):
    table = consumer.describe_route_tables(RouteTableIds=[table_id])["RouteTables"][0]
    return next(route for route in table["Routes"] if route["DestinationCidrBlock"] == "0.0.0.0/0")


def test_a_route_leads_to_a_gateway_of_its_own_vpc(consumer, table_id):
    foreign = consumer.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    code, message = error_of(
        consumer.create_route, RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", GatewayId=foreign
    )
    assert (code, "belong to different networks" in message) == ("InvalidParameterValue", True)


def test_a_route_leads_to_a_nat_gateway_that_exists(consumer, table_id):
    code = code_of(
        consumer.create_route,
        RouteTableId=table_id,
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId="nat-0123456789abcdef0",
    )
    assert code == "InvalidNatGatewayID.NotFound"


def test_a_route_to_a_deleted_nat_gateway_is_a_black_hole(cloud, consumer, table_id, nat):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html"""
    consumer.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat["NatGatewayId"])
    assert default_route(consumer, table_id)["State"] == "active"
    consumer.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    cloud.clock.advance(cloud.settings.delay("nat_gateway_deletion"))
    assert default_route(consumer, table_id)["State"] == "blackhole"
