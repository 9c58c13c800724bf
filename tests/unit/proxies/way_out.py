"""A way out on loopback: SSM, a name server, a small Internet at public and private addresses, and the agent."""

from __future__ import annotations

import asyncio
import json
import ssl
from pathlib import Path
from typing import Any

from .agent_process import AgentProcess
from .name_server import NameServer
from .namespace import PRIVATE, PUBLIC
from .parameter_store import FakeParameterStore
from .pki import Authority
from .proxy_protocol import header

PROFILES = "/twoway/tokyo/reverse-proxy/profiles"
PROFILE = 13288
LISTED = "api.pay.example"
PORT = 4430  # of the API
PLAIN_PORT = 4480
OPEN, OWN_VPC, CLOSED = PUBLIC
SOON = 10  # seconds, on a machine that is busy with other things
PAY = {"name": "pay", "host": LISTED, "ports": [PORT]}


class Tunnel:
    """The answer to one request: its status, and then either a tunnel or a body."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: int, body: bytes) -> None:
        self.reader, self.writer, self.status, self.body = reader, writer, status, body

    @property
    def refusal(self) -> dict[str, Any]:
        return json.loads(self.body)

    async def secure(self, context: ssl.SSLContext, server_name: str | None) -> Tunnel:
        """TLS inside the tunnel. Raises ConnectionError or SSLError when the proxy hangs up on it."""
        await asyncio.wait_for(self.writer.start_tls(context, server_hostname=server_name or ""), SOON)
        return self

    async def echo(self, data: bytes) -> bytes:
        self.writer.write(data)
        return await asyncio.wait_for(self.reader.readexactly(len(data)), SOON)

    async def hung_up(self, seconds: float = 15) -> bool:
        """Whether the other end closes without a byte."""
        try:
            return await asyncio.wait_for(self.reader.read(), seconds) == b""
        except ConnectionError:
            return True


class WayOut:
    """`reached` tells at which address each connection of the Internet's arrived."""

    def __init__(self, directory: Path, **settings: Any) -> None:
        self.store = FakeParameterStore()
        self.names = NameServer({LISTED: (OPEN,)})
        self.agent = AgentProcess(directory, "reverse", vpc_cidr=[f"{OWN_VPC}/32"], **settings)
        self.reached: list[str] = []
        self.requests: list[bytes] = []
        self._pair = Authority("anybody").issue(LISTED)
        self._directory = directory
        self.trusting = ssl.create_default_context()
        self.trusting.check_hostname, self.trusting.verify_mode = False, ssl.CERT_NONE

    async def __aenter__(self) -> WayOut:
        await self.store.start()
        await self.names.start()
        context = self._pair.server_context(self._directory)
        for address in (OPEN, OWN_VPC, *PRIVATE, "127.0.0.1"):
            for port in (PORT, 443):
                await asyncio.start_server(self._echo, address, port, ssl=context)
            await asyncio.start_server(self._answer, address, PLAIN_PORT)
        self.allow(PAY)
        return self

    async def __aexit__(self, *failure: object) -> None:
        return None

    async def _echo(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached.append(writer.get_extra_info("sockname")[0])
        try:
            while data := await reader.read(65536):
                writer.write(data)
        except ConnectionError:
            pass
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Plain HTTP: keeps what it was sent, says hello."""
        self.reached.append(writer.get_extra_info("sockname")[0])
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.requests.append(head)
                writer.write(b"HTTP/1.1 200 OK\r\nServer: theirs\r\nContent-Length: 5\r\n\r\nhello")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    def allow(self, *destinations: Any, profile: int = PROFILE, services: tuple[str, ...] = ("orders",)) -> None:
        value = {"services": list(services), "destinations": list(destinations)}
        self.store.put(f"{PROFILES}/{profile}", value)

    def forbid(self, profile: int) -> None:
        del self.store.parameters[f"{PROFILES}/{profile}"]

    async def dial(self, front: bytes | None = None, profile: int = PROFILE) -> Tunnel:
        reader, writer = await asyncio.open_connection("127.0.0.1", profile)
        writer.write(header() if front is None else front)
        return Tunnel(reader, writer, 0, b"")

    async def send(self, request: bytes, connection: Tunnel | None = None, **more: Any) -> Tunnel:
        """Raises ConnectionError or IncompleteReadError when the proxy hangs up without an answer."""
        tunnel = connection or await self.dial(**more)
        tunnel.writer.write(request)
        async with asyncio.timeout(15):
            head = await tunnel.reader.readuntil(b"\r\n\r\n")
            status = int(head.split(b" ", 2)[1])
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = await tunnel.reader.readexactly(int(length[0].split(b":")[1])) if length else b""
        return Tunnel(tunnel.reader, tunnel.writer, status, body)

    async def connect(self, authority: str, **more: Any) -> Tunnel:
        return await self.send(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode(), **more)

    async def tunnel(self, host: str = LISTED, port: int = PORT, **more: Any) -> Tunnel:
        """As a client in good faith: the TLS is for the host of the CONNECT."""
        return await (await self.connect(f"{host}:{port}", **more)).secure(self.trusting, host)

    async def directly(self, server_name: str | None, **more: Any) -> Tunnel:
        """TLS without CONNECT."""
        return await (await self.dial(**more)).secure(self.trusting, server_name)

    async def until(self, status: int, authority: str, seconds: float = 10, **more: Any) -> Tunnel:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    if (tunnel := await self.connect(authority, **more)).status == status:
                        return tunnel
                    tunnel.writer.close()
                except (ConnectionError, asyncio.IncompleteReadError):
                    pass  # nothing listens there yet
                await asyncio.sleep(0.02)
