"""Access logs: one JSON object a line, in files that the agent rotates."""

from pathlib import Path
from typing import Any

_FILE = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog"
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


def access_log(path: Path, fields: dict[str, str], only_refused: bool = False) -> dict[str, Any]:
    config = {"@type": _FILE, "path": str(path), "log_format": {"json_format": {**COMMON, **fields}}}
    log = {"name": "envoy.access_loggers.file", "typed_config": config}
    if only_refused:
        least = {"default_value": 400, "runtime_key": "twoway.deny_log.least_status"}
        log["filter"] = {"status_code_filter": {"comparison": {"op": "GE", "value": least}}}
    return log
