"""The inside of the tests' cloud: a Plane in namespaces of its own, told what to do over a pipe."""

from __future__ import annotations

import logging
import pickle
import socket
import sys
import threading
from pathlib import Path

from rig.fabric import kernel, machine
from rig.fabric.plane import Plane, PlaneSettings


def main() -> None:
    state_dir = Path(sys.argv[1])
    kernel.unshare(kernel.CLONE_NEWNET)
    machine.prepare()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    printed: dict[str, list[str]] = {}
    api = _fake_api(machine.RUN / "api.sock")
    plane = Plane(
        PlaneSettings(
            state_dir=state_dir,
            api_socket=api,
            health_scale=0.02,
            metrics_seconds=1,
            log_sink=lambda workload, lines: printed.setdefault(workload.id, []).extend(lines),
        )
    )
    verbs = {
        "apply": plane.apply,
        "report": plane.report,
        "visit": plane.visit,
        "close": plane.close,
        "printed": lambda: printed,
    }
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            verb, arguments = pickle.load(source)
        except EOFError:
            return
        try:
            answer = (True, verbs[verb](*arguments))
        except Exception as error:
            logging.exception(verb)
            answer = (False, repr(error))
        pickle.dump(answer, sink)
        sink.flush()


def _fake_api(path: Path) -> Path:
    """Stands for moto: answers everything with the Host it was asked for, and the sandbox's headers as they came."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    threading.Thread(target=_answer_all, args=(server,), daemon=True).start()
    return path


def _answer_all(server: socket.socket) -> None:
    while True:
        client, _peer = server.accept()
        with client, client.makefile("rb") as stream:
            host, noted = b"", b""
            while line := stream.readline().strip():
                if line.lower().startswith(b"host:"):
                    host = line.partition(b":")[2].strip()
                if line.lower().startswith(b"x-rig-"):
                    noted += line + b"\r\n"
            head = b"HTTP/1.1 200 OK\r\n%sconnection: close\r\ncontent-length: %d\r\n\r\n" % (noted, len(host))
            client.sendall(head + host)


if __name__ == "__main__":
    main()
