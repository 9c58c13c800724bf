"""The way out under floods: slow clients by the ten thousand, huge headers; a good client is served all the while."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unit.proxies.agent_process import AgentProcess
from unit.proxies.namespace import own_network
from unit.proxies.proxy_protocol import header
from unit.proxies.way_out import LISTED, PORT, PROFILE, WayOut

from load.proxies.slow_clients import kinds

TESTS = str(Path(__file__).parents[2])

SLOW_CLIENTS = 10_000
FLOOD_SECONDS = 20
HUGE_REQUESTS = 20_000
# What a client in good faith may have to wait for a tunnel and an echo through it while others flood the machine,
# and their own clients with it.
PATIENCE_SECONDS = 5.0

AUTHORITY = f"{LISTED}:{PORT}".encode()
CONNECT = b"CONNECT " + AUTHORITY + b" HTTP/1.1\r\nHost: " + AUTHORITY + b"\r\n"


@dataclass
class GoodClient:
    """Opens a tunnel after the other, and keeps the first for good."""

    way: WayOut
    waits: list[float] = field(default_factory=list)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        first = await self.way.tunnel()
        while not self.enough.is_set():
            begun = time.monotonic()
            tunnel = await self.way.tunnel()
            assert await tunnel.echo(b"well") == b"well"
            assert await first.echo(b"as before") == b"as before"
            tunnel.writer.close()
            self.waits.append(time.monotonic() - begun)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def served_meanwhile(way: WayOut) -> AsyncIterator[GoodClient]:
    client = GoodClient(way)
    running = asyncio.create_task(client.run())
    yield client
    client.enough.set()  # a connection that is given up half-way would be one more that is refused
    await running


async def slow_clients(number: int) -> dict[str, Any]:
    """What they saw."""
    arguments = (str(PROFILE), f"{LISTED}:{PORT}", str(number), str(FLOOD_SECONDS))
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "load.proxies.slow_clients", *arguments,
        env={**os.environ, "PYTHONPATH": TESTS}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _none = await running.communicate()
    return json.loads(output)


async def told(way: WayOut, agent: AgentProcess, expected: int) -> Counter[tuple[str, str]]:
    """How many refusals CloudWatch Logs was told of, by client and reason, once it is all of them."""
    async with asyncio.timeout(60):
        while True:
            counts: Counter[tuple[str, str]] = Counter()
            for event in way.store.logged:
                counts[event.get("client", ""), event.get("reason", "")] += event.get("count", 1)
            if counts.total() >= expected:
                return counts
            await asyncio.sleep(0.5)


@own_network(seconds=240)
async def test_ten_thousand_slow_clients(tmp_path: Path) -> None:
    """All of them are thrown out, each is logged, and who comes in good faith is served."""
    # As on an instance that takes so many, whatever this machine's memory is.
    async with WayOut(tmp_path, most_connections=2 * SLOW_CLIENTS) as way, way.agent as agent:
        await agent.healthy(PROFILE)
        before = agent.envoy_memory_mb()
        async with served_meanwhile(way) as good:
            flood = await slow_clients(SLOW_CLIENTS)
        counts = await told(way, agent, sum(flood["dialled"].values()))
        memory = agent.envoy_memory_mb()
    figures = {
        "dialled": sum(flood["dialled"].values()), "most_open": flood["most_open"], "good": len(good.waits),
        "slowest_good": max(good.waits), "envoy_mb": [before, memory],
    }  # fmt: skip
    print(json.dumps(figures))
    assert flood["most_open"] >= SLOW_CLIENTS, figures
    slow = kinds(f"{LISTED}:{PORT}")
    assert counts == {(address, slow[address].reason): number for address, number in flood["dialled"].items()}, counts
    assert max(good.waits) <= PATIENCE_SECONDS and len(good.waits) >= 10, figures


@own_network(seconds=240)
async def test_a_flood_of_huge_headers(tmp_path: Path) -> None:
    """Each is refused before it is read whole, and none leaves anything behind."""
    request = CONNECT + b"X: " + b"a" * 60_000
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy(PROFILE)
        before = agent.envoy_memory_mb()
        waiting = iter(range(HUGE_REQUESTS))
        statuses: Counter[int] = Counter()

        async def attack() -> None:
            for _number in waiting:
                statuses[(await way.send(request, front=header(client="10.8.0.9"))).status] += 1

        async with served_meanwhile(way) as good:
            await asyncio.gather(*(attack() for _number in range(64)))
        counts = await told(way, agent, HUGE_REQUESTS)
        memory = agent.envoy_memory_mb()
    figures = {"statuses": statuses, "good": len(good.waits), "slowest_good": max(good.waits), "mb": [before, memory]}
    print(json.dumps(figures))
    assert statuses == {431: HUGE_REQUESTS} and counts == {("10.8.0.9", "too-large"): HUGE_REQUESTS}, (figures, counts)
    assert max(good.waits) <= PATIENCE_SECONDS and len(good.waits) >= 10, figures
