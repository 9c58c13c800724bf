"""Two Envoy clusters per shard, of the endpoint's name and the shard's port: one for requests, one for upgrades.

The services of a shard share its addresses and nothing else: Envoy keys its
connections by the SNI, and each connection's certificate must be signed by the
service CA and name the very host that is asked for.

Requests share connections by HTTP/2 where the ALB speaks it, as it does unless
told otherwise: half the work for either end. A WebSocket begins as HTTP/1.1.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
"""

from typing import Any

from ..envoy.bootstrap import BUFFER_BYTES
from .catalogue import Catalogue
from .link import Link

# An ALB closes a connection idle for 60 s, and any connection after 3600 s (keep-alive duration). Closing first means
# never writing into a connection that is being closed. An NLB forgets a silent connection after 350 s.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
IDLE_SECONDS = 55
# A connection stays with one of an ALB's machines. So new ones are made now and then, for an ALB that grew to be used,
# and fewer requests share one than the 128 that an ALB takes.
LONGEST_SECONDS = 300
REQUESTS_A_CONNECTION = 32
# What an ALB may send of one answer before its client has taken it, and of all that share a connection: so much that
# none of them has to wait for one whose client reads nothing. Envoy's default is 16 MiB for one.
ANSWER_AHEAD_BYTES = 128 * 1024
HEALTH_PATH = "/_link/health"
_HTTP_1: dict[str, Any] = {"explicit_http_config": {"http_protocol_options": {}}}
_HTTP_2_OR_1: dict[str, Any] = {
    "auto_config": {
        "http_protocol_options": {},
        "http2_protocol_options": {
            "max_concurrent_streams": REQUESTS_A_CONNECTION,
            "initial_stream_window_size": ANSWER_AHEAD_BYTES,
            "initial_connection_window_size": REQUESTS_A_CONNECTION * ANSWER_AHEAD_BYTES,
        },
    }
}


def shard_name(port: int) -> str:
    return f"shard-{port}"


def upgrades_name(port: int) -> str:
    return f"{shard_name(port)}-upgrades"


def clusters(catalogue: Catalogue, zone: str | None = None) -> list[dict[str, Any]]:
    """`zone` is the id of the zone whose address is preferred."""
    made = []
    for port in sorted({service.port for service in catalogue.services}):
        endpoints = _endpoints(catalogue.link, port, zone)
        made.append(_cluster(shard_name(port), catalogue.link, endpoints, _HTTP_2_OR_1))
        made.append(_cluster(upgrades_name(port), catalogue.link, endpoints, _HTTP_1))
    return made


def _cluster(name: str, link: Link, endpoints: list[dict[str, Any]], protocol: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "cluster_type": _dns(),
        "connect_timeout": "3s",
        "per_connection_buffer_limit_bytes": BUFFER_BYTES,
        "lb_policy": "LEAST_REQUEST",
        "load_assignment": {"cluster_name": name, "endpoints": endpoints},
        "transport_socket": _tls(link),
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": _http(protocol)},
        "upstream_connection_options": {"tcp_keepalive": {"keepalive_time": 30, "keepalive_interval": 10}},
        "circuit_breakers": {"thresholds": [_no_shared_limit()]},
        "health_checks": [_zone_check(link)],
        "ignore_health_on_host_removal": True,
    }


def _dns() -> dict[str, Any]:
    return {
        "name": "envoy.cluster.dns",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster",
            "dns_refresh_rate": "5s",
            "respect_dns_ttl": True,
            "dns_lookup_family": "V4_ONLY",
        },
    }


def _endpoints(link: Link, port: int, zone: str | None) -> list[dict[str, Any]]:
    """The own zone's address first and the others behind it, when the endpoint has one there; else all alike.

    Traffic that stays in its zone is faster, and costs nothing between zones. An address that fails its check is left
    for one of another zone.
    """
    zonal = dict(link.zonal_dns)
    if zone not in zonal:
        return [_at([link.endpoint_dns], port)]
    others = [name for other, name in zonal.items() if other != zone]
    return [_at([zonal[zone]], port), *([_at(others, port, priority=1)] if others else [])]


def _at(names: list[str], port: int, priority: int = 0) -> dict[str, Any]:
    addresses = [{"socket_address": {"address": name, "port_value": port}} for name in names]
    return {"priority": priority, "lb_endpoints": [{"endpoint": {"address": address}} for address in addresses]}


def _tls(link: Link) -> dict[str, Any]:
    """The SNI here is the health check's; a request brings its own."""
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
            "sni": link.domain,
            "common_tls_context": {
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                "validation_context": {"trusted_ca": {"inline_string": link.ca_pem}},
            },
        },
    }


def _http(protocol: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        **protocol,
        "upstream_http_protocol_options": {"auto_sni": True, "auto_san_validation": True},
        "common_http_protocol_options": {
            "idle_timeout": f"{IDLE_SECONDS}s",
            "max_connection_duration": f"{LONGEST_SECONDS}s",
        },
    }


def _no_shared_limit() -> dict[str, int]:
    """Envoy's default of 1024 a cluster would let one slow service starve the others of its shard."""
    return dict.fromkeys(("max_connections", "max_pending_requests", "max_requests"), 1_000_000) | {"max_retries": 100}


def _zone_check(link: Link) -> dict[str, Any]:
    """Each address of the endpoint is one zone: a zone that cannot reach its ALB gets no request."""
    return {
        "timeout": "2s",
        "interval": "5s",
        "no_traffic_interval": "5s",
        "unhealthy_threshold": 2,
        "healthy_threshold": 1,
        "http_health_check": {"path": HEALTH_PATH, "host": link.domain},
    }
