"""Network Load Balancers, and the interface endpoints that lead to them."""

from __future__ import annotations

from collections.abc import Iterable

from rig.fabric.atlas import Node
from rig.fabric.envoy import parts
from rig.fabric.envoy.draft import Draft
from rig.fabric.envoy.parts import Part
from rig.world import Endpoint, Interface, Listener, LoadBalancer

_IDLE_SECONDS = "350"  # tcp.idle_timeout.seconds, unless the listener says otherwise


def add_load_balancer(draft: Draft, balancer: LoadBalancer, listeners: Iterable[Listener]) -> None:
    for listener in listeners:
        for node in draft.site.atlas.nodes[balancer.arn]:
            _add(draft, listener, node, node.interface)


def add_endpoint(draft: Draft, endpoint: Endpoint, listeners: dict[str, list[Listener]]) -> None:
    """The ports of an endpoint service on each of the endpoint's interfaces."""
    atlas = draft.site.atlas
    for interface in atlas.interfaces_of(endpoint):
        node = atlas.provider_node(endpoint, interface)
        if not node:
            continue
        for listener in listeners.get(node.load_balancer.arn, ()):
            _add(draft, listener, node, interface, endpoint.id)


def _add(
    draft: Draft,
    listener: Listener,
    node: Node,
    at: Interface,
    endpoint_id: str = "",
) -> None:
    """Listen at an interface (the node's own, or an endpoint's) and send on from the node."""
    forward = [pair for pair in draft.forward(listener.default, node, endpoint_id) if pair[1] > 0]
    if not forward:
        return
    name = f"{listener.arn.rpartition(':')[2]}/{at.id}"
    address = parts.socket_address(at.address, listener.port, str(draft.site.networks[at.vpc_id]))
    tls = parts.server_tls(listener.certificates) if listener.protocol == "TLS" else None
    proxy = _tcp_proxy(name, forward, listener.attributes.get("tcp.idle_timeout.seconds", _IDLE_SECONDS))
    draft.add_listener(parts.listener(name, address, [proxy], tls))
    draft.meter(name, node)


def _tcp_proxy(name: str, forward: list[tuple[str, int]], idle_seconds: str) -> Part:
    weighted = [{"name": cluster, "weight": weight} for cluster, weight in forward]
    return parts.network_filter(
        "tcp_proxy",
        "tcp_proxy.v3.TcpProxy",
        stat_prefix=name,
        weighted_clusters={"clusters": weighted},
        idle_timeout=f"{idle_seconds}s",
        max_connect_attempts=1,
    )
