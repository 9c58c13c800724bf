"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html"""

from __future__ import annotations

import pytest
from unit.rig.ec2.scenery import error_of, make_endpoint

PROVIDED = ("vpc-endpoint-service", "vpc-endpoint-connection")
LINK = {"Key": "privatelink:link", "Value": "tokyo"}


@pytest.fixture
def tagged(consumer, consumer_network, provider, service):
    """An id of each kind of resource whose type moto does not know, or knows by another name, and its owner."""
    igw = consumer.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    consumer.attach_internet_gateway(InternetGatewayId=igw, VpcId=consumer_network.vpc_id)
    allocation_id = consumer.allocate_address(Domain="vpc")["AllocationId"]
    nat = consumer.create_nat_gateway(SubnetId=consumer_network.subnet_ids[0], AllocationId=allocation_id)
    endpoint = make_endpoint(consumer, consumer_network, service["ServiceName"])
    (connection,) = provider.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    made = {
        "elastic-ip": (consumer, allocation_id),
        "natgateway": (consumer, nat["NatGateway"]["NatGatewayId"]),
        "vpc-endpoint": (consumer, endpoint["VpcEndpointId"]),
        "vpc-endpoint-service": (provider, service["ServiceId"]),
        "vpc-endpoint-connection": (provider, connection["VpcEndpointConnectionId"]),
    }
    for ec2, resource_id in made.values():
        ec2.create_tags(Resources=[resource_id], Tags=[LINK])
    return made


@pytest.mark.parametrize("kind", ["elastic-ip", "natgateway", "vpc-endpoint", *PROVIDED])
def test_tags_are_found_by_awss_name_of_the_resource_type(tagged, kind):
    ec2, resource_id = tagged[kind]
    found = ec2.describe_tags(Filters=[{"Name": "resource-type", "Values": [kind]}])["Tags"]
    assert [(entry["ResourceId"], entry["ResourceType"]) for entry in found] == [(resource_id, kind)]


def test_the_tagging_api_finds_them_all(cloud, tagged):
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""
    found = set()
    for account in ("public", "isolated"):
        api = cloud.client(account, "resourcegroupstaggingapi")
        pages = api.get_paginator("get_resources").paginate(TagFilters=[{"Key": LINK["Key"], "Values": ["tokyo"]}])
        found |= {entry["ResourceARN"] for page in pages for entry in page["ResourceTagMappingList"]}
    owner = dict.fromkeys(PROVIDED, cloud.account("isolated").id)
    assert found == {
        f"arn:aws:ec2:ap-northeast-1:{owner.get(kind, cloud.account('public').id)}:{kind}/{resource_id}"
        for kind, (_owner, resource_id) in tagged.items()
    }


def test_tags_go_with_their_endpoint(cloud, tagged):
    consumer, endpoint_id = tagged["vpc-endpoint"]
    consumer.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])
    cloud.clock.advance(60)
    by_id = [{"Name": "resource-id", "Values": [endpoint_id]}]
    assert consumer.describe_tags(Filters=by_id)["Tags"] == []


def test_a_connection_is_the_providers_to_tag(consumer, provider, tagged):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html"""
    _provider, connection_id = tagged["vpc-endpoint-connection"]
    assert error_of(consumer.create_tags, Resources=[connection_id], Tags=[LINK])[0] == "InvalidID"
    (connection,) = provider.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    assert connection["Tags"] == [LINK]
    provider.delete_tags(Resources=[connection_id], Tags=[LINK])
    (connection,) = provider.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    assert connection["Tags"] == []
