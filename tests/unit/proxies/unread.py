"""Clients that ask for much and read nothing of it, and servers that send for as long as anybody takes it."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

from .agent_process import AgentProcess

ANSWER_MB = 16
PATH = "/pour"
_BLOCK = b"x" * 65536
_SECONDS = 30


def little_in_the_kernel() -> None:
    """In a network of the test's own: sockets keep so little that what is not read has to wait in Envoy."""
    for name in ("tcp_rmem", "tcp_wmem"):
        Path(f"/proc/sys/net/ipv4/{name}").write_text("4096 65536 262144")


class Pouring:
    """Sends ANSWER_MB to each of its clients: as it is, or as the answer to a request of HTTP for PATH."""

    def __init__(self, *, http: bool) -> None:
        self._http = http
        self.sent: list[int] = []  # bytes, by client

    async def start(self, address: str, port: int, context: ssl.SSLContext) -> None:
        await asyncio.start_server(self._pour, address, port, ssl=context)

    async def _pour(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._http:
                head = await reader.readuntil(b"\r\n\r\n")
                if f" {PATH} ".encode() not in head:  # a check
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    writer.close()
                    return
                writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {ANSWER_MB << 20}\r\n\r\n".encode())
            number = len(self.sent)
            self.sent.append(0)
            while self.sent[number] < ANSWER_MB << 20 and not writer.is_closing():
                writer.write(_BLOCK)
                await writer.drain()
                self.sent[number] += len(_BLOCK)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    async def stuck(self, number: int) -> None:
        """Returns when so many clients are served and nothing moves any more: each buffer on the way is full."""
        async with asyncio.timeout(_SECONDS):
            before: list[int] = []
            while len(self.sent) < number or self.sent != before:
                before = list(self.sent)
                await asyncio.sleep(0.5)


async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that takes the head of a request for PATH and not a byte more."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += await reader.readline()
    if f" {PATH} ".encode() in head:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.Event().wait()  # never: a stream that nobody holds is closed
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


async def feed(writers: list[asyncio.StreamWriter]) -> None:
    """All of them send ANSWER_MB; returns when nothing moves any more, and none has sent it all."""
    sent = [0] * len(writers)

    async def send(number: int) -> None:
        for _block in range((ANSWER_MB << 20) // len(_BLOCK)):
            writers[number].write(_BLOCK)
            await writers[number].drain()
            sent[number] += len(_BLOCK)

    sending = [asyncio.create_task(send(number)) for number in range(len(writers))]
    async with asyncio.timeout(_SECONDS):
        before: list[int] = []
        while not all(sent) or sent != before:
            before = list(sent)
            await asyncio.sleep(0.5)
    assert not any(task.done() for task in sending), "somebody has taken it all"
    for task in sending:
        task.cancel()


async def settled(agent: AgentProcess) -> float:
    """Envoy's resident megabytes, once they have stopped growing."""
    async with asyncio.timeout(_SECONDS):
        before = 0.0
        while (now := agent.envoy_resident_mb()) > before:
            before = now
            await asyncio.sleep(0.5)
    return now


async def many(number: int, open_one: Callable[[], Awaitable[asyncio.StreamWriter]]) -> list[asyncio.StreamWriter]:
    """So many connections of which nobody reads any more."""
    held = []
    for _number in range(number):
        held.append(read_nothing(await open_one()))
    return held


def read_nothing(writer: asyncio.StreamWriter) -> asyncio.StreamWriter:
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return writer


def http_2_requests(number: int, host: str) -> bytes:
    """What a client of HTTP/2 says that asks so often at once, and takes whatever comes (RFC 9113)."""
    most = struct.pack("!HI", 4, 2**31 - 1)  # SETTINGS_INITIAL_WINDOW_SIZE
    headers = b"".join(
        b"\x00" + _text(name) + _text(value)
        for name, value in ((":method", "GET"), (":scheme", "https"), (":path", PATH), (":authority", host))
    )
    asked = (_frame(1, 0x05, stream, headers) for stream in range(1, 2 * number, 2))
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0, most) + _frame(4, 1, 0, b"") + b"".join(asked)


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def _text(text: str) -> bytes:
    """A literal of HPACK without Huffman's coding, shorter than 127 bytes."""
    return bytes([len(text)]) + text.encode()
