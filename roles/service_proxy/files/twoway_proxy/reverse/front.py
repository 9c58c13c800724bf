"""A profile's port: PROXY protocol from the NLB, then a CONNECT, a plain request, or TLS whose name says where to.

TLS without CONNECT is made one, to the name it asks for at 443, and goes the same way
as if the client had asked so: through the same routes, checks and log.
"""

from typing import Any

from ..envoy.bootstrap import TUNNEL_END_BUFFER_BYTES, listener
from ..settings import Settings
from .addresses import RefusedAddresses
from .gate import gate, gate_name
from .identity import EXTENSIONS, proxy_protocol, remember_caller, tls_inspector
from .logs import refused_connections
from .permission import permitted

TLS_PORT = 443
PATIENCE = "5s"  # for the PROXY header and the first byte behind it


def front(port: int, settings: Settings, refused: RefusedAddresses) -> dict[str, Any]:
    before = [_limit(port, settings), remember_caller()]
    plain = {"name": "http", "filters": [*before, gate(port, settings, refused)]}
    tls = {
        "name": "tls",
        "filter_chain_match": {"transport_protocol": "tls"},
        "filters": [*before, _sound_name(port), _as_connect(port)],
    }
    return listener(
        front_name(port),
        port,
        tls,
        plain,
        listener_filters=[proxy_protocol(), tls_inspector()],
        listener_filters_timeout=PATIENCE,
        per_connection_buffer_limit_bytes=TUNNEL_END_BUFFER_BYTES,
        access_log=[refused_connections(settings, port)],
    )


def front_name(port: int) -> str:
    return f"way-out-{port}"


def _limit(port: int, settings: Settings) -> dict[str, Any]:
    return {
        "name": "envoy.filters.network.connection_limit",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.network.connection_limit.v3.ConnectionLimit",
            "stat_prefix": f"way_out_{port}",
            "max_connections": settings.limits.profile_connections,
        },
    }


def _sound_name(port: int) -> dict[str, Any]:
    """The name becomes part of a request's first line: letters, digits, dots and hyphens, or nothing."""
    name = {"requested_server_name": {"safe_regex": {"regex": "[A-Za-z0-9.-]+"}}}
    return permitted("sound-name", f"name_{port}", permission=name)


def _as_connect(port: int) -> dict[str, Any]:
    return {
        "name": "envoy.filters.network.tcp_proxy",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.network.tcp_proxy.v3.TcpProxy",
            "stat_prefix": f"tls_{port}",
            "cluster": gate_name(port),
            "upstream_connect_mode": "ON_DOWNSTREAM_DATA",
            "max_early_data_bytes": 16384,
            "tunneling_config": {"hostname": f"%REQUESTED_SERVER_NAME%:{TLS_PORT}"},
        },
    }
