"""Network Load Balancers, and the interface endpoints that lead to them."""

from __future__ import annotations

from collections.abc import Iterable

from rig.fabric.atlas import Atlas, Node
from rig.fabric.envoy import parts
from rig.fabric.envoy.draft import Draft
from rig.fabric.envoy.parts import Part
from rig.world import Endpoint, Interface, Listener, LoadBalancer, SecurityGroupRule

_IDLE_SECONDS = "350"  # tcp.idle_timeout.seconds, unless the listener says otherwise


def add_load_balancer(draft: Draft, balancer: LoadBalancer, listeners: Iterable[Listener]) -> None:
    for listener in listeners:
        for node in draft.site.atlas.nodes[balancer.arn]:
            _add(draft, listener, node, node.interface)


def add_endpoint(draft: Draft, endpoint: Endpoint, listeners: dict[str, list[Listener]]) -> None:
    """The ports of an endpoint service on each of the endpoint's interfaces."""
    atlas = draft.site.atlas
    for interface in atlas.interfaces_of(endpoint):
        node = _provider_node(atlas, endpoint, interface)
        if not node:
            continue
        gate = _gate(atlas, node.load_balancer)
        for listener in listeners.get(node.load_balancer.arn, ()):
            _add(draft, listener, node, interface, endpoint.id, gate)


def _provider_node(atlas: Atlas, endpoint: Endpoint, interface: Interface) -> Node | None:
    """An endpoint's interface stays with one load balancer of the service, in its own zone."""
    zone = atlas.subnets[interface.subnet_id].az_id
    for arn in sorted(endpoint.load_balancers):
        balancer = atlas.load_balancers.get(arn)
        for node in atlas.nodes.get(arn, ()):
            if balancer and balancer.active and node.subnet.az_id == zone:
                return node
    return None


def _add(
    draft: Draft,
    listener: Listener,
    node: Node,
    at: Interface,
    endpoint_id: str = "",
    gate: Part | None = None,
) -> None:
    """Listen at an interface (the node's own, or an endpoint's) and send on from the node."""
    forward = [pair for pair in draft.forward(listener.default, node, endpoint_id) if pair[1] > 0]
    if not forward:
        return
    name = f"{listener.arn.rpartition(':')[2]}/{at.id}"
    address = parts.socket_address(at.address, listener.port, str(draft.site.networks[at.vpc_id]))
    tls = parts.server_tls(listener.certificates) if listener.protocol == "TLS" else None
    proxy = _tcp_proxy(name, forward, listener.attributes.get("tcp.idle_timeout.seconds", _IDLE_SECONDS))
    draft.add_listener(parts.listener(name, address, [gate, proxy] if gate else [proxy], tls))


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


def _gate(atlas: Atlas, balancer: LoadBalancer) -> Part | None:
    """The load balancer's own groups, where they are enforced on PrivateLink: then the source that counts is the
    consumer's own address (docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html).
    """
    if not (balancer.enforce_groups_on_privatelink and balancer.groups):
        return None
    held = [group for group in atlas.world.security_groups if group.id in balancer.groups]
    rules = [rule for group in held for rule in group.ingress if rule.protocol in ("tcp", "6", "-1") and rule.cidrs]
    policies = {str(number): _policy(rule) for number, rule in enumerate(rules)}
    return parts.network_filter(
        "rbac", "rbac.v3.RBAC", stat_prefix="privatelink", rules={"action": "ALLOW", "policies": policies}
    )


def _policy(rule: SecurityGroupRule) -> Part:
    any_port = rule.protocol == "-1" or rule.from_port is None or rule.to_port is None
    ports: Part = (
        {"any": True}
        if any_port
        else {"destination_port_range": {"start": rule.from_port, "end": (rule.to_port or 0) + 1}}
    )
    sources = [cidr.partition("/") for cidr in rule.cidrs]
    return {
        "permissions": [ports],
        "principals": [
            {"direct_remote_ip": {"address_prefix": address, "prefix_len": int(length)}}
            for address, _, length in sources
        ],
    }
