"""Clients that do not read take a bounded share of the proxy's memory, and the proxy outlives the end of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from twoway_proxy.memory import CONNECTION_BYTES, MOST_CONNECTIONS, Limits, available
from twoway_proxy.reverse.denials import Denial
from twoway_proxy.settings import Settings

from .agent_process import AgentProcess
from .door import DOMAIN, OTHER_SHARD, SHARD, Door
from .namespace import own_network
from .pki import Authority
from .proxy_protocol import header
from .unread import ANSWER_MB, Pouring, deaf, feed, http_2_requests, little_in_the_kernel, many, read_nothing, settled
from .unread import PATH as POUR
from .way_out import LISTED, OPEN, PAY, PORT, PROFILE, WayOut

MIB, GIB = 1 << 20, 1 << 30
T3_SMALL = int(1.9 * GIB)  # what /proc/meminfo says there
ROOT = Path(__file__).parents[3]
UNIT = ROOT / "roles" / "service_proxy" / "files" / "twoway-proxy.service"
POURED = 4434  # of the API that sends much
OTHER_PROFILE = 11677
CLIENTS = 300
MOST_ADDED_MB = 100
MOST_STREAMS = 100  # of one connection to the door


async def pouring(way: WayOut, directory: Path) -> Pouring:
    server = Pouring(http=False)
    await server.start(OPEN, POURED, Authority("anybody").issue(LISTED).server_context(directory))
    way.allow({**PAY, "ports": [PORT, POURED]})
    way.allow({**PAY, "name": "another"}, profile=OTHER_PROFILE)
    return server


@own_network(seconds=120)
async def test_tunnels_that_nobody_reads_take_little_and_others_are_served(tmp_path: Path) -> None:
    little_in_the_kernel()
    async with WayOut(tmp_path, most_connections=2 * CLIENTS) as way, way.agent as agent:
        server = await pouring(way, tmp_path)
        await agent.healthy(PROFILE)
        await agent.healthy(OTHER_PROFILE)
        before = agent.envoy_resident_mb()

        async def open_one() -> asyncio.StreamWriter:
            return (await way.tunnel(port=POURED)).writer

        held = await many(CLIENTS, open_one)
        await server.stuck(CLIENTS)
        added = await settled(agent) - before
        other = await way.tunnel(profile=OTHER_PROFILE)
        data = bytes(MIB)
        assert await other.echo(data) == data
        assert await (await way.tunnel()).echo(b"in the same profile, too") == b"in the same profile, too"
        unread = [writer for writer in held if not writer.is_closing()]
    assert len(unread) == CLIENTS and max(server.sent) < ANSWER_MB * MIB, "somebody has read to the end"
    assert added <= MOST_ADDED_MB
    assert added * MIB / CLIENTS <= CONNECTION_BYTES


@own_network(seconds=120)
async def test_when_the_heap_is_full_new_requests_are_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    """So many tunnels are let in by one profile here as its memory would never allow."""
    little_in_the_kernel()
    heap_mb = 96
    memory = int(heap_mb * MIB / 0.6)
    async with WayOut(tmp_path, most_connections=2 * CLIENTS, memory_bytes=memory) as way, way.agent as agent:
        await pouring(way, tmp_path)
        await agent.healthy(PROFILE)
        await agent.healthy(OTHER_PROFILE)
        good = await way.tunnel(profile=OTHER_PROFILE)
        envoy = agent.envoy()
        held = []
        async with asyncio.timeout(60):
            while (asked := await way.connect(f"{LISTED}:{POURED}", front=header(client="10.9.0.1"))).status == 200:
                held.append(read_nothing((await asked.secure(way.trusting, LISTED)).writer))
        assert asked.status == 503
        assert asked.refusal["refused"] == f"{LISTED}:{POURED}"
        assert asked.refusal["why"] == "this instance has no memory left for one more request: ask again"
        denial = Denial.of(await agent.line("deny.json", client="10.9.0.1:40000", status=503))
        assert (denial.reason, denial.details) == ("overloaded", None)
        assert await good.echo(bytes(MIB)) == bytes(MIB)
        await agent.healthy(PROFILE)
        most = agent.envoy_memory_mb()
        for writer in held:
            writer.transport.abort()
        again = await way.until(200, f"{LISTED}:{PORT}", seconds=20)
        assert await (await again.secure(way.trusting, LISTED)).echo(b"well again") == b"well again"
        assert await good.echo(b"all the while") == b"all the while"
        assert agent.envoy() == envoy
    assert len(held) >= 100
    assert most <= heap_mb + 100, "its heap, its program and what it keeps besides"
    assert "Envoy ended by itself" not in agent.log.read_text()


@own_network(seconds=120)
async def test_answers_that_nobody_reads_take_little_at_the_door(tmp_path: Path) -> None:
    little_in_the_kernel()
    async with Door(tmp_path) as door, door.agent as agent:
        server = Pouring(http=True)
        await server.start("127.0.0.2", OTHER_SHARD, door.authority.issue(f"*.{DOMAIN}").server_context(tmp_path))
        door.put_service("large", port=OTHER_SHARD)
        await agent.healthy()
        await door.until(200)
        host, context = f"large.{DOMAIN}", door.authority.client_context()
        before = agent.envoy_resident_mb()

        async def open_one() -> asyncio.StreamWriter:
            _reader, writer = await asyncio.open_connection("127.0.0.1", 443, ssl=context, server_hostname=host)
            writer.write(f"GET {POUR} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            return writer

        held = await many(CLIENTS, open_one)
        await server.stuck(CLIENTS)
        added = await settled(agent) - before
        assert (await door.ask())[0] == 200
        unread = [writer for writer in held if not writer.is_closing()]
    assert len(unread) == CLIENTS and max(server.sent) < ANSWER_MB * MIB, "somebody has read to the end"
    assert added <= MOST_ADDED_MB
    assert added * MIB / CLIENTS <= CONNECTION_BYTES


@own_network(seconds=120)
async def test_uploads_that_nobody_takes_take_little(tmp_path: Path) -> None:
    little_in_the_kernel()
    async with WayOut(tmp_path, most_connections=2 * CLIENTS) as way, way.agent as agent:
        await asyncio.start_server(deaf, OPEN, POURED, ssl=Authority("a").issue(LISTED).server_context(tmp_path))
        way.allow({**PAY, "ports": [POURED]})
        await agent.healthy(PROFILE)
        before = agent.envoy_resident_mb()
        tunnels = [(await way.tunnel(port=POURED)).writer for _client in range(CLIENTS)]
        for writer in tunnels:
            writer.write(f"POST {POUR} HTTP/1.1\r\n\r\n".encode())
        await feed(tunnels)
        added = await settled(agent) - before
    assert added * MIB / CLIENTS <= CONNECTION_BYTES


@own_network(seconds=120)
async def test_uploads_that_nobody_takes_take_little_at_the_door(tmp_path: Path) -> None:
    little_in_the_kernel()
    async with Door(tmp_path) as door, door.agent as agent:
        pair = door.authority.issue(f"*.{DOMAIN}")
        await asyncio.start_server(deaf, "127.0.0.2", OTHER_SHARD, ssl=pair.server_context(tmp_path))
        door.put_service("large", port=OTHER_SHARD)
        await agent.healthy()
        await door.until(200)
        host, context = f"large.{DOMAIN}", door.authority.client_context()
        request = f"POST {POUR} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {ANSWER_MB << 20}\r\n\r\n".encode()
        before = agent.envoy_resident_mb()
        clients = []
        for _client in range(CLIENTS):
            _reader, writer = await asyncio.open_connection("127.0.0.1", 443, ssl=context, server_hostname=host)
            writer.write(request)
            clients.append(writer)
        await feed(clients)
        added = await settled(agent) - before
        assert (await door.ask())[0] == 200
    assert added * MIB / CLIENTS <= CONNECTION_BYTES


@own_network(seconds=120)
async def test_one_connection_of_http_2_takes_no_more_than_a_hundred_others(tmp_path: Path) -> None:
    little_in_the_kernel()
    async with Door(tmp_path) as door, door.agent as agent:
        server = Pouring(http=True)
        await server.start("127.0.0.2", OTHER_SHARD, door.authority.issue(f"*.{DOMAIN}").server_context(tmp_path))
        door.put_service("large", port=OTHER_SHARD)
        await agent.healthy()
        await door.until(200)
        host, context = f"large.{DOMAIN}", door.authority.client_context()
        context.set_alpn_protocols(["h2"])
        before = agent.envoy_resident_mb()
        _reader, writer = await asyncio.open_connection("127.0.0.1", 443, ssl=context, server_hostname=host)
        writer.write(http_2_requests(MOST_STREAMS, host))
        read_nothing(writer)
        await server.stuck(MOST_STREAMS)
        added = await settled(agent) - before
        assert (await door.ask())[0] == 200
    assert added * MIB <= MOST_STREAMS * CONNECTION_BYTES


@own_network(seconds=60)
async def test_an_instance_that_is_full_is_not_ill(tmp_path: Path) -> None:
    """Its own checks of the services go on, and the load balancer's of it; only clients are refused."""
    async with Door(tmp_path) as door:
        door.agent = AgentProcess(tmp_path, "service", memory_bytes=8 * MIB)  # less than Envoy starts with
        host, context = f"orders.{DOMAIN}", door.authority.client_context()
        async with door.agent as agent:
            await agent.healthy()
            async with asyncio.timeout(20):
                with pytest.raises(ConnectionError):
                    while True:
                        await asyncio.open_connection("127.0.0.1", 443, ssl=context, server_hostname=host)
            door.ill.add(host)
            told = ""
            async with asyncio.timeout(20), aiohttp.ClientSession() as session:
                while 'twoway_service_healthy{service="orders"} 0.0' not in told:
                    async with session.get("http://127.0.0.1:8080/metrics") as answer:
                        told = await answer.text()
            await agent.healthy()


