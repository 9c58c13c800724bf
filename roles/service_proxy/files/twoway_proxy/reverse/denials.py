"""What a line of the deny log says: who was refused what, and why. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# By reason, as the log and the metrics name it, what it means.
WHY = {
    "no-proxy-protocol": "the connection did not come through the load balancer",
    "silent": "nothing was asked in time",
    "too-many": "this egress profile has more connections than it may",
    "overloaded": "the instance has no memory left for one more",
    "malformed": "this is no request of HTTP/1.0 or 1.1",
    "too-large": "the headers are larger than a request needs",
    "slow": "the headers did not end in time",
    "host": "the host is not listed",
    "port": "the host is not listed with this port",
    "method": "the port is listed for plain HTTP, without CONNECT and Upgrade",
    "plain": "plain HTTP is not listed",
    "no-address": "the name has no IPv4 address",
    "address": "the name resolves to an address that is refused",
    "not-tls": "what came is not TLS",
    "no-server-name": "the TLS names no server",
    "server-name": "the TLS is for another host than was asked for",
    "no-hello": "the tunnel stayed empty, or its ClientHello did not end in time",
    "other": "see details",
}

_DETAILS = (
    (r"rbac_access_denied", "address"),
    (r"dns_resolution_failure|dns_cache", "no-address"),
    (r"overload", "overloaded"),
    (r"http1\.(headers_too_large|too_many_headers)|request_headers_too_large", "too-large"),
    (r"request_header_timeout|stream_idle_timeout", "slow"),
    (r"upgrade_failed", "method"),
    (r"http1\.https_url_on_plaintext_connection", "plain"),
    (r"http1?\.|absolute_path_rejected|missing_host|path_normalization", "malformed"),
)
_NO_NAME = re.compile(r"-:\d+")  # how Envoy writes the CONNECT for TLS without a name


@dataclass(frozen=True, kw_only=True)
class Denial:
    """`details` are Envoy's own words, only where the reason does not say it all."""

    profile: str
    endpoint: str | None
    client: str | None
    asked: str | None
    server_name: str | None
    reason: str
    details: str | None = None

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> "Denial":
        reason = _REASONS.get(str(line.get("kind")), _other)(line)
        endpoint = line.get("endpoint")
        return cls(
            profile=str(line.get("profile")),
            # The value of AWS's TLV begins with a byte that says what follows.
            endpoint=endpoint.lstrip("\x01") if isinstance(endpoint, str) else None,
            client=_without_port(line.get("client")),
            asked=line.get("asked"),
            server_name=line.get("server_name"),
            reason=reason,
            details=str(line.get("details") or line.get("ended")) if reason == "other" else None,
        )


def _without_port(address: Any) -> str | None:
    return address.rpartition(":")[0] or address if isinstance(address, str) else None


def _of_connection(line: Mapping[str, Any]) -> str:
    if str(line.get("ended") or "").startswith("rbac_access_denied"):
        return "no-server-name"
    if line.get("closed") == "over_connection_limit":
        return "too-many"
    return "no-proxy-protocol" if line.get("client") == line.get("peer") else "silent"


def _of_request(line: Mapping[str, Any]) -> str:
    route, details = str(line.get("route") or ""), str(line.get("details") or "")
    refused = route.removeprefix("refused-")
    if refused != route and refused in WHY:
        return "no-server-name" if _NO_NAME.fullmatch(str(line.get("asked"))) else refused
    return next((reason for pattern, reason in _DETAILS if re.match(pattern, details)), "other")


def _of_tunnel(line: Mapping[str, Any]) -> str:
    if not str(line.get("ended") or "").startswith("rbac_access_denied"):
        return "no-hello"
    if line.get("server_name"):
        return "server-name"
    return "not-tls" if line.get("transport_failure") else "no-server-name"


def _other(_line: Mapping[str, Any]) -> str:
    return "other"


_REASONS = {"connection": _of_connection, "request": _of_request, "tunnel": _of_tunnel}
