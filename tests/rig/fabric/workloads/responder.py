"""The stock image: answers on every port of its container, in TLS or in the clear, as it is spoken to."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
from collections.abc import Callable

from rig.fabric import http
from rig.fabric.workloads.faults import Dice, Faults
from rig.fabric.workloads.order import Order

_TLS_HANDSHAKE = 0x16
_CHECKER = "ELB-HealthChecker"


def run(order: Order, ready: Callable[[], None]) -> int:
    """Serve until SIGTERM. Returns the exit code."""
    faults = Faults.of(order.about.get("version", ""), order.environment)
    if faults.crashes:
        print("this version crashes on start", flush=True)
        return 1
    asyncio.run(_serve(order, faults, ready))
    return 0


async def _serve(order: Order, faults: Faults, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*order.certificate)
    doors = [_Door(http.Server(_answerer(order, faults)), _listening(port), tls) for port in order.ports]
    for door in doors:
        door.open()
    ready()
    await stopped.wait()


def _answerer(order: Order, faults: Faults) -> http.Handler:
    health_path = order.environment.get("HEALTH_PATH", "/healthz")
    dice = Dice(faults.fails_percent)

    async def answer(request: http.Request) -> http.Response:
        if request.path == health_path:
            return http.Response.of_text("sick\n", status=503) if faults.unhealthy else http.Response.of_text("ok\n")
        if request.headers.get("user-agent", "").startswith(_CHECKER):
            return http.Response.of_text(f"the health path is {health_path}\n", status=404)
        print(f"{request.method} {request.target}", flush=True)
        await asyncio.sleep(faults.seconds)
        if dice.fails():
            return http.Response.of_json({**order.about, "error": "this version fails"}, status=500)
        return http.Response.of_json({**order.about, "path": request.target, "headers": request.headers})

    return answer


class _Door:
    """A listening port that looks at a connection's first byte before it decides about TLS."""

    def __init__(self, server: http.Server, listening: socket.socket, tls: ssl.SSLContext) -> None:
        self._server = server
        self._listening = listening
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        self._keep(self._accept())

    def _keep(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _peer = await loop.sock_accept(self._listening)
            self._keep(self._greet(connection))

    async def _greet(self, connection: socket.socket) -> None:
        try:
            first = await _peek(connection)
            if first:
                await self._server.adopt(connection, self._tls if first[0] == _TLS_HANDSHAKE else None)
            else:
                connection.close()
        except OSError:
            connection.close()  # reset, or no TLS after all


def _listening(port: int) -> socket.socket:
    sock = socket.create_server(("0.0.0.0", port), backlog=1024, reuse_port=False)
    sock.setblocking(False)
    return sock


async def _peek(connection: socket.socket) -> bytes:
    """The first byte, left where it is; nothing when the client only knocked."""
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()
    loop.add_reader(connection, lambda: readable.done() or readable.set_result(None))
    try:
        await readable
        return connection.recv(1, socket.MSG_PEEK)
    finally:
        loop.remove_reader(connection)
