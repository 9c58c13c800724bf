"""Target groups as Envoy clusters: one per load balancer node, which sends and checks from its own address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rig.fabric import addresses
from rig.fabric.atlas import Atlas, Node
from rig.fabric.envoy import discovery, parts
from rig.fabric.envoy.parts import Part
from rig.world import HealthCheck, Target, TargetGroup

_CHECKER = "ELB-HealthChecker/2.0"
_HEALTH = "health"
_ENDS_CONNECTIONS = "target_health_state.unhealthy.connection_termination.enabled"  # "true" by default


@dataclass(frozen=True)
class Host:
    """Where one target listens, as a node sees it. `dialled` is the address by which the node sends to it."""

    address: str
    port: int
    target: Target
    dialled: str


@dataclass(frozen=True)
class Site:
    """What the clusters of one World have in common."""

    atlas: Atlas
    networks: dict[str, Path]  # VPC id -> its namespace
    health_log: Path
    health_scale: float

    def network(self, node: Node) -> str:
        return str(self.networks[node.interface.vpc_id])


@dataclass(frozen=True)
class Way:
    """How traffic came to a node. `endpoint_id` is what a PROXY header tells of the consumer, if the group asks for
    one; `privatelink` what comes by an endpoint and is judged by the node's address alone."""

    endpoint_id: str = ""
    privatelink: bool = False


DIRECT = Way()


def name_of(group: TargetGroup, node: Node, way: Way = DIRECT) -> str:
    came = way.endpoint_id or ("privatelink" if way.privatelink else "")
    return "/".join(part for part in (group.arn.rpartition(":")[2], node.interface.id, came) if part)


def hosts(site: Site, group: TargetGroup, node: Node, way: Way = DIRECT) -> list[Host]:
    """The targets that a node may send to. A draining target takes nothing new, so it is not among them."""
    targets = [target for target in group.targets if not target.draining]
    if group.kind == "alb":
        found = [(address, t) for t in targets for address in _balancer_addresses(site, t, group, node)]
    else:
        near = (t for t in targets if _crosses_zones(group, node) or _is_near(site, t, group, node))
        found = [(target.address, target) for target in near]
    return [
        Host(address, t.port, t, addresses.through_privatelink(address) if way.privatelink else address)
        for address, t in found
    ]


def _balancer_addresses(site: Site, target: Target, group: TargetGroup, node: Node) -> list[str]:
    balancer = site.atlas.load_balancers.get(target.address)
    if not balancer or not balancer.active:
        return []
    feet = site.atlas.nodes[balancer.arn]
    near = [foot for foot in feet if _crosses_zones(group, node) or foot.subnet.az_id == node.subnet.az_id]
    return [foot.interface.address for foot in near]


def _crosses_zones(group: TargetGroup, node: Node) -> bool:
    """docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html: always on at
    the load balancer for an ALB, off by default for an NLB; a target group may say otherwise."""
    own = group.attributes.get("load_balancing.cross_zone.enabled", "use_load_balancer_configuration")
    if own != "use_load_balancer_configuration":
        return own == "true"
    if node.load_balancer.kind == "application":
        return True
    return node.load_balancer.attributes.get("load_balancing.cross_zone.enabled") == "true"


def _is_near(site: Site, target: Target, group: TargetGroup, node: Node) -> bool:
    zone = site.atlas.zone_of(group.vpc_id, target.address)
    if zone is None:  # outside of the VPC: as it was said when the target was registered
        return target.az_name in ("", "all", node.subnet.az_name)
    return zone == node.subnet.az_id


def cluster(site: Site, group: TargetGroup, node: Node, way: Way = DIRECT) -> Part:
    name = name_of(group, node, way)
    source = parts.socket_address(node.interface.address, 0, site.network(node))["socket_address"]
    is_tcp = group.protocol in ("TCP", "TLS")
    return parts.typed(
        "config.cluster.v3.Cluster",
        name=name,
        type="EDS",
        eds_cluster_config={"eds_config": discovery.source(), "service_name": name},
        connect_timeout="10s",
        upstream_bind_config={"source_address": source},
        health_checks=[_health_check(site, group)],
        # A target that leaves the group takes no new work, however healthy.
        ignore_health_on_host_removal=True,
        # An NLB ends the connections of a target that turned unhealthy unless it is told not to; an ALB lets its
        # requests finish.
        close_connections_on_host_health_failure=is_tcp and group.attributes.get(_ENDS_CONNECTIONS) != "false",
        # Fail open: when no target at all is healthy, all of them get traffic:
        # docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
        common_lb_config={"healthy_panic_threshold": {"value": 1}},
        **_slow_start(group),
        **_transport(group, way.endpoint_id),
    )


