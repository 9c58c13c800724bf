"""The front doors of AWS's own APIs: on the Internet, at gateway endpoints, behind interface endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rig.fabric import addresses
from rig.fabric.envoy import parts
from rig.fabric.envoy.draft import Draft
from rig.fabric.envoy.parts import Part
from rig.world import Certificate, Endpoint

CLUSTER = "aws-apis"


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
        draft.add_listener(_listener(front, f"{endpoint.id}/{interface.id}", interface.address, network, names))


def add_internet(draft: Draft, front: Front, internet: Path) -> None:
    for address in (addresses.AWS_FRONT, *addresses.GATEWAY_FRONTS.values()):
        draft.add_listener(_listener(front, f"internet/{address}", address, internet, ["*"]))


def add_gateways(draft: Draft, front: Front, vpc_id: str) -> None:
    """S3 and DynamoDB answer in each VPC; its firewall knows which subnets have a route to them."""
    network = draft.site.networks[vpc_id]
    for service, address in addresses.GATEWAY_FRONTS.items():
        names = [f"{service}.*", f"*.{service}.{draft.site.atlas.vpcs[vpc_id].region}.amazonaws.com"]
        draft.add_listener(_listener(front, f"{vpc_id}/{service}", address, network, names))


def _listener(front: Front, name: str, address: str, network: Path, hosts: Iterable[str]) -> Part:
    where = parts.socket_address(address, 443, str(network))
    tls = parts.server_tls([front.certificate])
    return parts.listener(name, where, [_connection_manager(name, hosts)], tls)


def _connection_manager(name: str, hosts: Iterable[str]) -> Part:
    routes = [{"match": {"prefix": "/"}, "route": {"cluster": CLUSTER, "timeout": "0s"}}]
    virtual_host = {"name": "service", "domains": sorted(set(hosts)), "routes": routes}
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
