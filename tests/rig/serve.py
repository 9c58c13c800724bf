"""The sandbox itself: the control plane, the data plane and the engine between them, in one process.

Started by `rig.launch`, in namespaces of its own.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from rig.control import feedback, logs, server, snapshot
from rig.control.handler import Handler
from rig.control.lock import lock
from rig.control.settings import Settings
from rig.engine import ControlPlane, Engine
from rig.fabric import kernel, machine
from rig.fabric.null import NullDataPlane
from rig.fabric.plane import Plane, PlaneSettings
from rig.launch import Options, add_options, options_of
from rig.pki import Pki
from rig.world import DataPlane, Workload

DOMAIN = "tokyo.twoway.example"
_API_SOCKET = machine.RUN / "api.sock"
_MINUTE = 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="rig.serve")
    add_options(parser)
    parser.add_argument("--host-pid", type=int, required=True)
    parser.add_argument("--ready-fd", type=int)
    arguments = parser.parse_args()
    options = options_of(arguments)
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", level=logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with Readiness(arguments.ready_fd) as say:
        try:
            listening = socket.create_server(("127.0.0.1", options.port), backlog=128)
        except OSError as error:
            why = os.strerror(error.errno or 0)
            say(f"port {options.port} cannot be had ({why}): free it, or choose another with --port")
            sys.exit(1)
        stop = run(options, listening)
        write_facts(options, listening.getsockname()[1], arguments.host_pid)
        say("ready")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    options.facts_path.unlink(missing_ok=True)


class Readiness:
    """Tells whoever started the sandbox, once, how it went; or the log, when nobody listens."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def __enter__(self) -> Callable[[str], None]:
        return self._say

    def _say(self, message: str) -> None:
        if self._descriptor is None:
            print(message, flush=True)
        else:
            os.write(self._descriptor, f"{message}\n".encode())

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)


def run(options: Options, listening: socket.socket) -> threading.Event:
    """Start everything. The returned event ends it: the process with its namespaces is all there is to clean up."""
    if not options.control_only:
        # After the listening socket is bound: a socket stays in the namespace that it was made in.
        kernel.unshare(kernel.CLONE_NEWNET)
        machine.prepare()
    settings = Settings(
        state_dir=options.state_dir,
        delay_scale=options.delay_scale,
        throttling=options.throttling,
        latency=options.latency,
    )
    app = server.create_app(settings)
    data_plane = _data_plane(options)
    if isinstance(data_plane, Plane):
        app.backdoor.add("POST", "/_rig/internet-request", data_plane.visit, locked=False)
    engine = Engine(
        ControlPlane(lock=lock, world=snapshot.world, take=feedback.take, generation=snapshot.generation),
        data_plane,
    )
    answering = engine.waking(app)
    _serve(make_server("127.0.0.1", 0, answering, threaded=True, request_handler=Handler, fd=listening.fileno()))
    if not options.control_only:
        _serve(make_server(f"unix://{_API_SOCKET}", 0, answering, threaded=True, request_handler=Handler))
    engine.start()
    return threading.Event()


def _data_plane(options: Options) -> DataPlane:
    if options.control_only:
        return NullDataPlane()
    return Plane(
        PlaneSettings(
            state_dir=options.state_dir,
            api_socket=_API_SOCKET,
            health_scale=options.health_scale,
            metrics_seconds=max(1, round(_MINUTE * options.metrics_scale)),
            log_sink=_Log(options.state_dir / "workloads"),
        )
    )


class _Log:
    """Where workloads print to: CloudWatch Logs if they say so, and always a file of their own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(exist_ok=True)

    def __call__(self, workload: Workload, lines: Sequence[str]) -> None:
        with (self._directory / f"{workload.id}.log").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)
        if workload.log_group:
            with lock:
                logs.append(workload.account_id, workload.region, workload.log_group, workload.log_stream, lines)


def _serve(serving: BaseWSGIServer) -> None:
    threading.Thread(target=serving.serve_forever, name=f"api {serving.host}", daemon=True).start()


def write_facts(options: Options, port: int, host_pid: int) -> None:
    """rig.json: all that an inventory or a test has to know of the running sandbox."""
    settings = Settings(state_dir=options.state_dir)
    pki = Pki(options.state_dir / "pki")
    certificate, private_key = pki.service_certificate(DOMAIN)
    facts: dict[str, Any] = {
        "endpoint_url": f"http://127.0.0.1:{port}",
        "pid": host_pid,
        "region": settings.region,
        "accounts": {
            account.name: {"id": account.id, "access_key": account.access_key, "secret_key": account.secret_key}
            for account in settings.accounts
        },
        "pki": {"ca": str(pki.service.path), "certificate": str(certificate), "private_key": str(private_key)},
        "api_log": str(settings.api_log_path),
        "log": str(options.log_path),
    }
    unfinished = options.facts_path.with_suffix(".new")
    unfinished.write_text(json.dumps(facts, indent=2) + "\n")
    unfinished.replace(options.facts_path)


if __name__ == "__main__":
    main()
