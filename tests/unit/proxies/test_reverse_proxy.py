"""The reverse proxy on loopback: the agent as a process, real Envoy, and a small Internet at public addresses."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from .agent_process import AgentProcess
from .name_server import NameServer
from .namespace import PRIVATE, PUBLIC, own_network
from .parameter_store import FakeParameterStore
from .proxy_protocol import header

ALLOW_LIST = "/twoway/tokyo/reverse-proxy/allow-list"
LISTED = "api.pay.example"
OPEN, OWN_VPC, CLOSED = PUBLIC


class Tunnel:
    """The answer to one CONNECT: the status, and then either a tunnel or a refusal."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: int, body: bytes) -> None:
        self.reader, self.writer, self.status, self._body = reader, writer, status, body

    @property
    def refusal(self) -> dict[str, Any]:
        return json.loads(self._body)

    async def echo(self, data: bytes) -> bytes:
        self.writer.write(data)
        return await asyncio.wait_for(self.reader.readexactly(len(data)), 5)


class WayOut:
    """SSM, name server, an Internet that echoes at two public addresses and at private ones, and the agent."""

    def __init__(self, directory: Path, **settings: Any) -> None:
        self.store = FakeParameterStore()
        self.names = NameServer({LISTED: (OPEN,)})
        self.agent = AgentProcess(directory, "reverse", vpc_cidr=[f"{OWN_VPC}/32"], **settings)
        self.reached: list[str] = []

    async def __aenter__(self) -> WayOut:
        await self.store.start()
        await self.names.start()
        for address in (OPEN, OWN_VPC, *PRIVATE, "127.0.0.1"):
            await asyncio.start_server(self._echo, address, 4430)
        self.allow({"name": "pay", "host": LISTED, "ports": [4430]})
        return self

    async def __aexit__(self, *failure: object) -> None:
        return None

    async def _echo(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached.append(writer.get_extra_info("sockname")[0])
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    def allow(self, *entries: Any) -> None:
        self.store.put(ALLOW_LIST, list(entries))

    async def send(self, request: bytes, front: bytes = header()) -> Tunnel:
        """Raises ConnectionError when the proxy hangs up without an answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", 3128)
        writer.write(front + request)
        async with asyncio.timeout(8):
            head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
            status = int(head.split(b" ", 2)[1])
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = await reader.readexactly(int(length[0].split(b":")[1])) if length else b""
        return Tunnel(reader, writer, status, body)

    async def connect(self, authority: str, **more: Any) -> Tunnel:
        return await self.send(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode(), **more)

    async def until(self, status: int, authority: str, seconds: float = 10) -> Tunnel:
        async with asyncio.timeout(seconds):
            while (tunnel := await self.connect(authority)).status != status:
                tunnel.writer.close()
                await asyncio.sleep(0.02)
        return tunnel


@own_network
async def test_listed_host_and_port_is_a_tunnel(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy()
        tunnel = await way.connect(f"{LISTED}:4430")
        echoed = await tunnel.echo(b"\x16\x03\x01 not HTTP at all")
        tunnel.writer.close()
        line = await agent.line("access.json", asked=f"{LISTED}:4430")
    assert tunnel.status == 200 and echoed == b"\x16\x03\x01 not HTTP at all"
    assert line["client"] == "10.0.3.7:40000"
    assert "vpce-0123456789abcdef0" in line["endpoint"]
    assert line["upstream"] == f"{OPEN}:4430"


REFUSED = {
    "unlisted host": ("CONNECT other.example:4430", "refused-host", "this host is not listed"),
    "unlisted port": (f"CONNECT {LISTED}:22", "refused-port", f"{LISTED} is listed with port 4430 only"),
    "unlisted port of an unlisted host": ("CONNECT other.example:22", "refused-port", "only port 4430 may be reached"),
    "address": (f"CONNECT {OPEN}:4430", "refused-host", "this host is not listed"),
    "metadata address": ("CONNECT 169.254.169.254:4430", "refused-host", "this host is not listed"),
    "trailing dot": (f"CONNECT {LISTED}.:4430", "refused-host", "this host is not listed"),
    "subdomain": (f"CONNECT a.{LISTED}:4430", "refused-host", "this host is not listed"),
    "absolute-form HTTP": (f"GET http://{LISTED}:4430/", "refused-method", "only CONNECT is carried"),
    "absolute-form HTTP without port": (f"GET http://{LISTED}/", "refused-method", "only CONNECT is carried"),
    "origin-form HTTP": ("GET /", "refused-method", "only CONNECT is carried"),
}


@own_network
async def test_everything_else_is_refused_with_a_reason_and_logged(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy()
        for start, route, why in REFUSED.values():
            answer = await way.send(f"{start} HTTP/1.1\r\nHost: {LISTED}:4430\r\n\r\n".encode())
            assert answer.status == 403, start
            assert answer.refusal["why"].startswith(why), start
            line = await agent.line("deny.json", asked=answer.refusal["refused"], route=route)
            assert line["client"] == "10.0.3.7:40000"
    assert way.reached == []


@own_network
async def test_refused_addresses_are_refused_after_resolution(tmp_path: Path) -> None:
    addresses = (*PRIVATE, "127.0.0.1", "0.0.0.0", OWN_VPC)
    async with WayOut(tmp_path) as way, way.agent as agent:
        names = {f"n{index}.evil.example": address for index, address in enumerate(addresses)}
        way.names.names |= {name: (address,) for name, address in names.items()}
        way.allow(*({"name": name, "host": name, "ports": [4430]} for name in names))
        await agent.healthy()
        for name in names:
            answer = await way.connect(f"{name}:4430")
            assert answer.status == 403, name
            assert answer.refusal["why"].startswith("this host resolves to an address that is refused"), name
        line = await agent.line("deny.json", asked="n0.evil.example:4430")
    assert line["details"].startswith("rbac_access_denied")
    assert way.reached == []


@own_network
async def test_private_address_among_public_ones_is_never_tried(tmp_path: Path) -> None:
    """Envoy tries a name's addresses one after the other, and checks the first: the others must not even be there."""
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names = {LISTED: (CLOSED, "10.0.0.10")}
        await agent.healthy()
        answer = await way.connect(f"{LISTED}:4430")
        assert way.reached == []
        line = await agent.line("deny.json", asked=f"{LISTED}:4430")
    assert answer.status == 503
    assert line["upstream"] == f"{CLOSED}:4430"


@own_network
async def test_name_that_rebinds_under_load_never_reaches_a_refused_address(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy()
        assert await (await way.connect(f"{LISTED}:4430")).echo(b"public") == b"public"
        rebound = asyncio.Event()

        async def load() -> None:
            while not rebound.is_set():
                try:
                    (await way.connect(f"{LISTED}:4430")).writer.close()
                except (ConnectionError, asyncio.IncompleteReadError):
                    continue

        workers = [asyncio.create_task(load()) for _worker in range(4)]
        way.names.names[LISTED] = ("10.0.0.10",)
        await way.until(403, f"{LISTED}:4430", seconds=20)
        rebound.set()
        await asyncio.gather(*workers)
    assert set(way.reached) == {OPEN}


@own_network
async def test_change_of_the_list_breaks_no_tunnel(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names["api.mail.example"] = (OPEN,)
        await agent.healthy()
        tunnel = await way.connect(f"{LISTED}:4430")
        await tunnel.echo(b"before")
        way.allow({"name": "mail", "host": "api.mail.example", "ports": [4430]}, {"name": "bad", "host": "10.0.0.1"})
        fresh = await way.until(200, "api.mail.example:4430")
        refused = await way.connect(f"{LISTED}:4430")
        after = await tunnel.echo(b"after")
        log = agent.log.read_text()
    assert after == b"after"
    assert (fresh.status, refused.status) == (200, 403)
    assert "[1].ports: missing" in log


@own_network
async def test_garbage_instead_of_the_list_changes_nothing(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy()
        for garbage in ("", "{}", "[" * 3000, "nonsense", '"*"'):
            way.store.put(ALLOW_LIST, garbage)
            await way.store.was_read(2)
            assert (await way.connect("other.example:4430")).status == 403
        kept = await way.connect(f"{LISTED}:4430")
    assert kept.status == 200


@own_network
async def test_connection_without_proxy_protocol_is_hung_up_on(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy()
        for front in (b"", b"PROXY TCP4 10.0.3.7 10.0.0.5 40000 3128\r\n"):
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await way.connect(f"{LISTED}:4430", front=front)
    assert way.reached == []


@own_network
async def test_health_checks_are_answered_with_and_without_proxy_protocol(tmp_path: Path) -> None:
    """edit-target-group-attributes.html: "the proxy protocol header is also included in health check connections"."""
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy()
        for front in (header(endpoint=None), b""):
            reader, writer = await asyncio.open_connection("127.0.0.1", 8080)
            writer.write(front + b"GET /healthz HTTP/1.1\r\nHost: instance\r\nConnection: close\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
            writer.close()


@own_network
async def test_a_name_that_does_not_exist_is_an_error_of_its_own(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        del way.names.names[LISTED]
        await agent.healthy()
        answer = await way.connect(f"{LISTED}:4430")
    assert answer.status == 503
    assert "DNS" in answer.refusal["why"]


@own_network
async def test_sigterm_lets_tunnels_finish_and_cuts_them_after_the_drain_time(tmp_path: Path) -> None:
    async with WayOut(tmp_path, drain_seconds=2) as way, way.agent as agent:
        await agent.healthy()
        tunnel = await way.connect(f"{LISTED}:4430")
        stubborn = await way.connect(f"{LISTED}:4430")
        await agent.terminate()
        assert "draining" in await agent.unhealthy()
        assert await tunnel.echo(b"still here") == b"still here"
        tunnel.writer.close()
        assert await stubborn.echo(b"and here") == b"and here"
        assert await agent.ended(seconds=8) == 0
        assert await stubborn.reader.read() == b""
    assert "drain time is over" in agent.log.read_text()
