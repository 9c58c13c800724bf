"""Access logs: one JSON object a line, in files that the agent rotates."""

from pathlib import Path
from typing import Any

_EXTENSIONS = "type.googleapis.com/envoy.extensions.access_loggers"
COMMON = {
    "time": "%START_TIME%",
    "client": "%DOWNSTREAM_REMOTE_ADDRESS%",
    "method": "%REQ(:METHOD)%",
    "status": "%RESPONSE_CODE%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "route": "%ROUTE_NAME%",
    "upstream": "%UPSTREAM_HOST%",
    "upstream_failure": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
    "bytes_in": "%BYTES_RECEIVED%",
    "bytes_out": "%BYTES_SENT%",
    "milliseconds": "%DURATION%",
    "request_id": "%REQ(X-REQUEST-ID)%",
}


def access_log(path: Path, fields: dict[str, str], only: str | None = None) -> dict[str, Any]:
    """`only` is an expression of CEL that is true for what is logged."""
    config = {
        "@type": f"{_EXTENSIONS}.file.v3.FileAccessLog",
        "path": str(path),
        "log_format": {"json_format": {**COMMON, **fields}},
    }
    log = {"name": "envoy.access_loggers.file", "typed_config": config}
    if only is not None:
        wanted = {"@type": f"{_EXTENSIONS}.filters.cel.v3.ExpressionFilter", "expression": only}
        log["filter"] = {
            "extension_filter": {"name": "envoy.access_loggers.extension_filters.cel", "typed_config": wanted}
        }
    return log
