"""What the data plane is told about EC2."""

from __future__ import annotations

import pytest
from rig import world
from rig.control import clock
from rig.control.ec2 import interfaces, snapshot
from rig.control.lock import lock
from unit.rig.ec2.scenery import error_of, make_endpoint


def parts():
    with lock:
        clock.run_due()
        return snapshot.parts()


def only(entries, **fields):
    (found,) = [entry for entry in entries if all(getattr(entry, name) == value for name, value in fields.items())]
    return found


def test_an_untouched_cloud_is_an_empty_world(cloud):
    assert world.World(**parts()) == world.World()


def test_two_snapshots_of_the_same_cloud_are_equal(consumer, consumer_network, service):
    make_endpoint(consumer, consumer_network, service["ServiceName"])
    assert parts() == parts()


def test_networks_of_both_accounts_with_the_same_addresses(cloud, provider_network, consumer_network):
    seen = parts()["vpcs"]
    assert {(vpc.id, vpc.account_id) for vpc in seen} == {
        (provider_network.vpc_id, cloud.account("isolated").id),
        (consumer_network.vpc_id, cloud.account("public").id),
    }
    assert [vpc.cidrs for vpc in seen] == [("10.0.0.0/16",)] * 2


@pytest.fixture
def routed(cloud, consumer, consumer_network):
    """The first subnet leads to an internet gateway, the second through a NAT gateway in the first."""
    first, second = consumer_network.subnet_ids
    igw = consumer.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    consumer.attach_internet_gateway(InternetGatewayId=igw, VpcId=consumer_network.vpc_id)
    allocation_id = consumer.allocate_address(Domain="vpc")["AllocationId"]
    nat = consumer.create_nat_gateway(SubnetId=first, AllocationId=allocation_id)["NatGateway"]["NatGatewayId"]
    for subnet_id, target in ((first, {"GatewayId": igw}), (second, {"NatGatewayId": nat})):
        table_id = consumer.create_route_table(VpcId=consumer_network.vpc_id)["RouteTable"]["RouteTableId"]
        consumer.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", **target)
        consumer.associate_route_table(RouteTableId=table_id, SubnetId=subnet_id)
    return igw, nat


def test_default_routes_are_the_effective_ones(cloud, consumer_network, routed):
    igw, nat = routed
    first, second = consumer_network.subnet_ids
    assert only(parts()["subnets"], id=first).default_route == igw
    assert only(parts()["subnets"], id=second).default_route is None, "the NAT gateway is still pending"
    cloud.clock.advance(cloud.settings.delay("nat_gateway"))
    assert only(parts()["subnets"], id=second).default_route == nat
    gateway = only(parts()["nat_gateways"], id=nat)
    assert (gateway.subnet_id, bool(gateway.public_address)) == (first, True)


def test_a_subnet_without_a_table_of_its_own_uses_the_main_one(consumer, consumer_network):
    igw = consumer.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    consumer.attach_internet_gateway(InternetGatewayId=igw, VpcId=consumer_network.vpc_id)
    main = consumer.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [consumer_network.vpc_id]}])
    table_id = main["RouteTables"][0]["RouteTableId"]
    consumer.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", GatewayId=igw)
    assert {subnet.default_route for subnet in parts()["subnets"]} == {igw}


def test_routes_to_a_virtual_private_gateway_count_while_it_is_attached(consumer, consumer_network):
    vpn = consumer.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    table_id = consumer.create_route_table(VpcId=consumer_network.vpc_id)["RouteTable"]["RouteTableId"]
    consumer.associate_route_table(RouteTableId=table_id, SubnetId=consumer_network.subnet_ids[0])
    route = {"RouteTableId": table_id, "DestinationCidrBlock": "192.168.64.0/24", "GatewayId": vpn}
    assert error_of(consumer.create_route, **route)[0] == "InvalidParameterValue"
    consumer.attach_vpn_gateway(VpnGatewayId=vpn, VpcId=consumer_network.vpc_id)
    consumer.create_route(**route)
    subnet = {"id": consumer_network.subnet_ids[0]}
    assert only(parts()["subnets"], **subnet).vpn_routes == ("192.168.64.0/24",)
    assert only(parts()["subnets"], id=consumer_network.subnet_ids[1]).vpn_routes == ()
    consumer.detach_vpn_gateway(VpnGatewayId=vpn, VpcId=consumer_network.vpc_id)
    assert only(parts()["subnets"], **subnet).vpn_routes == ()


