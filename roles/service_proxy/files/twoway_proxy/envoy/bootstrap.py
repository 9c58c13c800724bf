"""What Envoy reads once, at its start, and the parts that both proxies' listeners are made of."""

from typing import Any

from ..memory import Limits
from ..settings import Settings

Json = dict[str, Any]
HCM = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
# What a connection may keep that its other end does not take, at each of the places on its way. Envoy's defaults are a
# megabyte each: a few hundred clients that do not read would end an instance. Smaller ones slow a large download.
BUFFER_BYTES = 64 * 1024
TUNNEL_BUFFER_BYTES = 48 * 1024  # between the parts of Envoy that a tunnel goes through
TUNNEL_END_BUFFER_BYTES = 32 * 1024  # before its client
AGENT = "agent"
# Whose x-envoy-* headers steer the proxy: nobody's. An empty list would mean Envoy's default, every private address,
# and so each of our clients.
NOBODY = {"cidr_ranges": [{"address_prefix": "255.255.255.255", "prefix_len": 32}]}


_INTERNAL_LISTENERS = {
    "name": "envoy.bootstrap.internal_listener",
    "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener",
        "buffer_size_kb": TUNNEL_BUFFER_BYTES // 1024,
    },
}
_MONITORS = "type.googleapis.com/envoy.extensions.resource_monitors"
_HEAP, _CONNECTIONS = "envoy.resource_monitors.fixed_heap", "envoy.resource_monitors.global_downstream_max_connections"
# A stream that keeps as much counts among the largest, which are reset first: those of HTTP/2, which alone are weighed.
_LARGE_POWER_OF_TWO = 20


def bootstrap(
    settings: Settings, *, listeners: list[Json], clusters: list[Json], dynamic: Json, internal_listeners: bool = False
) -> Json:
    """The admin interface is a socket file of the agent's user: nothing on the network reaches it."""
    return {
        "node": {"id": f"{settings.link}-{settings.proxy}-proxy", "cluster": settings.link},
        "admin": {"address": {"pipe": {"path": str(settings.admin_socket), "mode": 0o600}}},
        "static_resources": {"listeners": listeners, "clusters": clusters},
        "dynamic_resources": dynamic,
        "bootstrap_extensions": [_INTERNAL_LISTENERS] if internal_listeners else [],
        "overload_manager": _overload_manager(settings.limits),
    }


def _overload_manager(limits: Limits) -> Json:
    """As Envoy's heap fills: memory is given back, the largest streams are reset, requests are answered 503 and, at
    last, connections refused. Those that there are go on; the health checks, too, for the instance is not ill.

    https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge
    """
    heap = {"@type": f"{_MONITORS}.fixed_heap.v3.FixedHeapConfig", "max_heap_size_bytes": limits.heap_bytes}
    connections = {
        "@type": f"{_MONITORS}.downstream_connections.v3.DownstreamConnectionsConfig",
        "max_active_downstream_connections": limits.connections,
    }
    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            {"name": _HEAP, "typed_config": heap},
            {"name": _CONNECTIONS, "typed_config": connections},
        ],
        "buffer_factory_config": {"minimum_account_to_track_power_of_two": _LARGE_POWER_OF_TWO},
        "actions": [
            _when("shrink_heap", threshold={"value": 0.8}),
            _when("reset_high_memory_stream", scaled={"scaling_threshold": 0.85, "saturation_threshold": 0.95}),
            _when("stop_accepting_requests", threshold={"value": 0.9}),
            _when("reject_incoming_connections", threshold={"value": 0.95}),
        ],
    }


def _when(action: str, **trigger: Json) -> Json:
    return {"name": f"envoy.overload_actions.{action}", "triggers": [{"name": _HEAP, **trigger}]}


# Of a listener that is asked how the instance is, which is not to be refused because it has much to do.
UNLIMITED: Json = {"bypass_overload_manager": True, "ignore_global_conn_limit": True}


def listener(name: str, port: int, *chains: Json, **more: Any) -> Json:
    return {
        "name": name,
        "address": {"socket_address": {"address": "0.0.0.0", "port_value": port}},
        "per_connection_buffer_limit_bytes": BUFFER_BYTES,
        "filter_chains": list(chains),
        **more,
    }


def http_manager(name: str, **config: Any) -> Json:
    manager = {
        "@type": HCM,
        "stat_prefix": name,
        "use_remote_address": True,
        "internal_address_config": NOBODY,
        **config,
    }
    return {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}


def router(**config: Any) -> Json:
    return {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router", **config},
    }


def agent_cluster(settings: Settings) -> Json:
    """The agent, over its socket file: for /healthz and /catalog, never for a service's bytes."""
    endpoint = {"endpoint": {"address": {"pipe": {"path": str(settings.agent_socket)}}}}
    return {
        "name": AGENT,
        "type": "STATIC",
        "connect_timeout": "1s",
        "per_connection_buffer_limit_bytes": BUFFER_BYTES,
        "load_assignment": {"cluster_name": AGENT, "endpoints": [{"lb_endpoints": [endpoint]}]},
    }
