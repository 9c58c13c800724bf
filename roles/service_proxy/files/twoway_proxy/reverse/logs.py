"""What is logged of the way out: each tunnel and plain request, and each refusal a second time in a file of its own."""

from typing import Any

from ..envoy.access_log import access_log
from ..settings import Settings
from .identity import CLIENT, ENDPOINT, LOGGED

ACCESS, DENY = "access.json", "deny.json"

# A CONNECT that was carried is logged by the inspector, when its tunnel ends.
_NOT_A_TUNNEL = "!(response.code == 200 && xds.route_name == 'tunnel')"
_REFUSED_REQUEST = "response.code >= 400 && response.code_details != 'via_upstream'"
# Nothing has been dialled: what came was not what CONNECT had said, or nothing came.
_REFUSED_TUNNEL = "!has(upstream.address)"
# It never got as far as a filter chain: no PROXY header, or nothing behind it. Or there were too many, or it was TLS
# for no name at all.
_REFUSED_CONNECTION = (
    "!has(xds.filter_chain_name) || xds.filter_chain_name == ''"
    f" || !('{CLIENT}' in filter_state)"
    " || (has(connection.termination_details) && connection.termination_details.startsWith('rbac_access_denied'))"
)

_AUTHORITY = "%FILTER_STATE(envoy.upstream.dynamic_host:PLAIN)%"


def requests(settings: Settings, port: int) -> list[dict[str, Any]]:
    fields = _fields("request", port, {"asked": "%REQ(:AUTHORITY)%"})
    return [
        access_log(settings.log_dir / ACCESS, fields, only=_NOT_A_TUNNEL),
        access_log(settings.log_dir / DENY, fields, only=_REFUSED_REQUEST),
    ]


def tunnels(settings: Settings, port: int) -> list[dict[str, Any]]:
    fields = _fields("tunnel", port, {"asked": _AUTHORITY})
    return [
        access_log(settings.log_dir / ACCESS, fields),
        access_log(settings.log_dir / DENY, fields, only=_REFUSED_TUNNEL),
    ]


def refused_connections(settings: Settings, port: int) -> dict[str, Any]:
    """`client` is the peer itself where no PROXY header told another."""
    said = {
        "client": "%DOWNSTREAM_REMOTE_ADDRESS%",
        "closed": "%DOWNSTREAM_LOCAL_CLOSE_REASON%",
        "peer": "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%",
        "endpoint": ENDPOINT,
    }
    fields = _fields("connection", port, said)
    return access_log(settings.log_dir / DENY, fields, only=_REFUSED_CONNECTION)


def _fields(kind: str, port: int, more: dict[str, str]) -> dict[str, str]:
    return {
        "kind": kind,
        "profile": str(port),
        **LOGGED,
        "server_name": "%REQUESTED_SERVER_NAME%",
        "ended": "%CONNECTION_TERMINATION_DETAILS%",
        "transport_failure": "%DOWNSTREAM_TRANSPORT_FAILURE_REASON%",
        **more,
    }
