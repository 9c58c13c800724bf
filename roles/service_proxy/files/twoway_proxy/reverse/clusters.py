"""A profile's clusters. Each profile resolves and counts for itself: what one exhausts, no other lacks."""

from typing import Any

from ..envoy.bootstrap import BUFFER_BYTES
from ..memory import MOST_CONNECTIONS
from . import resolver
from .identity import EXTENSIONS
from .routes import inspector_name, way_out_name


def clusters(port: int) -> list[dict[str, Any]]:
    return [_internal(f"gate-{port}"), _internal(inspector_name(port)), _way_out(port)]


def dns_cache(port: int) -> dict[str, Any]:
    """Addresses come from our own resolver and nowhere else."""
    ours = {"socket_address": {"address": resolver.ADDRESS, "port_value": resolver.PORT}}
    return {
        "name": way_out_name(port),
        "dns_lookup_family": "V4_ONLY",
        "dns_min_refresh_rate": "5s",
        "dns_query_timeout": "5s",
        "max_hosts": 4096,
        "typed_dns_resolver_config": {
            "name": "envoy.network.dns_resolver.cares",
            "typed_config": {
                "@type": f"{EXTENSIONS}.network.dns_resolver.cares.v3.CaresDnsResolverConfig",
                "resolvers": [ours],
                "dns_resolver_options": {"no_default_search_domain": True},
            },
        },
    }


def _way_out(port: int) -> dict[str, Any]:
    return {
        "name": way_out_name(port),
        "lb_policy": "CLUSTER_PROVIDED",
        "connect_timeout": "5s",
        "per_connection_buffer_limit_bytes": BUFFER_BYTES,
        "cluster_type": {
            "name": "envoy.clusters.dynamic_forward_proxy",
            "typed_config": {
                "@type": f"{EXTENSIONS}.clusters.dynamic_forward_proxy.v3.ClusterConfig",
                "dns_cache_config": dns_cache(port),
            },
        },
        "upstream_connection_options": {"tcp_keepalive": {"keepalive_time": 60, "keepalive_interval": 15}},
        "circuit_breakers": _MANY,
    }


def _internal(listener: str) -> dict[str, Any]:
    """Leads to an internal listener of the same name, and takes the filter state along that is shared with upstream."""
    endpoint = {"endpoint": {"address": {"envoy_internal_address": {"server_listener_name": listener}}}}
    raw = {"@type": f"{EXTENSIONS}.transport_sockets.raw_buffer.v3.RawBuffer"}
    along = {
        "@type": f"{EXTENSIONS}.transport_sockets.internal_upstream.v3.InternalUpstreamTransport",
        "transport_socket": {"name": "envoy.transport_sockets.raw_buffer", "typed_config": raw},
    }
    return {
        "name": listener,
        "type": "STATIC",
        "connect_timeout": "5s",
        "per_connection_buffer_limit_bytes": BUFFER_BYTES,
        "load_assignment": {"cluster_name": listener, "endpoints": [{"lb_endpoints": [endpoint]}]},
        "transport_socket": {"name": "envoy.transport_sockets.internal_upstream", "typed_config": along},
        "circuit_breakers": _MANY,
    }


# No limit of their own: the front has one.
_MANY = {
    "thresholds": [
        dict.fromkeys(("max_connections", "max_pending_requests", "max_requests"), MOST_CONNECTIONS)
        | {"max_retries": 0}
    ]
}
