"""A wish in EC2's words, as botocore's own model takes them."""

from __future__ import annotations

import botocore.session
import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import Address, DnsOptions
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import FULL_ACCESS
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.request import (
    creation,
    modification,
)
from botocore.validate import ParamValidator
from unit.plugins.module_utils.interface_endpoint.scenery import GATEWAY, LISTS, SOMEBODYS, desired

READ = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ssm:Get*", "Resource": "*"}]}'
TAGS = [
    {
        "ResourceType": "vpc-endpoint",
        "Tags": [{"Key": "privatelink:link", "Value": "tokyo"}, {"Key": "Name", "Value": "door"}],
    }
]
INTERFACE = {
    "VpcEndpointType": "Interface",
    "VpcId": "vpc-1",
    "ServiceName": SOMEBODYS,
    "SubnetIds": ["subnet-1", "subnet-2"],
    "SecurityGroupIds": ["sg-1"],
    "PrivateDnsEnabled": False,
    "TagSpecifications": TAGS,
}


@pytest.fixture(scope="module")
def valid():
    """valid("CreateVpcEndpoint", request) -> what botocore says against it."""
    model = botocore.session.get_session().get_service_model("ec2")

    def valid(operation, request):
        return ParamValidator().validate(request, model.operation_model(operation).input_shape).generate_report()

    return valid


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, INTERFACE, id="least"),
        pytest.param({"reset_policy": True}, INTERFACE, id="full access is what AWS gives by itself"),
        pytest.param({"policy": READ}, {**INTERFACE, "PolicyDocument": READ}, id="policy"),
        pytest.param(
            {
                "ip_address_type": "dualstack",
                "dns_options": {
                    "dns_record_ip_type": "dualstack",
                    "private_dns_only_for_inbound_resolver_endpoint": False,
                },
                "service_region": "eu-west-1",
                "subnet_configurations": [
                    {"subnet_id": "subnet-2", "ipv4": "10.0.1.9", "ipv6": "fd00:1::9"},
                    {"subnet_id": "subnet-1", "ipv4": "10.0.0.9", "ipv6": "fd00::9"},
                ],
            },
            {
                **INTERFACE,
                "IpAddressType": "dualstack",
                "DnsOptions": {"DnsRecordIpType": "dualstack", "PrivateDnsOnlyForInboundResolverEndpoint": False},
                "ServiceRegion": "eu-west-1",
                "SubnetConfigurations": [
                    {"SubnetId": "subnet-1", "Ipv4": "10.0.0.9", "Ipv6": "fd00::9"},
                    {"SubnetId": "subnet-2", "Ipv4": "10.0.1.9", "Ipv6": "fd00:1::9"},
                ],
            },
            id="everything",
        ),
        pytest.param(
            GATEWAY,
            {
                "VpcEndpointType": "Gateway",
                "VpcId": "vpc-1",
                "ServiceName": SOMEBODYS,
                "RouteTableIds": ["rtb-1"],
                "TagSpecifications": TAGS,
            },
            id="gateway",
        ),
    ],
)
def test_creation(valid, options, expected):
    [wish] = desired(**options).wishes

    assert creation(wish) == expected
    assert not valid("CreateVpcEndpoint", creation(wish))


def test_private_dns_is_always_said_for_aws_turns_it_on_by_itself():
    assert [creation(wish).get("PrivateDnsEnabled") for wish in desired(**LISTS).wishes] == [True, None]
    assert creation(desired(**LISTS, private_dns_enabled=False).wishes[0])["PrivateDnsEnabled"] is False


@pytest.mark.parametrize(
    ("kind", "changed", "expected"),
    [
        pytest.param(
            "Interface",
            {
                "subnet_ids": {"add": ("subnet-3",), "remove": ("subnet-1",)},
                "security_group_ids": {"add": ("sg-2",), "remove": ()},
                "private_dns_enabled": False,
                "ip_address_type": "ipv6",
                "dns_options": DnsOptions(dns_record_ip_type="ipv6"),
                "addresses": {"subnet-3": Address(ipv6="fd00::9")},
                "policy": READ,
            },
            {
                "AddSubnetIds": ["subnet-3"],
                "RemoveSubnetIds": ["subnet-1"],
                "AddSecurityGroupIds": ["sg-2"],
                "PrivateDnsEnabled": False,
                "IpAddressType": "ipv6",
                "DnsOptions": {"DnsRecordIpType": "ipv6"},
                "SubnetConfigurations": [{"SubnetId": "subnet-3", "Ipv6": "fd00::9"}],
                "PolicyDocument": READ,
            },
            id="everything of an interface endpoint",
        ),
        pytest.param(
            "Gateway",
            {"route_table_ids": {"add": ("rtb-2",), "remove": ("rtb-1",)}, "policy": FULL_ACCESS},
            {"AddRouteTableIds": ["rtb-2"], "RemoveRouteTableIds": ["rtb-1"], "ResetPolicy": True},
            id="gateway",
        ),
        pytest.param("Gateway", {"policy": READ}, {"PolicyDocument": READ}, id="policy of a gateway"),
        pytest.param(
            "Interface", {"policy": FULL_ACCESS}, {"PolicyDocument": FULL_ACCESS}, id="ResetPolicy is for gateways"
        ),
    ],
)
def test_modification(valid, kind, changed, expected):
    assert modification(kind, changed) == expected
    assert not valid("ModifyVpcEndpoint", {"VpcEndpointId": "vpce-1", **expected})
