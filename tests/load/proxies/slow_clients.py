"""Many slow clients of a way out, in a process of their own.

`python -m load.proxies.slow_clients PORT AUTHORITY NUMBER SECONDS`: each client dials again whenever it is thrown
out, until NUMBER have been open at once and SECONDS have passed. Prints, as JSON, how many that were and how often
each kind dialled.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass

from unit.proxies.proxy_protocol import header

HALF_A_HELLO = bytes.fromhex("160301020001000200")
# What is dialled must also be written to before the proxy loses patience with it.
DIALLED_AT_ONCE = 50
DRIP_SECONDS = 3.0
LONGEST_SECONDS = 150.0


@dataclass(frozen=True)
class Kind:
    """What a client says at once and then every few seconds, and why it is refused in the end."""

    reason: str
    first: bytes = b""
    drip: bytes = b""


def kinds(authority: str) -> dict[str, Kind]:
    """By the address that the PROXY header tells."""
    headers = f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n".encode()
    connect = headers + b"\r\n"
    return {
        "10.8.0.1": Kind("silent"),
        "10.8.0.2": Kind("slow", headers, b"X: a\r\n"),
        "10.8.0.3": Kind("no-hello", connect),
        "10.8.0.4": Kind("no-hello", connect + HALF_A_HELLO, b"\0"),
    }


class Client(asyncio.Protocol):
    def __init__(self, crowd: Crowd, address: str) -> None:
        self._crowd, self.address = crowd, address
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(header(client=self.address) + self._crowd.kinds[self.address].first)
        self._crowd.came(self)

    def connection_lost(self, _problem: Exception | None) -> None:
        self._crowd.went(self)


class Crowd:
    def __init__(self, port: int, authority: str, number: int) -> None:
        self.kinds = kinds(authority)
        self._port = port
        self._open: set[Client] = set()
        self._wishes: asyncio.Queue[str] = asyncio.Queue()
        for address in itertools.islice(itertools.cycle(self.kinds), number):
            self._wishes.put_nowait(address)
        self._ended = False
        self.most_open = 0
        self.dialled: Counter[str] = Counter()

    def came(self, client: Client) -> None:
        self.dialled[client.address] += 1
        self._open.add(client)
        self.most_open = max(self.most_open, len(self._open))

    def went(self, client: Client) -> None:
        self._open.discard(client)
        self._wishes.put_nowait(client.address)

    async def stay(self, number: int, seconds: float) -> None:
        """Raises TimeoutError when so many were never there at once."""
        working = [asyncio.create_task(self._dial()) for _number in range(DIALLED_AT_ONCE)]
        working.append(asyncio.create_task(self._drip()))
        begun = time.monotonic()
        async with asyncio.timeout(LONGEST_SECONDS):
            while self.most_open < number or time.monotonic() < begun + seconds:
                await asyncio.sleep(0.1)
        self._ended = True  # not in the middle of a dial, which would be thrown out for another reason
        while self._open:  # to be thrown out, too
            await asyncio.sleep(1)
            self._drip_once()
        for work in working:
            work.cancel()

    async def _dial(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            address = await self._wishes.get()
            if self._ended:
                return
            await loop.create_connection(lambda address=address: Client(self, address), "127.0.0.1", self._port)

    async def _drip(self) -> None:
        while True:
            await asyncio.sleep(DRIP_SECONDS)
            self._drip_once()

    def _drip_once(self) -> None:
        for client in self._open:
            drip = self.kinds[client.address].drip
            if drip and client.transport:
                client.transport.write(drip)


async def main() -> None:
    port, authority, number, seconds = sys.argv[1:]
    # Some more than must be open at once, for there are always some that have just been thrown out.
    crowd = Crowd(int(port), authority, int(number) * 5 // 4)
    await crowd.stay(int(number), float(seconds))
    print(json.dumps({"most_open": crowd.most_open, "dialled": crowd.dialled}))


if __name__ == "__main__":
    asyncio.run(main())
