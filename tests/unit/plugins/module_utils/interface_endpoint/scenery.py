"""A task's options, and an endpoint as they want it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    DnsOptions,
    Endpoint,
    Endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Desired

REGION = "ap-northeast-1"
SOMEBODYS = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-1"
PARAMS: dict[str, Any] = {
    "name": "door",
    "vpc_id": "vpc-1",
    "service_name": SOMEBODYS,
    "service_region": None,
    "services": None,
    "gateway_services": None,
    "purge_services": False,
    "type": "Interface",
    "subnet_ids": ["subnet-1", "subnet-2"],
    "subnet_configurations": None,
    "security_group_ids": ["sg-1"],
    "route_table_ids": None,
    "purge_route_tables": True,
    "private_dns_enabled": None,
    "dns_options": None,
    "ip_address_type": None,
    "policy": None,
    "policies": None,
    "policy_if_supported": False,
    "reset_policy": False,
    "replace": False,
    "tags": {"privatelink:link": "tokyo"},
    "purge_tags": True,
    "state": "present",
    "wait": True,
    "wait_timeout": 60,
}
FOUND = Endpoint(
    name="door",
    type="Interface",
    service_name=SOMEBODYS,
    service_region=REGION,
    vpc_id="vpc-1",
    subnet_ids=("subnet-1", "subnet-2"),
    security_group_ids=("sg-1",),
    dns_options=DnsOptions(dns_record_ip_type="ipv4"),
    ip_address_type="ipv4",
    policy='{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
    tags={"privatelink:link": "tokyo", "Name": "door"},
    endpoint_id="vpce-1",
    state="available",
    network_interface_ids=("eni-1", "eni-2"),
)
GATEWAY = {"type": "Gateway", "subnet_ids": None, "security_group_ids": None, "route_table_ids": ["rtb-1"]}
LISTS = {"service_name": None, "services": ["ssm"], "gateway_services": ["s3"], "route_table_ids": ["rtb-1"]}

FIXED = {"subnet_configurations": [{"subnet_id": "subnet-1", "ipv4": "10.0.0.9", "ipv6": None}]}


def desired(**options: Any) -> Desired:
    return Desired.from_params({**PARAMS, **options}, REGION)


def found(*changes: dict[str, Any]) -> Endpoints:
    return Endpoints.of(replace(FOUND, **change) for change in changes)
