"""The VPC's resolver on loopback: names to addresses, changed by the test at will."""

from __future__ import annotations

import asyncio

from dnslib import QTYPE, RCODE, RR, A, DNSRecord


class NameServer(asyncio.DatagramProtocol):
    def __init__(self, names: dict[str, tuple[str, ...]] | None = None) -> None:
        self.names = names or {}
        self.asked: list[str] = []

    async def start(self) -> None:
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 53))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        question = DNSRecord.parse(data)
        name = str(question.q.qname).rstrip(".").lower()
        self.asked.append(name)
        answer = question.reply()
        if name not in self.names:
            answer.header.rcode = RCODE.NXDOMAIN
        elif question.q.qtype == QTYPE.A:
            for address in self.names[name]:
                answer.add_answer(RR(question.q.qname, QTYPE.A, ttl=1, rdata=A(address)))
        self._transport.sendto(answer.pack(), addr)  # type: ignore[attr-defined]
