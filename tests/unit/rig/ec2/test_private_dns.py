"""https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"""

from __future__ import annotations

import pytest
from rig.control.ec2 import dns_records
from unit.rig.ec2.scenery import error_of, make_endpoint

NAME = "orders.tokyo.twoway.example"


def configuration(provider, service):
    return provider.describe_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])[
        "ServiceConfigurations"
    ][0]


@pytest.fixture
def named(provider, service):
    provider.modify_vpc_endpoint_service_configuration(ServiceId=service["ServiceId"], PrivateDnsName=NAME)
    return configuration(provider, service)


def verify(cloud, provider, service):
    provider.start_vpc_endpoint_service_private_dns_verification(ServiceId=service["ServiceId"])
    cloud.clock.advance(cloud.settings.delay("private_dns_verification"))


def publish(named, value=None):
    record = named["PrivateDnsNameConfiguration"]
    dns_records.publish_txt(f"{record['Name']}.{NAME}", value or record["Value"])


def test_a_new_name_waits_to_be_verified(named):
    record = named["PrivateDnsNameConfiguration"]
    assert named["PrivateDnsName"] == NAME
    assert (record["State"], record["Type"]) == ("pendingVerification", "TXT")
    assert record["Value"].startswith("vpce:")


def test_a_name_whose_txt_record_is_found_is_verified(cloud, provider, named):
    publish(named)
    verify(cloud, provider, named)
    assert configuration(provider, named)["PrivateDnsNameConfiguration"]["State"] == "verified"


@pytest.mark.parametrize("published", [None, "vpce:something-else"], ids=["no record", "another value"])
def test_a_name_without_its_txt_record_fails(cloud, provider, named, published):
    if published:
        publish(named, published)
    verify(cloud, provider, named)
    assert configuration(provider, named)["PrivateDnsNameConfiguration"]["State"] == "failed"


def test_a_name_can_be_removed(provider, named):
    provider.modify_vpc_endpoint_service_configuration(ServiceId=named["ServiceId"], RemovePrivateDnsName=True)
    assert "PrivateDnsName" not in configuration(provider, named)


def test_a_service_without_a_name_has_nothing_to_verify(provider, service):
    code, _message = error_of(
        provider.start_vpc_endpoint_service_private_dns_verification, ServiceId=service["ServiceId"]
    )
    assert code == "InvalidParameter"


@pytest.fixture
def network(consumer, consumer_network):
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        consumer.modify_vpc_attribute(VpcId=consumer_network.vpc_id, **{attribute: {"Value": True}})
    return consumer_network


def enable(consumer, endpoint):
    return {"call": consumer.modify_vpc_endpoint, "VpcEndpointId": endpoint["VpcEndpointId"], "PrivateDnsEnabled": True}


def test_private_dns_needs_a_verified_name(consumer, network, named):
    endpoint = make_endpoint(consumer, network, named["ServiceName"])
    code, message = error_of(**enable(consumer, endpoint))
    assert (code, "does not provide a private DNS name" in message) == ("InvalidParameter", True)


def test_private_dns_is_enabled_after_acceptance_only(cloud, provider, consumer, network, named):
    """github.com/hashicorp/terraform-provider-aws issue 7148"""
    publish(named)
    verify(cloud, provider, named)
    endpoint = make_endpoint(consumer, network, named["ServiceName"])
    code, message = error_of(**enable(consumer, endpoint))
    assert (code, "after the endpoint connection is accepted" in message) == ("InvalidParameter", True)
    provider.accept_vpc_endpoint_connections(ServiceId=named["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]])
    cloud.clock.advance(60)
    consumer.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], PrivateDnsEnabled=True)
    seen = consumer.describe_vpc_endpoints()["VpcEndpoints"][0]
    assert seen["PrivateDnsEnabled"] is True
    assert seen["DnsEntries"][-1]["DnsName"] == NAME