@own_network
async def test_a_body_of_some_size_may_still_be_sent_again(tmp_path: Path) -> None:
    """To another address, as long as it has not left: for that it is kept, and no longer than it fits."""
    kept: dict[int, int] = {}
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        await door.until(200)
        for size in (100_000, 300_000):
            assert (await door.ask_fully("/", f"orders.{DOMAIN}", method="POST", data=bytes(size)))[0] == 200
            kept |= {size: (await agent.stats(f"cluster.shard-{SHARD}.retry_or_shadow_abandoned")).popitem()[1]}
    assert kept == {100_000: 0, 300_000: 1}


@given(st.integers(256 * MIB, 1024 * GIB))
def test_what_is_let_in_fits_whatever_it_does(memory: int) -> None:
    limits = Limits.of(memory)
    assert limits.connections * CONNECTION_BYTES <= limits.heap_bytes <= memory * 0.6
    assert limits.profile_connections <= limits.connections * 0.4
    assert limits.connections <= MOST_CONNECTIONS


def test_the_limits_of_the_default_instance() -> None:
    """And of larger ones: the page for people tells them, rounded down."""
    assert "MemoryMax=80%" in UNIT.read_text()
    found = [Limits.of(int(memory * 0.8)) for memory in (T3_SMALL, 2 * T3_SMALL, int(7.7 * GIB))]
    rows = {
        "connections": [limits.connections for limits in found],
        "of which one egress profile may have": [limits.profile_connections for limits in found],
    }
    page = (ROOT / "docs" / "fleets.md").read_text()
    for name, numbers in rows.items():
        assert f"| {name} | {' | '.join(f'{number // 100 * 100:,}' for number in numbers)} |" in page


