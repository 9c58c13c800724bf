"""The front doors of AWS's own APIs: on the Internet, at gateway endpoints, behind interface endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rig import regions
from rig.fabric import addresses
from rig.fabric.envoy import parts
from rig.fabric.envoy.draft import Draft
from rig.fabric.envoy.parts import Part
from rig.world import Certificate, Endpoint

CLUSTER = "aws-apis"
# What the control plane is told of the way that a request has come; a caller cannot say it.
_NOTED = ("x-rig-endpoint", "x-rig-vpc", "x-rig-gateway-service", "x-rig-source")
# The address in the VPC that a request comes from.
_SOURCE = {"x-rig-source": "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"}


@dataclass(frozen=True)
class Front:
    """How AWS is reached: the control plane's socket, and the certificate of its names."""

    socket: Path
    certificate: Certificate


def cluster(front: Front) -> Part:
    return {
        "name": CLUSTER,
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": parts.load_assignment(CLUSTER, [parts.pipe_address(front.socket)]),
    }


def add_endpoint(draft: Draft, front: Front, endpoint: Endpoint) -> None:
    """An endpoint answers for its own service alone."""
    names = [*endpoint.private_dns_names, *(name for name, _addresses in endpoint.dns_names)]
    for interface in draft.site.atlas.interfaces_of(endpoint):
        network = draft.site.networks[interface.vpc_id]
        name = f"{endpoint.id}/{interface.id}"
        noted = {"x-rig-endpoint": endpoint.id, **_SOURCE}
        draft.add_listener(_listener(front, name, interface.address, network, names, noted))


def add_internet(draft: Draft, front: Front, internet: Path) -> None:
    for address in (addresses.AWS_FRONT, *addresses.GATEWAY_FRONTS.values()):
        draft.add_listener(_listener(front, f"internet/{address}", address, internet, ["*"]))


def add_gateways(draft: Draft, front: Front, vpc_id: str) -> None:
    """S3 and DynamoDB answer in each VPC; its firewall knows which subnets have a route to them."""
    network = draft.site.networks[vpc_id]
    for service, address in addresses.GATEWAY_FRONTS.items():
        region = draft.site.atlas.vpcs[vpc_id].region
        suffix = regions.partition_of(region).dns_suffix
        names = [f"{service}.*", regions.host(f"*.{service}", region), f"*.{service}.{suffix}"]
        noted = {"x-rig-vpc": vpc_id, "x-rig-gateway-service": service, **_SOURCE}
        draft.add_listener(_listener(front, f"{vpc_id}/{service}", address, network, names, noted))


def _listener(
    front: Front, name: str, address: str, network: Path, hosts: Iterable[str], noted: Mapping[str, str] | None = None
) -> Part:
    """`noted` are headers that tell the control plane which way a request has come."""
    where = parts.socket_address(address, 443, str(network))
    tls = parts.server_tls([front.certificate])
    return parts.listener(name, where, [_connection_manager(name, hosts, noted or {})], tls)


def _connection_manager(name: str, hosts: Iterable[str], noted: Mapping[str, str]) -> Part:
    routes = [{"match": {"prefix": "/"}, "route": {"cluster": CLUSTER, "timeout": "0s"}}]
    headers = [
        {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        for key, value in noted.items()
    ]
    virtual_host = {
        "name": "service",
        "domains": sorted(set(hosts)),
        "routes": routes,
        "request_headers_to_add": headers,
        "request_headers_to_remove": [key for key in _NOTED if key not in noted],
    }
    router = parts.named(
        "envoy.filters.http.router", "extensions.filters.http.router.v3.Router", suppress_envoy_headers=True
    )
    return parts.network_filter(
        "http_connection_manager",
        "http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=name,
        route_config={"virtual_hosts": [virtual_host]},
        http_filters=[router],
        generate_request_id=False,
        server_header_transformation="PASS_THROUGH",
    )
