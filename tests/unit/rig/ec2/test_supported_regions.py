"""https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html (cross-Region access)"""

from __future__ import annotations

from dataclasses import replace

from rig.control import registry
from rig.control.ec2 import backends
from unit.rig.ec2.scenery import error_of, make_endpoint, make_load_balancer

HOME, FAR = "ap-northeast-1", "eu-west-1"


def modify(provider, service, **changes):
    provider.modify_vpc_endpoint_service_configuration(ServiceId=service["ServiceId"], **changes)


def shown(provider):
    (service,) = provider.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    regions = {entry["Region"]: entry["ServiceState"] for entry in service["SupportedRegions"]}
    return regions, service["RemoteAccessEnabled"]


def test_its_own_region_is_always_there(provider, service):
    """github.com/hashicorp/terraform-provider-aws issue 40667"""
    assert shown(provider) == ({HOME: "Available"}, False)
    modify(provider, service, AddSupportedRegions=[FAR])
    assert shown(provider) == ({HOME: "Available", FAR: "Available"}, True)
    code, message = error_of(modify, provider=provider, service=service, RemoveSupportedRegions=[HOME])
    assert code == "InvalidParameter" and HOME in message


def test_regions_given_at_creation(cloud, provider, provider_network):
    arn = make_load_balancer(cloud.client("isolated", "elbv2"), provider_network)
    provider.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn], SupportedRegions=[FAR])
    assert shown(provider) == ({HOME: "Available", FAR: "Available"}, True)


def test_a_region_that_nobody_uses_goes(provider, service):
    modify(provider, service, AddSupportedRegions=[FAR])
    modify(provider, service, RemoveSupportedRegions=[FAR])
    assert shown(provider) == ({HOME: "Available"}, False)


def test_a_region_in_use_is_closed_and_its_connections_stay(provider, consumer, consumer_network, service):
    modify(provider, service, AddSupportedRegions=[FAR])
    made = make_endpoint(consumer, consumer_network, service["ServiceName"])
    endpoint = next(entry for entry in backends.endpoints() if entry.id == made["VpcEndpointId"])
    endpoint.region = FAR
    modify(provider, service, RemoveSupportedRegions=[FAR])
    assert shown(provider) == ({HOME: "Available", FAR: "Closed"}, True)
    assert endpoint.state == "pendingAcceptance"

    endpoint.state = "deleted"
    assert shown(provider) == ({HOME: "Available"}, False)


def test_unknown_regions_are_refused_and_nothing_changes(provider, service):
    code, _message = error_of(modify, provider=provider, service=service, AddSupportedRegions=[FAR, "mars-north-1"])
    assert code == "InvalidParameter"
    assert shown(provider) == ({HOME: "Available"}, False)


def test_another_tcp_idle_timeout_keeps_other_regions_out(cloud, provider, service):
    elbv2 = cloud.client("isolated", "elbv2")
    group = elbv2.create_target_group(
        Name="t", Protocol="TCP", Port=443, TargetType="ip", VpcId=provider.describe_vpcs()["Vpcs"][-1]["VpcId"]
    )["TargetGroups"][0]["TargetGroupArn"]
    listener = elbv2.create_listener(
        LoadBalancerArn=service["NetworkLoadBalancerArns"][0],
        Protocol="TCP",
        Port=443,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]
    set_timeout = elbv2.modify_listener_attributes
    set_timeout(ListenerArn=listener, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "600"}])
    code, message = error_of(modify, provider=provider, service=service, AddSupportedRegions=[FAR])
    assert code == "InvalidParameter" and "idle timeout" in message
    set_timeout(ListenerArn=listener, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "350"}])
    modify(provider, service, AddSupportedRegions=[FAR])
    assert shown(provider)[1] is True


def test_a_region_takes_as_long_as_a_service(cloud, monkeypatch, provider, service):
    slow = replace(cloud.settings, delays={"endpoint_service": 60.0})
    monkeypatch.setattr(registry, "settings", lambda: slow)
    modify(provider, service, AddSupportedRegions=[FAR])
    assert shown(provider) == ({HOME: "Available", FAR: "Pending"}, True)
    cloud.clock.advance(60)
    assert shown(provider) == ({HOME: "Available", FAR: "Available"}, True)
