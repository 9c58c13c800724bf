"""The service proxy with a thousand services, and through five minutes without SSM, under load all the while."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from unit.proxies import envoy_shard
from unit.proxies.agent_process import AgentProcess
from unit.proxies.door import CATALOG, DOMAIN, Door
from unit.proxies.namespace import own_network

from load.proxies import wrk

PORT = 9443
SERVICES = 1000
ENOUGH = 50_000
URL = f"https://door.{DOMAIN}/orders"
AS_IN_PRODUCTION = {"poll_seconds": 3, "check_seconds": 10}


class Load:
    """wrk beside the body of a test, one burst after the other until `ended`."""

    def __init__(self) -> None:
        self.told: list[wrk.Told] = []
        self._ended = asyncio.Event()

    @property
    def requests(self) -> int:
        return sum(each.requests for each in self.told)

    @property
    def failed(self) -> int:
        return sum(each.failed for each in self.told)

    async def run(self, connections: int, seconds: float) -> None:
        while not self._ended.is_set():
            command = wrk.command(URL, seconds=seconds, connections=connections)
            running = await asyncio.create_subprocess_exec(
                *command, stdout=asyncio.subprocess.PIPE, env=wrk.ENVIRONMENT
            )
            output, _none = await running.communicate()
            self.told.append(wrk.Told.of(output.decode()))

    def end(self) -> None:
        self._ended.set()


@asynccontextmanager
async def under_load(connections: int = 16, seconds: float = 5) -> AsyncIterator[Load]:
    load = Load()
    running = asyncio.create_task(load.run(connections, seconds))
    try:
        yield load
        while load.requests < ENOUGH and not running.done():  # however busy the machine is
            await asyncio.sleep(0.5)
    finally:
        load.end()
    await running


@asynccontextmanager
async def door_in_front_of_a_fast_shard(directory: Path) -> AsyncIterator[Door]:
    """Its agent is still to be started."""
    async with Door(directory) as door:
        door.names.names[f"door.{DOMAIN}"] = ("127.0.0.1",)
        fast = await envoy_shard.start(directory, "127.0.0.2", PORT, door.authority.issue(f"*.{DOMAIN}"))
        door.put_service("orders", port=PORT)
        door.agent = AgentProcess(directory, "service", **AS_IN_PRODUCTION)
        try:
            yield door
        finally:
            fast.kill()
            await fast.wait()


def put_thousand(door: Door) -> None:
    for number in range(SERVICES - 1):
        canary = {"version": "2.0.0", "weight": 10}
        door.put_service(f"s{number}", port=PORT, canary=canary, health_check={"path": "/healthz", "matcher": "200"})


async def routed(door: Door, name: str) -> float:
    """Seconds until a service answers, by host and by path."""
    begun = time.monotonic()
    async with asyncio.timeout(60):
        for path, host in (("/", f"{name}.{DOMAIN}"), (f"/{name}", "door.example")):
            while (await door.ask_fully(path, host))[0] != 200:
                await asyncio.sleep(0.05)
    return time.monotonic() - begun


@own_network(seconds=300)
async def test_a_thousand_services(tmp_path: Path) -> None:
    """Ready within 10 s of the start, one more routed within 10 s, no request lost, and the agent within 100 MB."""
    async with door_in_front_of_a_fast_shard(tmp_path) as door:
        put_thousand(door)
        begun = time.monotonic()
        async with door.agent as agent:
            await agent.healthy(seconds=60)
            ready = time.monotonic() - begun
            await routed(door, "orders")
            async with under_load() as load:
                door.put_service("newcomer", port=PORT)
                added = await routed(door, "newcomer")
                await page_of(door)
                checked = await all_checked(door)
            memory = agent.memory_mb()
    figures = {
        "ready": ready, "added": added, "requests": load.requests, "failed": load.failed, "agent_mb": memory,
        "all_checked": checked,
    }  # fmt: skip
    print(json.dumps(figures))
    assert ready <= 10 and added <= 10, figures
    assert load.requests >= ENOUGH and load.failed == 0, figures
    assert memory <= 100, figures


async def page_of(door: Door) -> None:
    """People look at it, too: what the page takes is part of the agent's memory."""
    for _look in range(5):
        status, body, _headers = await door.ask_fully("/catalog", "door.example", headers={"Accept": "text/html"})
        assert status == 200 and b"s998" in body


async def all_checked(door: Door) -> float:
    """Seconds until each service's health is known."""
    begun = time.monotonic()
    async with asyncio.timeout(150):
        while any(each["health"]["state"] == "unknown" for each in (await door.catalogue())["services"]):
            await asyncio.sleep(1)
    return time.monotonic() - begun


FAULT_SECONDS = 100
NEVER_GOOD = "\x7f"


@own_network(seconds=600)
async def test_five_minutes_without_ssm(tmp_path: Path) -> None:
    """Throttled, down, and serving garbage: nobody notices, and the page says how old its data is."""
    async with door_in_front_of_a_fast_shard(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        await routed(door, "orders")
        async with under_load(connections=2) as load:
            told = [await during(door, fault) for fault in ("throttled", "down")]
            door.store.fault = None
            good = dict(door.store.parameters)
            spoil(door)
            await asyncio.sleep(FAULT_SECONDS)
            garbage = await door.catalogue()
            door.store.parameters = good
            await healed(door)
    figures = {"requests": load.requests, "failed": load.failed, "ages": [each["age_seconds"] for each in told]}
    print(json.dumps(figures))
    assert load.requests >= ENOUGH and load.failed == 0, figures
    assert [FAULT_SECONDS * n - 5 <= each["age_seconds"] for n, each in enumerate(told, start=1)] == [True, True]
    assert "ThrottlingException" in told[0]["problem"] and "InternalServerError" in told[1]["problem"]
    kept = {each["parameter"].rsplit("/", 1)[1]: each["kept_last_good"] for each in garbage["skipped"]}
    assert kept == {"link": True, "orders": True, "tls": True, NEVER_GOOD: False}


async def during(door: Door, fault: str) -> Any:
    """What the catalogue tells at the end of that time."""
    door.store.fault = fault
    await asyncio.sleep(FAULT_SECONDS)
    status, page, _headers = await door.ask_fully("/catalog", "door.example", headers={"Accept": "text/html"})
    assert status == 200 and b"The list may be out of date" in page and b"min ago" in page
    return await door.catalogue()


def spoil(door: Door) -> None:
    for name in door.store.parameters:
        door.store.parameters[name] = "\x00 not what anybody wrote {"
    door.store.parameters[f"{CATALOG}/services/{NEVER_GOOD}"] = "[" * 2000


async def healed(door: Door) -> None:
    async with asyncio.timeout(60):
        while (told := await door.catalogue())["skipped"] or told["problem"]:
            await asyncio.sleep(0.5)
