"""What is asked for, held against the list: the HTTP side of a profile's port.

The order of the filters is the order of the checks. The route says whether host and
port are listed; then the name is resolved; then its address is checked; and what has
passed is marked, and asks for its route again (routes.py).
"""

from typing import Any

from ..envoy.answers import answers
from ..envoy.bootstrap import TUNNEL_BUFFER_BYTES, http_manager, router
from ..envoy.files import followed_routes
from ..settings import Settings
from .addresses import RefusedAddresses
from .clusters import dns_cache
from .identity import EXTENSIONS, kept
from .logs import requests
from .routes import CHECKED, SILENCE_SECONDS, routes_name

HEADERS_KB = 16
# What is dialled in the end, and whose name the TLS must be for: one and the same text, the authority of the CONNECT.
# https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/well_known_filter_state
AUTHORITY = "envoy.upstream.dynamic_host"


def gate_name(port: int) -> str:
    return f"gate-{port}"


def inner_gate(port: int, settings: Settings, refused: RefusedAddresses) -> dict[str, Any]:
    """The same for TLS that came without CONNECT (front.py)."""
    chain = {"filters": [gate(port, settings, refused)]}
    return {
        "name": gate_name(port),
        "internal_listener": {},
        "per_connection_buffer_limit_bytes": TUNNEL_BUFFER_BYTES,
        "filter_chains": [chain],
    }


def gate(port: int, settings: Settings, refused: RefusedAddresses) -> dict[str, Any]:
    return http_manager(
        f"way_out_{port}",
        codec_type="HTTP1",
        # Python 3.11 and older ask for a tunnel in HTTP/1.0. Who names no host there gets no default one, but 400.
        http_protocol_options={"accept_http_10": True},
        rds=followed_routes(settings.state_dir, routes_name(port)),
        http_filters=[_resolve(port), _check_address(refused), _mark(), router(suppress_envoy_headers=True)],
        upgrade_configs=[{"upgrade_type": "CONNECT"}],
        access_log=[*requests(settings, port)],
        max_request_headers_kb=HEADERS_KB,
        request_headers_timeout="10s",
        stream_idle_timeout=f"{SILENCE_SECONDS}s",
        common_http_protocol_options={"idle_timeout": "60s", "max_headers_count": 50},
        local_reply_config=_answers(),
        # Nothing is told outside of a plain request that the client did not tell itself.
        skip_xff_append=True,
        server_header_transformation="PASS_THROUGH",
    )


def _answers() -> dict[str, Any]:
    """Every answer of the proxy's own is JSON that says what was asked, and why it is not had."""
    host = "has(request.host) && request.host != '' ? request.host : 'no host that could be read'"
    others = {"refused": f"%CEL({host})%", "status": "%RESPONSE_CODE%", "request_id": "%REQ(X-REQUEST-ID)%"}
    return answers("why", others, _WHY)


_WHY = (
    (
        r"rbac_access_denied",
        "this host resolves to an address that is refused (private, link-local, loopback, own VPC)",
    ),
    (r"upgrade_failed", "this port is listed for plain HTTP: no Upgrade"),
    (r"http1\.https_url_on_plaintext_connection", "a host is reached by TLS through CONNECT, not by a URL of https"),
)


def _resolve(port: int) -> dict[str, Any]:
    return {
        "name": "envoy.filters.http.dynamic_forward_proxy",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.http.dynamic_forward_proxy.v3.FilterConfig",
            "dns_cache_config": dns_cache(port),
            "save_upstream_address": True,
        },
    }


def _check_address(refused: RefusedAddresses) -> dict[str, Any]:
    """The second line behind the resolver, and the one that can answer 403. No address known means no."""
    forbidden = [_address(str(network.network_address), network.prefixlen) for network in refused.networks]
    known = _address("0.0.0.0", 0)
    public = {"and_rules": {"rules": [known, {"not_rule": {"or_rules": {"rules": forbidden}}}]}}
    return {
        "name": "envoy.filters.http.rbac",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.http.rbac.v3.RBAC",
            "rules": {
                "action": "ALLOW",
                "policies": {"public-address": {"permissions": [public], "principals": [{"any": True}]}},
            },
        },
    }


def _address(prefix: str, length: int) -> dict[str, Any]:
    matcher = {
        "@type": f"{EXTENSIONS}.rbac.matchers.upstream_ip_port.v3.UpstreamIpPortMatcher",
        "upstream_ip": {"address_prefix": prefix, "prefix_len": length},
    }
    return {"matcher": {"name": "envoy.rbac.matchers.upstream_ip_port", "typed_config": matcher}}


def _mark() -> dict[str, Any]:
    return {
        "name": "envoy.filters.http.set_filter_state",
        "typed_config": {
            "@type": f"{EXTENSIONS}.filters.http.set_filter_state.v3.Config",
            "clear_route_cache": True,
            "on_request_headers": [
                kept(CHECKED, "yes", shared="NONE"),
                kept(AUTHORITY, "%REQ(:AUTHORITY)%", shared="ONCE"),
            ],
        },
    }
