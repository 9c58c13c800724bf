"""The resolver Envoy asks: it never tells an address that is refused.

Envoy checks the address it resolved and connects a moment later, from a cache
that may have been refreshed in between and that may hold more addresses than the
one it checked: with [a public address that refuses, 10.0.0.10] Envoy 1.40 passes
its own check and then connects to 10.0.0.10. So a check in Envoy alone loses to a
name server that mixes its answers, or changes them (rebinding). Here is the only
place an address can come from, and what does not pass here is never connected to.
"""

import asyncio
import functools
import logging
import socket
import struct
from concurrent.futures import ThreadPoolExecutor

from .. import journal
from .addresses import RefusedAddresses

ADDRESS, PORT = "127.0.0.1", 8053
# Stands for "resolves, but to refused addresses only". Limited broadcast: in a refused network itself, so that Envoy
# answers 403, and no TCP connection can be made to it.
NOWHERE = "255.255.255.255"
TTL_SECONDS = 5  # the least time Envoy keeps an answer; a change of address is followed as fast
AT_ONCE = 64
MOST_TOLD = 1_000
MOST_ADDRESSES = 16  # 16 * 16 bytes and a question always fit 512 bytes: no answer is ever truncated
_A, _IN = 1, 1
_NO_ERROR, _FORMAT_ERROR, _SERVER_FAILURE, _NO_SUCH_NAME = 0, 1, 2, 3


class Question:
    """One DNS question, as a stub resolver sends it (RFC 1035, 4.1). Raises ValueError for anything else."""

    def __init__(self, packet: bytes) -> None:
        if len(packet) < 12:
            raise ValueError("no header")
        self.id, flags, questions = struct.unpack_from("!HHH", packet)
        if flags & 0x8000 or questions != 1:
            raise ValueError("not one question")
        labels, at = [], 12
        while length := packet[at : at + 1]:
            size = length[0]
            if size > 63:
                raise ValueError("compressed name in a question")
            at += 1 + size
            if size == 0:
                break
            labels.append(packet[at - size : at])
        if len(packet) < at + 4:
            raise ValueError("cut short")
        self.kind, self.klass = struct.unpack_from("!HH", packet, at)
        self.section = packet[12 : at + 4]
        self.name = b".".join(labels).decode("ascii")

    def answer(self, code: int, addresses: list[str]) -> bytes:
        header = struct.pack("!HHHHHH", self.id, 0x8180 | code, 1, len(addresses), 0, 0)
        records = (
            struct.pack("!HHHIH4s", 0xC00C, _A, _IN, TTL_SECONDS, 4, socket.inet_aton(address)) for address in addresses
        )
        return header + self.section + b"".join(records)


class Resolver(asyncio.DatagramProtocol):
    def __init__(self, refused: RefusedAddresses) -> None:
        self._refused = refused
        self._transport: asyncio.DatagramTransport | None = None
        self._asked: set[asyncio.Task[None]] = set()
        # Its own, and many: names whose servers are slow, as a wildcard lets anybody have them, keep none waiting.
        self._threads = ThreadPoolExecutor(AT_ONCE, "resolver")
        self._told: dict[str, list[str]] = {}

    async def start(self) -> None:
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(ADDRESS, PORT))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            question = Question(data)
        except (ValueError, struct.error):
            return
        task = asyncio.get_running_loop().create_task(self._reply(question, addr))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _reply(self, question: Question, addr: tuple[str, int]) -> None:
        code, addresses = await self._resolve(question)
        assert self._transport is not None
        self._transport.sendto(question.answer(code, addresses), addr)

    async def _resolve(self, question: Question) -> tuple[int, list[str]]:
        if question.klass != _IN or question.kind != _A:
            return _NO_ERROR, []
        # Absolute: what does not exist must not be looked for below the domains of resolv.conf.
        name = f"{question.name}."
        ask = functools.partial(socket.getaddrinfo, name, None, socket.AF_INET, socket.SOCK_STREAM)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except socket.gaierror as problem:
            return (_NO_SUCH_NAME if problem.errno in _ABSENT else _SERVER_FAILURE), []
        except (UnicodeError, OSError):
            return _SERVER_FAILURE, []
        return _NO_ERROR, self._safe(question.name, [str(entry[4][0]) for entry in found])

    def _safe(self, name: str, addresses: list[str]) -> list[str]:
        safe = [address for address in dict.fromkeys(addresses) if address not in self._refused]
        self._tell(name, sorted(set(addresses) - set(safe)))
        return safe[:MOST_ADDRESSES] or [NOWHERE]

    def _tell(self, name: str, refused: list[str]) -> None:
        """Once, not at every question; and not of more names than fit."""
        if refused and self._told.get(name) != refused and len(self._told) < MOST_TOLD:
            self._told[name] = refused
            journal.say(logging.WARNING, "a name resolves to addresses that are refused", name=name, addresses=refused)


_ABSENT = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
