"""What Envoy reads once, at its start, and the parts that both proxies' listeners are made of."""

from typing import Any

from ..settings import Settings

Json = dict[str, Any]
HCM = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
# One instance serves thousands of clients; beyond this a new connection is refused rather than all of them slowed.
MOST_CONNECTIONS = 50_000
AGENT = "agent"
# Whose x-envoy-* headers steer the proxy: nobody's. An empty list would mean Envoy's default, every private address,
# and so each of our clients.
NOBODY = {"cidr_ranges": [{"address_prefix": "255.255.255.255", "prefix_len": 32}]}


_INTERNAL_LISTENERS = {
    "name": "envoy.bootstrap.internal_listener",
    "typed_config": {"@type": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener"},
}


def bootstrap(
    settings: Settings, *, listeners: list[Json], clusters: list[Json], dynamic: Json, internal_listeners: bool = False
) -> Json:
    """The admin interface is a socket file of the agent's user: nothing on the network reaches it."""
    connections = {
        "@type": "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3"
        ".DownstreamConnectionsConfig",
        "max_active_downstream_connections": MOST_CONNECTIONS,
    }
    return {
        "node": {"id": f"{settings.link}-{settings.proxy}-proxy", "cluster": settings.link},
        "admin": {"address": {"pipe": {"path": str(settings.admin_socket), "mode": 0o600}}},
        "static_resources": {"listeners": listeners, "clusters": clusters},
        "dynamic_resources": dynamic,
        "bootstrap_extensions": [_INTERNAL_LISTENERS] if internal_listeners else [],
        "overload_manager": {
            "resource_monitors": [
                {"name": "envoy.resource_monitors.global_downstream_max_connections", "typed_config": connections}
            ]
        },
    }


def listener(name: str, port: int, *chains: Json, **more: Any) -> Json:
    return {
        "name": name,
        "address": {"socket_address": {"address": "0.0.0.0", "port_value": port}},
        "per_connection_buffer_limit_bytes": 256 * 1024,
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
        "load_assignment": {"cluster_name": AGENT, "endpoints": [{"lb_endpoints": [endpoint]}]},
    }
