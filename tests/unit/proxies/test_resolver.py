"""The resolver Envoy asks: what it tells, and what it never tells."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
from dnslib import QTYPE, RCODE, DNSQuestion, DNSRecord
from hypothesis import given
from hypothesis import strategies as st
from twoway_proxy.reverse.addresses import RefusedAddresses
from twoway_proxy.reverse.resolver import NOWHERE, Question, Resolver

REFUSED = RefusedAddresses(["198.51.100.0/24"])


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("8.8.8.8", False),
        ("203.0.113.10", False),
        ("0.0.0.0", True),
        ("10.1.2.3", True),
        ("100.100.0.1", True),
        ("127.0.0.53", True),
        ("169.254.169.254", True),
        ("172.31.255.255", True),
        ("172.32.0.0", False),
        ("192.168.0.1", True),
        ("198.18.0.1", True),
        ("198.51.100.7", True),
        ("224.0.0.1", True),
        (NOWHERE, True),
    ],
)
def test_refused_addresses(address: str, refused: bool) -> None:
    assert (address in REFUSED) is refused


class Wire(asyncio.DatagramTransport):
    def __init__(self) -> None:
        super().__init__()
        self.sent: asyncio.Queue[bytes] = asyncio.Queue()

    def sendto(self, data: bytes, addr: object = None) -> None:
        self.sent.put_nowait(data)


async def ask(packet: bytes, answer: list[str] | OSError, monkeypatch: pytest.MonkeyPatch) -> DNSRecord:
    """One exchange with a resolver whose system answers so."""

    def getaddrinfo(host: str, port: None, *hints: int) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        assert host == "api.pay.example.", "absolute, or resolv.conf's search list has its say"
        if isinstance(answer, OSError):
            raise answer
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in answer]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    wire, resolver = Wire(), Resolver(REFUSED)
    resolver.connection_made(wire)
    resolver.datagram_received(packet, ("127.0.0.1", 5))
    return DNSRecord.parse(await asyncio.wait_for(wire.sent.get(), 5))


def question(kind: str = "A") -> bytes:
    record = DNSRecord(q=DNSQuestion("api.pay.example", getattr(QTYPE, kind)))
    record.header.id = 4711
    return record.pack()


ANSWERS = {
    "public": (["8.8.8.8", "1.1.1.1"], ["8.8.8.8", "1.1.1.1"], "NOERROR"),
    "private": (["10.0.0.1"], [NOWHERE], "NOERROR"),
    "mixed": (["10.0.0.1", "8.8.8.8", "127.0.0.1"], ["8.8.8.8"], "NOERROR"),
    "many": ([f"8.8.8.{n}" for n in range(99)], [f"8.8.8.{n}" for n in range(16)], "NOERROR"),
    "absent": (socket.gaierror(socket.EAI_NONAME, ""), [], "NXDOMAIN"),
    "failing": (socket.gaierror(socket.EAI_AGAIN, ""), [], "SERVFAIL"),
}


@pytest.mark.parametrize(("system", "told", "code"), ANSWERS.values(), ids=ANSWERS)
def test_tells_public_addresses_only(
    system: list[str] | OSError, told: list[str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = asyncio.run(ask(question(), system, monkeypatch))
    assert [str(answer.rdata) for answer in record.rr] == told
    assert record.header.rcode == getattr(RCODE, code)
    assert record.header.id == 4711
    assert len(record.pack()) <= 512


def test_has_no_ipv6_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    record = asyncio.run(ask(question("AAAA"), ["8.8.8.8"], monkeypatch))
    assert (record.rr, record.header.rcode) == ([], RCODE.NOERROR)


HEADER = question()[:12]


@given(st.binary(max_size=80) | st.binary(max_size=40).map(lambda tail: HEADER + tail))
def test_no_packet_crashes_it(packet: bytes) -> None:
    try:
        Question(packet)
    except (ValueError, struct.error):
        return
