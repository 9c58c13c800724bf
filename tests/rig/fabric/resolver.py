"""The Route 53 Resolver of every VPC: one server, a socket in each namespace."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from dnslib import QTYPE, RCODE, RR, A, DNSError, DNSHeader, DNSRecord

from rig.fabric.names import Names
from rig.fabric.namespaces import Network

_TTL_SECONDS = 5  # AWS says 60 for most of these; a sandbox has less patience
_PORT = 53


@dataclass
class _Datagrams(asyncio.DatagramProtocol):
    resolver: Resolver
    vpc_id: str

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if answer := self.resolver.answer(self.vpc_id, data):
            self._transport.sendto(answer, addr)  # type: ignore[attr-defined]


class Resolver:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._names = Names({}, {})
        self._open: dict[str, list[asyncio.BaseTransport | asyncio.Server]] = {}

    def publish(self, names: Names) -> None:
        self._names = names

    def serve(self, vpc_id: str, network: Network, at: Iterable[str]) -> None:
        """Answer at port 53 of the namespace's addresses `at`, by UDP and TCP."""
        with network.inside():
            pairs = [(_bound(address, socket.SOCK_DGRAM), _bound(address, socket.SOCK_STREAM)) for address in at]
        asyncio.run_coroutine_threadsafe(self._listen(vpc_id, pairs), self._loop).result()

    def leave(self, vpc_id: str) -> None:
        for listening in self._open.pop(vpc_id, ()):
            self._loop.call_soon_threadsafe(listening.close)

    async def _listen(self, vpc_id: str, pairs: list[tuple[socket.socket, socket.socket]]) -> None:
        listening = self._open.setdefault(vpc_id, [])
        for datagram, stream in pairs:
            endpoint = self._loop.create_datagram_endpoint(lambda: _Datagrams(self, vpc_id), sock=datagram)
            transport, _protocol = await endpoint
            server = await asyncio.start_server(
                lambda reader, writer: self._serve_stream(vpc_id, reader, writer), sock=stream
            )
            listening += [transport, server]

    async def _serve_stream(self, vpc_id: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                answer = self.answer(vpc_id, await reader.readexactly(size))
                writer.write(len(answer).to_bytes(2, "big") + answer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client is done
        finally:
            writer.close()

    def answer(self, vpc_id: str, packet: bytes) -> bytes:
        """The reply to a query, or nothing to what is not one."""
        try:
            query = DNSRecord.parse(packet)
        except DNSError:
            return b""
        reply = DNSRecord(DNSHeader(id=query.header.id, qr=1, aa=0, ra=1), q=query.q)
        name = str(query.q.qname).rstrip(".").lower()
        found = self._names.resolve(vpc_id, name)
        if not found:
            reply.header.rcode = RCODE.NXDOMAIN
        elif query.q.qtype in (QTYPE.A, QTYPE.ANY):
            for address in found:
                reply.add_answer(RR(query.q.qname, QTYPE.A, rdata=A(address), ttl=_TTL_SECONDS))
        return reply.pack()


def _bound(address: str, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(socket.AF_INET, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, _PORT))
    sock.setblocking(False)
    if kind == socket.SOCK_STREAM:
        sock.listen()
    return sock
