"""Which endpoint a call has come through. The front doors of the data plane note it in headers of the request.

They overwrite or take away those that a workload writes itself (`rig.fabric.envoy.front`).
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from rig.control.ec2 import backends
from rig.control.ec2.endpoint import Endpoint
from rig.control.ec2.snapshot import route_table
from rig.control.wire import Environ

ENDPOINT, VPC, SERVICE, SOURCE = "x-rig-endpoint", "x-rig-vpc", "x-rig-gateway-service", "x-rig-source"


def of_call(environ: Environ) -> Endpoint | None:
    if endpoint_id := _header(environ, ENDPOINT):
        return next((one for one in backends.endpoints() if one.id == endpoint_id), None)
    if vpc_id := _header(environ, VPC):
        return gateway(vpc_id, _header(environ, SERVICE), source_of(environ))
    return None


def source_of(environ: Environ) -> str:
    """The caller's address in its VPC."""
    return _header(environ, SOURCE)


def towards(vpc_id: str, service: str, address: str) -> Endpoint | None:
    """The endpoint that the service's own name leads to from that address, or None when it leads elsewhere."""
    interface = next(
        (
            one
            for one in backends.endpoints()
            if one.vpc_id == vpc_id and one.available and _is_private_way(one) and one.service.short_name == service
        ),
        None,
    )
    return interface or gateway(vpc_id, service, address)


def gateway(vpc_id: str, service: str, address: str) -> Endpoint | None:
    """The gateway endpoint that the route table of the address's subnet leads to."""
    for home in backends.everywhere():
        for subnet in home.describe_subnets() if vpc_id in home.vpcs else ():
            if subnet.vpc_id == vpc_id and ip_address(address) in ip_network(subnet.cidr_block):
                table = route_table(home, subnet)
                through = (one for one in home.endpoints.values() if one.type == "Gateway" and one.available)
                fitting = (one for one in through if table and table.id in one.route_table_ids)
                return next((one for one in fitting if one.service.short_name == service), None)
    return None


def _is_private_way(endpoint: Endpoint) -> bool:
    of_aws = endpoint.type == "Interface" and endpoint.provided_service is None
    return of_aws and endpoint.private_dns_enabled and not endpoint.only_inbound_resolver


def _header(environ: Environ, name: str) -> str:
    return environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
