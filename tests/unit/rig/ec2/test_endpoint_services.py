"""https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html"""

from __future__ import annotations

import re

import pytest
from unit.rig.ec2.scenery import error_of, make_endpoint, make_load_balancer, make_network, state_of

ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:loadbalancer/net/none/0123456789abcdef"


def configurations(provider, **params):
    return provider.describe_vpc_endpoint_service_configurations(**params)["ServiceConfigurations"]


def test_a_service_looks_as_aws_shows_it(provider, service, load_balancer_arn):
    (seen,) = configurations(provider, ServiceIds=[service["ServiceId"]])
    assert re.fullmatch(r"vpce-svc-[0-9a-f]{17}", seen["ServiceId"])
    assert seen["ServiceName"] == f"com.amazonaws.vpce.ap-northeast-1.{seen['ServiceId']}"
    assert seen["BaseEndpointDnsNames"] == [f"{seen['ServiceId']}.ap-northeast-1.vpce.amazonaws.com"]
    assert seen["ServiceType"] == [{"ServiceType": "Interface"}]
    assert seen["ServiceState"] == "Available"
    assert seen["AcceptanceRequired"] is True
    assert seen["NetworkLoadBalancerArns"] == [load_balancer_arn]
    assert seen["AvailabilityZoneIds"] == ["apne1-az1", "apne1-az4"]
    assert seen["SupportedIpAddressTypes"] == ["ipv4"]


def test_a_service_needs_a_load_balancer_that_exists(provider):
    code, _message = error_of(provider.create_vpc_endpoint_service_configuration, NetworkLoadBalancerArns=[ARN])
    assert code == "InvalidParameter"


def test_a_service_needs_a_network_load_balancer(cloud, provider, provider_network):
    arn = make_load_balancer(cloud.client("isolated", "elbv2"), provider_network, "alb", "application")
    code, message = error_of(provider.create_vpc_endpoint_service_configuration, NetworkLoadBalancerArns=[arn])
    assert code == "InvalidParameter"
    assert "not a network load balancer" in message


def test_a_load_balancer_carries_one_service_only(provider, service, load_balancer_arn):
    code, message = error_of(
        provider.create_vpc_endpoint_service_configuration, NetworkLoadBalancerArns=[load_balancer_arn]
    )
    assert code == "InvalidParameter"
    assert service["ServiceId"] in message


def test_another_accounts_load_balancer_is_not_there(consumer, load_balancer_arn):
    code, _message = error_of(
        consumer.create_vpc_endpoint_service_configuration, NetworkLoadBalancerArns=[load_balancer_arn]
    )
    assert code == "InvalidParameter"


def test_ipv6_needs_dual_stack_load_balancers(cloud, provider, service, load_balancer_arn):
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#share-endpoint-service-ip-address-type"""
    wanted = {"ServiceId": service["ServiceId"], "AddSupportedIpAddressTypes": ["ipv6"]}
    code, message = error_of(provider.modify_vpc_endpoint_service_configuration, **wanted)
    assert code == "InvalidParameter" and "dualstack" in message

    cloud.client("isolated", "elbv2").set_ip_address_type(LoadBalancerArn=load_balancer_arn, IpAddressType="dualstack")
    provider.modify_vpc_endpoint_service_configuration(**wanted)
    found = provider.describe_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])
    assert found["ServiceConfigurations"][0]["SupportedIpAddressTypes"] == ["ipv4", "ipv6"]


def test_unknown_services_are_named_in_the_error(provider):
    code, message = error_of(
        provider.describe_vpc_endpoint_service_configurations, ServiceIds=["vpce-svc-0123456789abcdef0"]
    )
    assert code == "InvalidVpcEndpointServiceId.NotFound"
    assert "vpce-svc-0123456789abcdef0" in message


def test_configurations_are_the_owners_alone(consumer, service):
    assert configurations(consumer) == []


def test_services_are_filtered_by_tag(provider, service):
    provider.create_tags(Resources=[service["ServiceId"]], Tags=[{"Key": "Name", "Value": "tokyo-inbound"}])
    by_tag = [{"Name": "tag:Name", "Values": ["tokyo-inbound"]}]
    assert [entry["ServiceId"] for entry in configurations(provider, Filters=by_tag)] == [service["ServiceId"]]
    assert configurations(provider, Filters=[{"Name": "tag:Name", "Values": ["osaka-*"]}]) == []
    assert configurations(provider)[0]["Tags"] == [{"Key": "Name", "Value": "tokyo-inbound"}]


def test_unknown_filters_are_refused(provider):
    code, _message = error_of(
        provider.describe_vpc_endpoint_service_configurations, Filters=[{"Name": "colour", "Values": ["red"]}]
    )
    assert code == "InvalidParameterValue"


def test_services_come_in_pages(cloud, provider, provider_network):
    elbv2 = cloud.client("isolated", "elbv2")
    made = set()
    for number in range(3):
        arn = make_load_balancer(elbv2, provider_network, f"inbound-{number}")
        made.add(
            provider.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn])["ServiceConfiguration"][
                "ServiceId"
            ]
        )
    pages = list(
        provider.get_paginator("describe_vpc_endpoint_service_configurations").paginate(
            PaginationConfig={"PageSize": 2}
        )
    )
    assert [len(page["ServiceConfigurations"]) for page in pages] == [2, 1]
    assert {entry["ServiceId"] for page in pages for entry in page["ServiceConfigurations"]} == made


