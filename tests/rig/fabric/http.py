"""A small HTTP/1.1 server: a tenth of a framework's memory, for hundreds of processes."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

_MAX_HEAD = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Request:
    """`headers` has lower-case names; `peer` and `local` are addresses."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    peer: str = ""
    local: str = ""
    server_name: str = ""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, kw_only=True)
class Response:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, content: Any, status: int = 200) -> Response:
        return cls(status=status, body=json.dumps(content).encode(), headers={"content-type": "application/json"})

    @classmethod
    def of_text(cls, content: str, status: int = 200) -> Response:
        return cls(status=status, body=content.encode(), headers={"content-type": "text/plain"})

    def encode(self, *, close: bool, with_body: bool) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"content-length: {len(self.body)}", *(["connection: close"] if close else []), "", ""]
        return "\r\n".join(lines).encode() + (self.body if with_body else b"")


Handler = Callable[[Request], Awaitable[Response]]


class Server:
    """Serves one handler on as many sockets as it is given."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._servers: list[asyncio.Server] = []

    async def listen(self, sock: socket.socket, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, sock=sock, ssl=tls, limit=_MAX_HEAD, backlog=1024)
        self._servers.append(server)
        return server

    async def listen_unix(self, path: Path) -> None:
        self._servers.append(await asyncio.start_unix_server(self._serve, path, limit=_MAX_HEAD, backlog=1024))

    async def adopt(self, connection: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        """Serve a connection that somebody else accepted."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_MAX_HEAD, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, self._serve, loop=loop)
        await loop.connect_accepted_socket(lambda: protocol, connection, ssl=tls)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _read(reader, writer):
                response = await self._handler(request)
                close = request.headers.get("connection", "").lower() == "close"
                writer.write(response.encode(close=close, with_body=request.method != "HEAD"))
                await writer.drain()
                if close:
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # the client left, or is not speaking HTTP
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """The next request of the connection, or None when the client is done."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _version = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    if headers.get("expect") == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await _read_body(reader, headers)
    tls = writer.get_extra_info("ssl_object")
    return Request(
        method=method,
        target=target,
        headers=headers,
        body=body,
        peer=_address(writer.get_extra_info("peername")),
        local=_address(writer.get_extra_info("sockname")),
        server_name=getattr(tls, "asked_name", "") or "",
    )


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    chunks = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        chunks.append(await reader.readexactly(size))
        await reader.readline()
    while (await reader.readline()).strip():
        pass  # trailers
    return b"".join(chunks)


def _address(name: object) -> str:
    return name[0] if isinstance(name, tuple) else ""
