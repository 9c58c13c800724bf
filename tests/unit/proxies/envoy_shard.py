"""A shard that speaks HTTP/2 as an ALB does, and answers faster than a proxy can ask: Envoy with an answer of its own.

It says in X-Spoken by which protocol it was asked.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from .agent_process import die_with_the_test
from .pki import Pair

_TYPES = "type.googleapis.com/envoy.extensions"


async def start(directory: Path, address: str, port: int, pair: Pair) -> asyncio.subprocess.Process:
    """Ends with its test, whatever becomes of that."""
    path = directory / "shard.json"
    path.write_text(json.dumps({"static_resources": {"listeners": [_listener(address, port, pair)]}}))
    envoy = Path(sys.executable).with_name("envoy")
    options = ("--disable-hot-restart", "--concurrency", "1", "--log-level", "error", "--base-id", "7")
    return await asyncio.create_subprocess_exec(str(envoy), "-c", str(path), *options, preexec_fn=die_with_the_test)


def _listener(address: str, port: int, pair: Pair) -> dict[str, Any]:
    answer = {"match": {"prefix": "/"}, "direct_response": {"status": 200, "body": {"inline_string": "well\n"}}}
    manager = {
        "@type": f"{_TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "shard",
        "route_config": {
            "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [answer]}],
            "response_headers_to_add": [{"header": {"key": "x-spoken", "value": "%PROTOCOL%"}}],
        },
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{_TYPES}.filters.http.router.v3.Router"},
            }
        ],
    }
    certificate = {
        "certificate_chain": {"inline_string": pair.certificate_pem},
        "private_key": {"inline_string": pair.private_key_pem},
    }
    tls = {
        "@type": f"{_TYPES}.transport_sockets.tls.v3.DownstreamTlsContext",
        "common_tls_context": {"tls_certificates": [certificate], "alpn_protocols": ["h2", "http/1.1"]},
    }
    return {
        "name": "shard",
        "address": {"socket_address": {"address": address, "port_value": port}},
        "filter_chains": [
            {
                "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": tls},
                "filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}],
            }
        ],
    }