def test_a_zone_that_its_load_balancer_gains_is_offered_after_a_modify(cloud, provider, provider_network, service):
    """https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"""
    subnet = provider.create_subnet(
        VpcId=provider_network.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZoneId="apne1-az2"
    )["Subnet"]
    cloud.client("isolated", "elbv2").set_subnets(
        LoadBalancerArn=service["NetworkLoadBalancerArns"][0],
        Subnets=[*provider_network.subnet_ids, subnet["SubnetId"]],
    )
    assert configurations(provider)[0]["AvailabilityZoneIds"] == ["apne1-az1", "apne1-az4"]
    provider.modify_vpc_endpoint_service_configuration(ServiceId=service["ServiceId"])
    assert configurations(provider)[0]["AvailabilityZoneIds"] == ["apne1-az1", "apne1-az2", "apne1-az4"]


def test_load_balancers_are_swapped_while_nobody_is_connected(cloud, provider, provider_network, service):
    second = make_load_balancer(cloud.client("isolated", "elbv2"), provider_network, "second")
    provider.modify_vpc_endpoint_service_configuration(
        ServiceId=service["ServiceId"],
        AddNetworkLoadBalancerArns=[second],
        RemoveNetworkLoadBalancerArns=service["NetworkLoadBalancerArns"],
    )
    assert configurations(provider)[0]["NetworkLoadBalancerArns"] == [second]


@pytest.fixture
def endpoint(consumer, consumer_network, service):
    return make_endpoint(consumer, consumer_network, service["ServiceName"])


def test_a_load_balancer_stays_while_an_endpoint_is_connected(cloud, provider, provider_network, service, endpoint):
    second = make_load_balancer(cloud.client("isolated", "elbv2"), provider_network, "second")
    code, _message = error_of(
        provider.modify_vpc_endpoint_service_configuration,
        ServiceId=service["ServiceId"],
        AddNetworkLoadBalancerArns=[second],
        RemoveNetworkLoadBalancerArns=service["NetworkLoadBalancerArns"],
    )
    assert code == "ExistingVpcEndpointConnections"


def delete(provider, *service_ids):
    failed = provider.delete_vpc_endpoint_service_configurations(ServiceIds=list(service_ids))["Unsuccessful"]
    return [(entry["ResourceId"], entry["Error"]["Code"]) for entry in failed]


def test_a_connected_service_is_not_deleted(provider, service, endpoint):
    assert delete(provider, service["ServiceId"]) == [(service["ServiceId"], "ExistingVpcEndpointConnections")]
    assert configurations(provider)[0]["ServiceState"] == "Available"


def test_a_service_goes_once_its_connections_are_rejected(provider, consumer, service, endpoint):
    provider.reject_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert delete(provider, service["ServiceId"]) == []
    assert configurations(provider) == []
    assert state_of(consumer, endpoint) == "rejected"


def test_deleting_an_unknown_service_is_unsuccessful_and_no_error(provider, service):
    failed = delete(provider, "vpce-svc-0123456789abcdef0", service["ServiceId"])
    assert failed == [("vpce-svc-0123456789abcdef0", "InvalidVpcEndpointService.NotFound")]
    assert configurations(provider) == []


def test_the_payer_can_only_become_the_service_owner(provider, service):
    provider.modify_vpc_endpoint_service_payer_responsibility(
        ServiceId=service["ServiceId"], PayerResponsibility="ServiceOwner"
    )
    assert configurations(provider)[0]["PayerResponsibility"] == "ServiceOwner"


def test_a_freed_load_balancer_carries_the_next_service(provider, service, load_balancer_arn):
    delete(provider, service["ServiceId"])
    again = provider.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[load_balancer_arn])
    assert again["ServiceConfiguration"]["ServiceId"] != service["ServiceId"]


def test_zone_names_are_those_of_whoever_asks(cloud, provider, consumer, service):
    seen = {}
    for account, ec2 in (("isolated", provider), ("public", consumer)):
        detail = ec2.describe_vpc_endpoint_services(ServiceNames=[service["ServiceName"]])["ServiceDetails"][0]
        assert detail["AvailabilityZoneIds"] == ["apne1-az1", "apne1-az4"]
        zones = {zone["ZoneName"]: zone["ZoneId"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]}
        assert sorted(zones[name] for name in detail["AvailabilityZones"]) == ["apne1-az1", "apne1-az4"]
        seen[account] = detail["AvailabilityZones"]
    assert seen["isolated"] != seen["public"]


def test_a_service_spans_all_its_load_balancers(cloud, provider, service):
    elsewhere = make_network(provider)
    second = make_load_balancer(cloud.client("isolated", "elbv2"), elsewhere, "second")
    provider.modify_vpc_endpoint_service_configuration(
        ServiceId=service["ServiceId"], AddNetworkLoadBalancerArns=[second]
    )
    assert configurations(provider)[0]["NetworkLoadBalancerArns"] == [*service["NetworkLoadBalancerArns"], second]