def _slow_start(group: TargetGroup) -> Part:
    """The share of a target that has become healthy grows in a line:
    docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#slow-start-mode."""
    seconds = group.attributes.get("slow_start.duration_seconds", "0")
    if seconds == "0":
        return {}
    return {"round_robin_lb_config": {"slow_start_config": {"slow_start_window": f"{seconds}s"}}}


def _transport(group: TargetGroup, endpoint_id: str) -> Part:
    """How bytes travel to a target, and how health checks do when that is another way."""
    speaks_tls = group.protocol in ("TLS", "HTTPS")
    checks_tls = group.health_check.protocol == "HTTPS"
    plain = _wrapped(group, parts.plain_text(), endpoint_id)
    encrypted = _wrapped(group, parts.client_tls(), endpoint_id)
    check = encrypted if checks_tls or (speaks_tls and group.health_check.protocol == "TCP") else plain
    return {
        "transport_socket": encrypted if speaks_tls else plain,
        "transport_socket_matches": [{"name": _HEALTH, "match": {_HEALTH: True}, "transport_socket": check}],
    }


def _wrapped(group: TargetGroup, inner: Part, endpoint_id: str) -> Part:
    """With the PROXY header in front, if the group asks for it. Health checks carry it as well, whatever their port."""
    if group.attributes.get("proxy_protocol_v2.enabled") != "true":
        return inner
    # The endpoint's id as AWS tells it: type 0xEA, subtype 0x01 (docs.aws.amazon.com/elasticloadbalancing/latest/
    # network/edit-target-group-attributes.html#proxy-protocol).
    tlvs = [{"type": 0xEA, "value": parts.in_base64(b"\x01" + endpoint_id.encode())}] if endpoint_id else []
    return parts.named(
        "envoy.transport_sockets.upstream_proxy_protocol",
        "extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport",
        config={"version": "V2", "added_tlvs": tlvs},
        transport_socket=inner,
    )


def _health_check(site: Site, group: TargetGroup) -> Part:
    check = group.health_check
    interval = f"{max(check.interval_seconds * site.health_scale, 0.2):.3f}s"
    sink = parts.named(
        "envoy.health_check.event_sink.file",
        "extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink",
        event_log_path=str(site.health_log),
    )
    return {
        "timeout": f"{check.timeout_seconds}s",
        **dict.fromkeys(("interval", "no_traffic_interval", "no_traffic_healthy_interval"), interval),
        "healthy_threshold": check.healthy_threshold,
        "unhealthy_threshold": check.unhealthy_threshold,
        "reuse_connection": False,
        "transport_socket_match_criteria": {_HEALTH: True},
        "event_logger": [sink],
        "always_log_health_check_failures": True,
        **_question(check),
    }


def _question(check: HealthCheck) -> Part:
    if check.protocol == "TCP":
        return {"tcp_health_check": {}}
    return {
        "http_health_check": {
            "path": check.path,
            "expected_statuses": _statuses(check.matcher),
            "request_headers_to_add": [
                {"header": {"key": "user-agent", "value": _CHECKER}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            ],
        }
    }


def _statuses(matcher: str) -> list[Part]:
    """ "200-399" or "200,301"; Envoy leaves the end of a range out."""
    ranges = [part.partition("-") for part in matcher.split(",")]
    return [{"start": int(first), "end": int(last or first) + 1} for first, _dash, last in ranges]


def assignment(site: Site, group: TargetGroup, node: Node, way: Way = DIRECT) -> Part:
    listed = [_endpoint(group.health_check, host) for host in hosts(site, group, node, way)]
    return parts.typed(
        "config.endpoint.v3.ClusterLoadAssignment",
        cluster_name=name_of(group, node, way),
        endpoints=[{"lb_endpoints": listed}],
    )


def _endpoint(check: HealthCheck, host: Host) -> Part:
    """A checker's Host header is the address that it calls: the target's own, however traffic is sent there."""
    port = host.port if check.port == "traffic-port" else int(check.port)
    own = parts.socket_address(host.address, port)
    checked = {"hostname": f"{host.address}:{port}", "port_value": port, "address": own}
    address = parts.socket_address(host.dialled, host.port)
    return {"endpoint": {"address": address, "health_check_config": checked}}
