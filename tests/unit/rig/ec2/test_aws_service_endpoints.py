"""Endpoints to AWS's own services.

https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from __future__ import annotations

import pytest
from unit.rig.ec2.scenery import error_of, make_endpoint, state_of

REGION = "ap-northeast-1"


def named(short_name):
    return f"com.amazonaws.{REGION}.{short_name}"


@pytest.fixture
def network(consumer, consumer_network):
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        consumer.modify_vpc_attribute(VpcId=consumer_network.vpc_id, **{attribute: {"Value": True}})
    return consumer_network


@pytest.mark.parametrize(
    "short_name, public, private",
    [
        ("ssm", "ssm", ["ssm"]),
        ("monitoring", "monitoring", ["monitoring"]),  # CloudWatch
        ("ecr.api", "api.ecr", ["api.ecr"]),
        ("ecr.dkr", "dkr.ecr", ["dkr.ecr", "*.dkr.ecr"]),
        ("ecs-agent", "ecs-a", ["ecs-a"]),
    ],
)
def test_names_lead_to_the_service(cloud, consumer, network, short_name, public, private):
    endpoint = make_endpoint(consumer, network, named(short_name))
    names = [entry["DnsName"] for entry in endpoint["DnsEntries"]]
    assert names[0].endswith(f".{public}.{REGION}.vpce.amazonaws.com")
    assert names[3:] == [f"{host}.{REGION}.amazonaws.com" for host in private]
    assert endpoint["PrivateDnsEnabled"] is True
    cloud.clock.advance(cloud.settings.delay("endpoint"))
    assert state_of(consumer, endpoint) == "available"


def test_private_dns_needs_the_vpcs_dns_attributes(consumer, consumer_network):
    code, message = error_of(
        consumer.create_vpc_endpoint,
        VpcId=consumer_network.vpc_id,
        ServiceName=named("ssm"),
        VpcEndpointType="Interface",
    )
    assert code == "InvalidParameter"
    assert "enableDnsSupport and enableDnsHostnames" in message


def test_a_private_name_belongs_to_one_endpoint_of_a_vpc(consumer, network):
    make_endpoint(consumer, network, named("ssm"))
    code, message = error_of(
        consumer.create_vpc_endpoint, VpcId=network.vpc_id, ServiceName=named("ssm"), VpcEndpointType="Interface"
    )
    assert code == "InvalidParameter"
    assert f"conflicting DNS domain for ssm.{REGION}.amazonaws.com" in message


def test_a_private_name_is_free_again_once_its_endpoint_is_deleted(cloud, consumer, network):
    endpoint = make_endpoint(consumer, network, named("ssm"))
    consumer.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    cloud.clock.advance(cloud.settings.delay("endpoint_deletion"))
    make_endpoint(consumer, network, named("ssm"))


def test_unknown_services_do_not_exist(consumer, network):
    code, _message = error_of(consumer.create_vpc_endpoint, VpcId=network.vpc_id, ServiceName=named("nonsense"))
    assert code == "InvalidServiceName"


def test_services_are_listed_and_filtered(consumer):
    found = consumer.describe_vpc_endpoint_services(Filters=[{"Name": "service-type", "Values": ["Gateway"]}])
    assert found["ServiceNames"] == [named("dynamodb"), named("s3")]
    pages = consumer.get_paginator("describe_vpc_endpoint_services").paginate(PaginationConfig={"PageSize": 100})
    names = [detail["ServiceName"] for page in pages for detail in page["ServiceDetails"]]
    assert {named("ssm"), named("ecr.api"), named("logs"), named("sts")} <= set(names)
    assert len(set(names)) == len(names) - 2


@pytest.fixture
def table_id(consumer, network):
    return consumer.create_route_table(VpcId=network.vpc_id)["RouteTable"]["RouteTableId"]


def gateway(consumer, network, *table_ids):
    made = consumer.create_vpc_endpoint(
        VpcId=network.vpc_id, ServiceName=named("s3"), VpcEndpointType="Gateway", RouteTableIds=list(table_ids)
    )
    return made["VpcEndpoint"]


def routes(consumer, table_id):
    table = consumer.describe_route_tables(RouteTableIds=[table_id])["RouteTables"][0]
    return {route["DestinationPrefixListId"]: route for route in table["Routes"] if "DestinationPrefixListId" in route}


def test_a_gateway_endpoint_is_a_route_to_the_services_prefix_list(consumer, network, table_id):
    prefix_list = consumer.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [named("s3")]}])
    list_id = prefix_list["PrefixLists"][0]["PrefixListId"]
    assert prefix_list["PrefixLists"][0]["Cidrs"]
    endpoint = gateway(consumer, network, table_id)
    assert endpoint["State"] == "available"
    assert routes(consumer, table_id)[list_id]["GatewayId"] == endpoint["VpcEndpointId"]
    assert endpoint["RouteTableIds"] == [table_id]
    assert endpoint.get("DnsEntries", []) == []


def test_a_gateway_endpoint_changes_and_ends_with_its_routes(cloud, consumer, network, table_id):
    endpoint = gateway(consumer, network)
    assert routes(consumer, table_id) == {}
    consumer.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], AddRouteTableIds=[table_id])
    assert len(routes(consumer, table_id)) == 1
    consumer.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    cloud.clock.advance(60)
    assert routes(consumer, table_id) == {}


def test_a_route_table_has_one_gateway_endpoint_per_service(consumer, network, table_id):
    gateway(consumer, network, table_id)
    code, message = error_of(
        consumer.create_vpc_endpoint, VpcId=network.vpc_id, ServiceName=named("s3"), RouteTableIds=[table_id]
    )
    assert (code, table_id in message) == ("RouteAlreadyExists", True)


def test_groups_may_allow_a_services_prefix_list(consumer, network):
    list_id = consumer.describe_managed_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [named("s3")]}])[
        "PrefixLists"
    ][0]["PrefixListId"]
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "PrefixListIds": [{"PrefixListId": list_id}],
    }
    consumer.authorize_security_group_egress(GroupId=network.group_id, IpPermissions=[permission])
    group = consumer.describe_security_groups(GroupIds=[network.group_id])["SecurityGroups"][0]
    assert [entry for rule in group["IpPermissionsEgress"] for entry in rule["PrefixListIds"]] == [
        {"PrefixListId": list_id}
    ]


class TestS3ByInterface:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html"""

    def wanted(self, network, **more):
        return {"VpcId": network.vpc_id, "ServiceName": named("s3"), "VpcEndpointType": "Interface", **more}

    def test_private_dns_is_for_inbound_resolvers_only_by_default_and_wants_the_gateway(self, consumer, network):
        code, message = error_of(consumer.create_vpc_endpoint, **self.wanted(network, PrivateDnsEnabled=True))
        assert code == "InvalidParameter" and "the VPC must have a Gateway endpoint for the service" in message
        consumer.create_vpc_endpoint(VpcId=network.vpc_id, ServiceName=named("s3"))
        made = consumer.create_vpc_endpoint(**self.wanted(network, PrivateDnsEnabled=True))["VpcEndpoint"]
        assert made["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] is True

    def test_or_for_all(self, consumer, network):
        options = {"PrivateDnsOnlyForInboundResolverEndpoint": False}
        request = self.wanted(network, PrivateDnsEnabled=True, DnsOptions=options)
        made = consumer.create_vpc_endpoint(**request)["VpcEndpoint"]
        assert made["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] is False
        consumer.create_vpc_endpoint(VpcId=network.vpc_id, ServiceName=named("s3"))
        consumer.modify_vpc_endpoint(
            VpcEndpointId=made["VpcEndpointId"], DnsOptions={"PrivateDnsOnlyForInboundResolverEndpoint": True}
        )
        [found] = consumer.describe_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])["VpcEndpoints"]
        assert found["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] is True


def test_some_service_lacks_a_zone(consumer):
    """github.com/terraform-aws-modules/terraform-aws-vpc issue 785: email-smtp"""
    names = [named("email-smtp"), named("ssm")]
    found = consumer.describe_vpc_endpoint_services(ServiceNames=names)["ServiceDetails"]
    assert [len(one["AvailabilityZoneIds"]) for one in found] == [2, 3]
    assert [len(one["AvailabilityZones"]) for one in found] == [2, 3]
