"""Looks into a tunnel before anything is dialled: it must begin with TLS, for the very host that CONNECT named.

An internal listener of Envoy's, so that the ClientHello is read by the TLS inspector
and by nobody's own parser. What does not fit never leaves the proxy.
"""

from typing import Any

from ..envoy.bootstrap import TUNNEL_BUFFER_BYTES
from ..settings import Settings
from .gate import AUTHORITY
from .identity import EXTENSIONS, tls_inspector
from .logs import tunnels
from .permission import permitted
from .routes import inspector_name, way_out_name

PATIENCE = "10s"  # for the whole ClientHello
HELLO_BYTES = 16384


def inspector(port: int, settings: Settings) -> dict[str, Any]:
    return {
        "name": inspector_name(port),
        "internal_listener": {},
        "per_connection_buffer_limit_bytes": TUNNEL_BUFFER_BYTES,
        "listener_filters": [tls_inspector()],
        "listener_filters_timeout": PATIENCE,
        "filter_chains": [{"filters": [_same_host(port), _dial(port)]}],
        "access_log": [*tunnels(settings, port)],
    }


def _same_host(port: int) -> dict[str, Any]:
    """lowerAscii(authority).startsWith(sni + ":"). The inspector lowers the SNI's case; without one it is empty."""
    authority = _call("_[_]", _name("filter_state"), _text(AUTHORITY))
    lowered = _call("lowerAscii", target=_call("string", authority))
    sni = {"select_expr": {"operand": _name("connection"), "field": "requested_server_name"}}
    functions = ("enable_string_conversion", "enable_string_concat", "enable_string_functions")
    return permitted(
        "same-host",
        f"sni_{port}",
        condition=_call("startsWith", _call("_+_", sni, _text(":")), target=lowered),
        cel_config=dict.fromkeys(functions, True),
    )


def _dial(port: int) -> dict[str, Any]:
    """Only once the first bytes have passed the check, and then the host that was resolved and checked: `AUTHORITY`."""
    return {
        "name": "envoy.filters.network.tcp_proxy",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.network.tcp_proxy.v3.TcpProxy",
            "stat_prefix": f"tunnel_{port}",
            "cluster": way_out_name(port),
            "upstream_connect_mode": "ON_DOWNSTREAM_DATA",
            "max_early_data_bytes": HELLO_BYTES,
            "idle_timeout": "0s",  # the gate ends what is silent
        },
    }


def _call(function: str, *arguments: Any, target: Any = None) -> dict[str, Any]:
    """An expression of CEL as RBAC takes it: parsed."""
    of = {"target": target} if target else {}
    return {"call_expr": {"function": function, "args": list(arguments), **of}}


def _name(name: str) -> dict[str, Any]:
    return {"ident_expr": {"name": name}}


def _text(text: str) -> dict[str, Any]:
    return {"const_expr": {"string_value": text}}
