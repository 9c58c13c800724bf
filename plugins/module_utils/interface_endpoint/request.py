# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A wish in EC2's words. Pure; stdlib and amazon.aws's tags only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_specifications
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    GATEWAY,
    INTERFACE,
    Address,
    DnsOptions,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import (
    private_dns_at_creation,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import (
    FULL_ACCESS,
    same_meaning,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Wish

# Our option -> the tail of ModifyVpcEndpoint's Add... and Remove... parameters.
LISTS = {
    "subnet_ids": "SubnetIds",
    "security_group_ids": "SecurityGroupIds",
    "route_table_ids": "RouteTableIds",
}
DNS_OPTIONS = {
    "dns_record_ip_type": "DnsRecordIpType",
    "private_dns_only_for_inbound_resolver_endpoint": "PrivateDnsOnlyForInboundResolverEndpoint",
}


def creation(wish: Wish) -> dict[str, Any]:
    """For CreateVpcEndpoint, without the client token."""
    request: dict[str, Any] = {
        "VpcEndpointType": wish.type,
        "VpcId": wish.vpc_id,
        "ServiceName": wish.service_name,
        "TagSpecifications": boto3_tag_specifications(wish.tags, "vpc-endpoint"),
        **_settings(wish.dns_options, wish.ip_address_type, wish.addresses),
    }
    for option, parameter in LISTS.items():
        if values := getattr(wish, option):
            request[parameter] = list(values)
    if wish.type == INTERFACE:
        # Said always: AWS's own default is true.
        request["PrivateDnsEnabled"] = private_dns_at_creation(wish)
    if wish.policy is not None and not same_meaning(wish.policy, FULL_ACCESS):
        request["PolicyDocument"] = wish.policy
    if wish.service_region is not None:
        request["ServiceRegion"] = wish.service_region
    return request


def modification(kind: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    """For ModifyVpcEndpoint, of an endpoint of that type, without its id. `changed` is a plan's, by option."""
    request = _settings(
        changed.get("dns_options", DnsOptions()), changed.get("ip_address_type"), changed.get("addresses", {})
    )
    for option, parameter in LISTS.items():
        for verb in ("add", "remove"):
            if values := changed.get(option, {}).get(verb):
                request[f"{verb.capitalize()}{parameter}"] = list(values)
    if "private_dns_enabled" in changed:
        request["PrivateDnsEnabled"] = changed["private_dns_enabled"]
    if "policy" in changed:
        # ResetPolicy is documented for gateways alone.
        reset = kind == GATEWAY and same_meaning(changed["policy"], FULL_ACCESS)
        request |= {"ResetPolicy": True} if reset else {"PolicyDocument": changed["policy"]}
    return request


def _settings(dns: DnsOptions, ip_address_type: str | None, addresses: Mapping[str, Address]) -> dict[str, Any]:
    """What both calls name the same."""
    settings: dict[str, Any] = {}
    if ip_address_type:
        settings["IpAddressType"] = ip_address_type
    if dns.given:
        settings["DnsOptions"] = {DNS_OPTIONS[option]: value for option, value in dns.given.items()}
    if addresses:
        settings["SubnetConfigurations"] = [
            {"SubnetId": subnet_id, **{family.capitalize(): one for family, one in address.as_dict().items() if one}}
            for subnet_id, address in sorted(addresses.items())
        ]
    return settings