@pytest.mark.parametrize("role", ["service_proxy", "reverse_proxy_asg"])
def test_a_fleet_of_default_instances_grows_before_they_are_full(role: str) -> None:
    limits = Limits.of(int(T3_SMALL * 0.8))
    defaults = yaml.safe_load((ROOT / "roles" / role / "defaults" / "main.yml").read_text())
    (target,) = (each["target"] for each in defaults[f"{role}_scaling"] if "metric" in each)
    assert target <= min(limits.connections / 2, limits.profile_connections)


def test_a_wish_goes_before_what_the_memory_holds(tmp_path: Path) -> None:
    given = {"proxy": "reverse", "link": "tokyo", "region": "r", "memory_bytes": GIB, "most_connections": 7000}
    (tmp_path / "proxy.json").write_text(json.dumps(given))
    limits = Settings.read(tmp_path / "proxy.json").limits
    assert (limits.profile_connections, limits.connections) == (7000, 7000)
    assert limits.heap_bytes == int(GIB * 0.6)


GROUP = "0::/system.slice/twoway-proxy.service\n"
FOUND = {
    "no limit": ({}, GROUP, 2 * GIB),
    "the unit's": ({"system.slice/twoway-proxy.service/memory.max": "1073741824\n"}, GROUP, GIB),
    "one above it": ({"system.slice/memory.max": "536870912\n"}, GROUP, GIB // 2),
    "a container's": ({"memory.max": "1073741824\n"}, "0::/\n", GIB),
    "throttled": ({"system.slice/twoway-proxy.service/memory.high": "1073741824\n"}, GROUP, GIB),
    "said to be none": ({"system.slice/twoway-proxy.service/memory.max": "max\n"}, GROUP, 2 * GIB),
    "more than there is": ({"memory.max": str(64 * GIB)}, GROUP, 2 * GIB),
    "groups of version 1": ({"memory.max": "1073741824\n"}, "5:memory:/system.slice\n", 2 * GIB),
}


@pytest.mark.parametrize(("files", "group", "bytes_"), FOUND.values(), ids=FOUND)
def test_what_memory_there_is(tmp_path: Path, files: dict[str, str], group: str, bytes_: int) -> None:
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "meminfo").write_text(f"MemTotal:       {2 * MIB} kB\nMemFree:        1000 kB\n")
    (tmp_path / "proc" / "self" / "cgroup").write_text(group)
    for name, text in files.items():
        file = tmp_path / "sys" / "fs" / "cgroup" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert available(tmp_path) == bytes_
