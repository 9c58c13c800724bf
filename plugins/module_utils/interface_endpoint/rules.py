# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What options may not go together. Pure; stdlib only."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    GATEWAY,
    INTERFACE,
    LOAD_BALANCED,
)

# The types an option means something for.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
MEANT_FOR = {
    "subnet_ids": (INTERFACE, LOAD_BALANCED),
    "subnet_configurations": (INTERFACE,),
    "security_group_ids": (INTERFACE,),
    "route_table_ids": (GATEWAY,),
    "service_region": (INTERFACE,),
    "private_dns_enabled": (INTERFACE,),
    "dns_options": (INTERFACE, GATEWAY),
    "policy": (INTERFACE, GATEWAY),
    "reset_policy": (INTERFACE, GATEWAY),
}
FAMILIES = {"ipv4": ("ipv4",), "ipv6": ("ipv6",), "dualstack": ("ipv4", "ipv6")}
# https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointDnsRecordIpType.html says so in words; of
# service-defined it says dualstack only, but gateways have it with ipv4 too, so AWS decides.
RECORDS = {
    "ipv4": ("ipv4", "service-defined"),
    "ipv6": ("ipv6", "service-defined"),
    "dualstack": ("ipv4", "ipv6", "dualstack", "service-defined"),
}


# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
LONGEST_POLICY = 20_480


def many(params: Mapping[str, Any]) -> bool:
    """Whether the task is about lists of AWS services, empty ones too, and not about one endpoint."""
    return params["services"] is not None or params["gateway_services"] is not None


def kinds(params: Mapping[str, Any]) -> tuple[str, ...]:
    """The types of endpoints the task is about."""
    if not many(params):
        return (params["type"],)
    listed = ((INTERFACE, "services"), (GATEWAY, "gateway_services"))
    return tuple(kind for kind, option in listed if params[option])


def refuse_wrong(params: Mapping[str, Any]) -> None:
    """Raises PrivateLinkError for the first mistake among the options."""
    for where, found, allowed in _mistakes(params):
        raise PrivateLinkError(where=where, found=found, allowed=allowed)


def policy_text(where: str, policy: Any) -> str:
    """As AWS takes it. Raises PrivateLinkError for what is no policy document."""
    document = policy
    if isinstance(policy, str):
        try:
            document = json.loads(policy)
        except ValueError as error:
            raise PrivateLinkError(where=where, found=str(error), allowed="a JSON document") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise PrivateLinkError(where=where, found="no Statement", allowed="a policy document")
    text = policy if isinstance(policy, str) else json.dumps(policy)
    if len(text) > LONGEST_POLICY:
        raise PrivateLinkError(where=where, found=f"{len(text)} characters", allowed=f"{LONGEST_POLICY} at most")
    return text


def _mistakes(params: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if params["state"] == "present":
        yield from _lacking(params, kinds(params))
        yield from _meaningless(params)
        yield from _addresses(params)
        yield from _record_type(params)
    yield from _lists(params)


def _lacking(params: Mapping[str, Any], types: Collection[str]) -> Iterator[tuple[str, str, str]]:
    subnets = _subnets(params)
    if INTERFACE in types and not subnets:
        yield "subnet_ids", "no subnet", "one in each zone to be reached"
    if INTERFACE in types and not params["security_group_ids"]:
        yield "security_group_ids", "no security group", "at least one: AWS would take the VPC's default group"
    if GATEWAY in types and not params["route_table_ids"]:
        yield "route_table_ids", "no route table", "at least one"
    if LOAD_BALANCED in types and len(subnets) != 1:
        yield "subnet_ids", f"{len(subnets)} subnets", "exactly one: such an endpoint stands in one zone"


def _meaningless(params: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if many(params):
        return
    for option, types in MEANT_FOR.items():
        if params[option] and params["type"] not in types:
            yield option, f"it says nothing about an endpoint of type {params['type']}", f"it with {' or '.join(types)}"


def _addresses(params: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    given = params["subnet_configurations"] or []
    if given and many(params):
        yield "subnet_configurations", "fixed addresses for many endpoints", "them with service_name only"
    wanted = FAMILIES[params["ip_address_type"] or "ipv4"]
    for index, entry in enumerate(given):
        where = f"subnet_configurations[{index}]"
        for family, version in (("ipv4", 4), ("ipv6", 6)):
            address = entry[family]
            if address is not None and _version(address) != version:
                yield f"{where}.{family}", address, f"an {family.replace('ip', 'IP')} address"
            if address is not None and family not in wanted:
                yield f"{where}.{family}", address, f"no such address with ip_address_type {' and '.join(wanted)}"
            if address is None and family in wanted:
                yield f"{where}.{family}", "no address", "an address of each family of ip_address_type"
    for option in ("subnet_id", "ipv4", "ipv6"):
        values = [entry[option] for entry in given if known(entry[option])]
        twice = sorted({one for one in values if values.count(one) > 1})
        if twice:
            yield "subnet_configurations", f"{option} {', '.join(twice)} more than once", "each once"


def _record_type(params: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    record = (params["dns_options"] or {}).get("dns_record_ip_type")
    family = params["ip_address_type"]
    if record and family and record not in RECORDS[family]:
        yield "dns_options.dns_record_ip_type", f"{record} with ip_address_type {family}", ", ".join(RECORDS[family])


def _lists(params: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for option in ("services", "gateway_services"):
        services = params[option] or []
        twice = sorted({one for one in services if services.count(one) > 1})
        if twice:
            yield option, f"{', '.join(twice)} more than once", "each once"
    if params["purge_services"] and not many(params):
        yield "purge_services", "no list of services", "services or gateway_services, an empty one to purge all"
    listed = [*(params["services"] or ()), *(params["gateway_services"] or ())]
    strange = sorted(set(params["policies"] or {}) - set(listed))
    if strange:
        yield "policies", f"{', '.join(strange)}, which the task does not list", ", ".join(listed) or "nothing"


def _subnets(params: Mapping[str, Any]) -> list[str | None]:
    fixed = [entry["subnet_id"] for entry in params["subnet_configurations"] or ()]
    plain = params["subnet_ids"] or []
    return [*plain, *(one for one in fixed if one not in plain)]


def _version(address: str) -> int | None:
    try:
        return ipaddress.ip_address(address).version
    except ValueError:
        return None
