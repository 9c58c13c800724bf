"""One Envoy cluster per shard: the endpoint's name and the shard's port.

The services of a shard share its addresses and nothing else: Envoy keys its
connections by the SNI, and each connection's certificate must be signed by the
service CA and name the very host that is asked for.
"""

from typing import Any

from .catalogue import Catalogue
from .link import Link

# An ALB closes a connection idle for 60 s, and any connection after 3600 s (keep-alive duration). Closing first means
# never writing into a connection that is being closed. An NLB forgets a silent connection after 350 s.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
IDLE_SECONDS = 55
LONGEST_SECONDS = 3000
HEALTH_PATH = "/_link/health"


def shard_name(port: int) -> str:
    return f"shard-{port}"


def clusters(catalogue: Catalogue) -> list[dict[str, Any]]:
    return [_shard(catalogue.link, port) for port in sorted({service.port for service in catalogue.services})]


def _shard(link: Link, port: int) -> dict[str, Any]:
    address = {"socket_address": {"address": link.endpoint_dns, "port_value": port}}
    endpoints = [{"lb_endpoints": [{"endpoint": {"address": address}}]}]
    return {
        "name": shard_name(port),
        "type": "STRICT_DNS",
        "dns_lookup_family": "V4_ONLY",
        "dns_refresh_rate": "5s",
        "respect_dns_ttl": True,
        "connect_timeout": "3s",
        "lb_policy": "LEAST_REQUEST",
        "load_assignment": {"cluster_name": shard_name(port), "endpoints": endpoints},
        "transport_socket": _tls(link),
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": _http()},
        "upstream_connection_options": {"tcp_keepalive": {"keepalive_time": 30, "keepalive_interval": 10}},
        "circuit_breakers": {"thresholds": [_no_shared_limit()]},
        "health_checks": [_zone_check(link)],
        "ignore_health_on_host_removal": True,
    }


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


def _http() -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http_protocol_options": {}},
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
