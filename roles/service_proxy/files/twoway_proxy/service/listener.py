"""The door's listener: TLS with the certificate from SSM, and the routes of the catalogue."""

from typing import Any

from ..envoy.access_log import access_log
from ..envoy.answers import answers
from ..envoy.bootstrap import UNLIMITED, agent_cluster, bootstrap, http_manager, listener, router
from ..envoy.files import followed_routes, source
from ..settings import Settings
from .routes import ROUTES, SILENCE_SECONDS

PORT = 443
CERTIFICATE = "door"
# Below the 350 s after which the NLB in front forgets a silent connection without a word to either end.
IDLE_SECONDS = 340
# The host of a request in HTTP/1.0 that names none: no service's, so the path decides. An ALB puts its own name there.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
NAMELESS = "door"


def door(settings: Settings) -> dict[str, Any]:
    chain = {"transport_socket": _tls(settings), "filters": [_manager(settings)]}
    return bootstrap(
        settings,
        listeners=[listener("door", PORT, chain), _checks(settings)],
        clusters=[agent_cluster(settings)],
        dynamic={"cds_config": source(settings.state_dir, "clusters")},
    )


def _checks(settings: Settings) -> dict[str, Any]:
    """The agent's own way in, a socket file: its checks go the way of any request behind the door's TLS, uncounted."""
    rds = followed_routes(settings.state_dir, ROUTES)
    manager = http_manager("checks", rds=rds, http_filters=[router()])
    address = {"pipe": {"path": str(settings.checks_socket), "mode": 0o600}}
    return {"name": "checks", "address": address, "filter_chains": [{"filters": [manager]}], **UNLIMITED}


def _tls(settings: Settings) -> dict[str, Any]:
    secret = {"name": CERTIFICATE, "sds_config": source(settings.state_dir, "secrets")}
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": {
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                "tls_certificate_sds_secret_configs": [secret],
            },
        },
    }


def _manager(settings: Settings) -> dict[str, Any]:
    asked = {"host": "%REQ(:AUTHORITY)%", "path": "%REQ(:PATH)%"}
    return http_manager(
        "door",
        rds=followed_routes(settings.state_dir, ROUTES),
        http_filters=[router()],
        access_log=[access_log(settings.log_dir / "access.json", asked)],
        preserve_external_request_id=True,
        always_set_request_id_in_response=True,
        normalize_path=True,
        request_headers_timeout="15s",
        stream_idle_timeout=f"{SILENCE_SECONDS}s",
        common_http_protocol_options={"idle_timeout": f"{IDLE_SECONDS}s"},
        upgrade_configs=[{"upgrade_type": "websocket"}],
        http2_protocol_options=_HTTP_2,
        http_protocol_options={"accept_http_10": True, "default_host_for_http_10": NAMELESS},
        local_reply_config=answers("error", _WHICH, _WHY),
    )


# A client that asks much on one connection and reads nothing of it keeps little of the memory. Envoy's defaults are
# 1024 requests at once, and 16 MiB ahead for each.
# https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge
_HTTP_2 = {
    "max_concurrent_streams": 100,
    "initial_stream_window_size": 128 * 1024,
    "initial_connection_window_size": 1024 * 1024,
}
_WHICH = {"status": "%RESPONSE_CODE%", "details": "%RESPONSE_CODE_DETAILS%", "request_id": "%REQ(X-REQUEST-ID)%"}
_WHY = ((r"upgrade_failed", "this upgrade is not carried: only websocket is"),)