def test_gateway_endpoints_are_known_by_subnet(cloud, consumer, consumer_network):
    first, second = consumer_network.subnet_ids
    table_id = consumer.create_route_table(VpcId=consumer_network.vpc_id)["RouteTable"]["RouteTableId"]
    consumer.associate_route_table(RouteTableId=table_id, SubnetId=first)
    consumer.create_vpc_endpoint(
        VpcId=consumer_network.vpc_id, ServiceName="com.amazonaws.ap-northeast-1.s3", RouteTableIds=[table_id]
    )
    cloud.clock.advance(60)
    assert only(parts()["subnets"], id=first).gateway_endpoints == ("s3",)
    assert only(parts()["subnets"], id=second).gateway_endpoints == ()


def test_rules_of_groups_keep_their_sources_apart(consumer, consumer_network):
    other = consumer.create_security_group(GroupName="o", Description="o", VpcId=consumer_network.vpc_id)["GroupId"]
    consumer.authorize_security_group_ingress(
        GroupId=consumer_network.group_id,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": other}]},
            {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
        ],
    )
    group = only(parts()["security_groups"], id=consumer_network.group_id)
    assert set(group.ingress) == {
        world.SecurityGroupRule(protocol="tcp", from_port=443, to_port=443, groups=(other,)),
        world.SecurityGroupRule(protocol="udp", from_port=53, to_port=53, cidrs=("10.0.0.0/16",)),
    }
    assert group.egress == (world.SecurityGroupRule(protocol="-1", from_port=None, to_port=None, cidrs=("0.0.0.0/0",)),)


def test_an_endpoint_carries_traffic_once_it_is_available(cloud, provider, consumer, consumer_network, service):
    endpoint = make_endpoint(consumer, consumer_network, service["ServiceName"])
    assert only(parts()["endpoints"], id=endpoint["VpcEndpointId"]).available is False
    provider.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]])
    cloud.clock.advance(cloud.settings.delay("endpoint"))
    seen = only(parts()["endpoints"], id=endpoint["VpcEndpointId"])
    assert seen.available is True
    assert seen.load_balancers == tuple(service["NetworkLoadBalancerArns"])
    assert seen.aws_service is None
    addresses = {eni.id: eni.address for eni in parts()["interfaces"]}
    names = dict(seen.dns_names)
    assert set(names) == {entry["DnsName"] for entry in endpoint["DnsEntries"]}
    assert set(names[endpoint["DnsEntries"][0]["DnsName"]]) == {addresses[eni_id] for eni_id in seen.interface_ids}


def test_an_endpoint_of_aws_names_its_service(cloud, consumer, consumer_network):
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        consumer.modify_vpc_attribute(VpcId=consumer_network.vpc_id, **{attribute: {"Value": True}})
    make_endpoint(consumer, consumer_network, "com.amazonaws.ap-northeast-1.ecr.api")
    cloud.clock.advance(cloud.settings.delay("endpoint"))
    (seen,) = parts()["endpoints"]
    assert (seen.aws_service, seen.load_balancers) == ("ecr.api", ())
    assert seen.private_dns_names == ("api.ecr.ap-northeast-1.amazonaws.com",)


def test_private_names_for_inbound_resolvers_are_not_the_vpcs(cloud, consumer, consumer_network):
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        consumer.modify_vpc_attribute(VpcId=consumer_network.vpc_id, **{attribute: {"Value": True}})
    s3 = "com.amazonaws.ap-northeast-1.s3"
    consumer.create_vpc_endpoint(VpcId=consumer_network.vpc_id, ServiceName=s3)
    make_endpoint(consumer, consumer_network, s3, PrivateDnsEnabled=True)
    cloud.clock.advance(cloud.settings.delay("endpoint"))
    (seen,) = parts()["endpoints"]
    assert seen.available and seen.private_dns_names == ()


def test_interfaces_tell_whether_groups_apply(provider_network):
    subnet_id, group_id = provider_network.subnet_ids[0], provider_network.group_id
    with lock:
        bound = interfaces.allocate("222222222222", "ap-northeast-1", subnet_id, [group_id], "a", "amazon-elb")
        free = interfaces.allocate("222222222222", "ap-northeast-1", subnet_id, None, "b", "amazon-elb")
    assert only(parts()["interfaces"], id=bound.id).groups == (group_id,)
    assert only(parts()["interfaces"], id=free.id).groups is None
