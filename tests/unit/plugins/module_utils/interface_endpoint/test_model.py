"""What AWS says of endpoints, in our words."""

from __future__ import annotations

from datetime import UTC, datetime

from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    Address,
    Endpoint,
    Interface,
)
from unit.plugins.module_utils.interface_endpoint.scenery import FOUND

HASH = "vpce-1-abcd1234"
BODY = {
    "VpcEndpointId": "vpce-1",
    "VpcEndpointType": "Interface",
    "VpcId": "vpc-1",
    "ServiceName": "com.amazonaws.eu-west-1.ssm",
    "ServiceRegion": "eu-west-1",
    "State": "PendingAcceptance",
    "PolicyDocument": '{"Statement": []}',
    "SubnetIds": ["subnet-2", "subnet-1"],
    "Groups": [{"GroupId": "sg-2", "GroupName": "b"}, {"GroupId": "sg-1", "GroupName": "a"}],
    "IpAddressType": "dualstack",
    "DnsOptions": {"DnsRecordIpType": "dualstack", "PrivateDnsOnlyForInboundResolverEndpoint": True},
    "PrivateDnsEnabled": True,
    "RequesterManaged": True,
    "NetworkInterfaceIds": ["eni-2", "eni-1"],
    "DnsEntries": [
        {"DnsName": f"{HASH}.ssm.eu-west-1.vpce.amazonaws.com", "HostedZoneId": "Z1"},
        {"DnsName": f"{HASH}-eu-west-1a.ssm.eu-west-1.vpce.amazonaws.com", "HostedZoneId": "Z1"},
        {"DnsName": "ssm.eu-west-1.amazonaws.com", "HostedZoneId": "Z2"},
        {},
    ],
    "CreationTimestamp": datetime(2026, 11, 1, tzinfo=UTC),
    "Tags": [{"Key": "Name", "Value": "door"}],
    "OwnerId": "111111111111",
    "LastError": {"Code": "E", "Message": "why"},
    "FailureReason": "therefore",
    "PayerResponsibilities": [{"Scope": "vpc-endpoint-charges", "PayerResponsibilityType": "vpc-endpoint-account"}],
}


def test_everything():
    assert Endpoint.from_boto(BODY).as_result() == {
        "name": "door",
        "type": "Interface",
        "service_name": "com.amazonaws.eu-west-1.ssm",
        "service_region": "eu-west-1",
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-1", "subnet-2"],
        "security_group_ids": ["sg-1", "sg-2"],
        "route_table_ids": [],
        "private_dns_enabled": True,
        "dns_options": {
            "dns_record_ip_type": "dualstack",
            "private_dns_only_for_inbound_resolver_endpoint": True,
        },
        "ip_address_type": "dualstack",
        "addresses": {},
        "policy": {"Statement": []},
        "tags": {"Name": "door"},
        "endpoint_id": "vpce-1",
        "state": "pendingAcceptance",
        "owner_id": "111111111111",
        "created": "2026-11-01T00:00:00+00:00",
        "requester_managed": True,
        "payers": {"vpc-endpoint-charges": "vpc-endpoint-account"},
        "network_interface_ids": ["eni-1", "eni-2"],
        "dns_entries": [entry["DnsName"] for entry in BODY["DnsEntries"][:3]],
        "dns_name": f"{HASH}.ssm.eu-west-1.vpce.amazonaws.com",
        "hosted_zone_id": "Z1",
        "zonal_dns_names": {"eu-west-1a": f"{HASH}-eu-west-1a.ssm.eu-west-1.vpce.amazonaws.com"},
        "last_error": "E: why: therefore",
    }


def test_next_to_nothing():
    """An endpoint of VPC Lattice has no service name, a gateway of old no type."""
    bare = Endpoint.from_boto({"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "State": "available"})

    assert (bare.type, bare.service_name, bare.policy, bare.last_error, bare.created) == ("Gateway", *[None] * 4)
    assert bare.as_result()["dns_name"] is None and bare.as_result()["hosted_zone_id"] is None


def test_an_address_that_leaves_a_family_to_aws_is_met_by_any():
    here = Address(ipv4="10.0.0.9", ipv6="fd00::9")

    assert Address(ipv4="10.0.0.9").met_by(here) and Address(ipv6="fd00::9").met_by(here) and Address().met_by(here)
    assert not Address(ipv4="10.0.0.8").met_by(here) and not Address(ipv4="10.0.0.9", ipv6="fd00::8").met_by(here)


def test_interfaces_tell_the_addresses_asked_for():
    interfaces = [
        Interface.from_boto(
            {
                "NetworkInterfaceId": f"eni-{number}",
                "SubnetId": f"subnet-{number}",
                "PrivateIpAddress": f"10.0.{number}.9",
                "Ipv6Addresses": [{"Ipv6Address": "fd00::9"}] if number == 1 else [],
            }
        )
        for number in (1, 2, 3)
    ]
    here = FOUND.at(interfaces, ["subnet-1", "subnet-3"])

    assert here.addresses == {"subnet-1": Address(ipv4="10.0.1.9", ipv6="fd00::9")}
