"""The reverse proxy on loopback: the agent as a process, real Envoy, and a small Internet at public addresses."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from .namespace import PRIVATE, own_network
from .proxy_protocol import header
from .way_out import CLOSED, LISTED, OPEN, OWN_VPC, PAY, PLAIN_PORT, PORT, PROFILE, WayOut

AUTHORITY = f"{LISTED}:{PORT}"
OTHER_PROFILE = 11677
MAIL = {"name": "mail", "host": "api.mail.example", "ports": [PORT]}


@own_network
async def test_listed_host_and_port_is_a_tunnel_and_its_end_is_logged(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy(PROFILE)
        tunnel = await way.tunnel()
        assert await tunnel.echo(b"hello") == b"hello"
        tunnel.writer.close()
        line = await agent.line("access.json", asked=AUTHORITY)
        shouted = await way.tunnel(host="API.Pay.EXAMPLE")
        assert await shouted.echo(b"names have no case") == b"names have no case"
    assert (line["kind"], line["profile"], line["server_name"]) == ("tunnel", str(PROFILE), LISTED)
    assert line["client"] == "10.0.3.7:40000"
    assert "vpce-0123456789abcdef0" in line["endpoint"]
    assert line["upstream"] == f"{OPEN}:{PORT}"
    assert agent.lines("deny.json") == []


@own_network
async def test_tls_without_connect_goes_to_the_host_it_is_for(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.allow({**PAY, "ports": [443]})
        await agent.healthy(PROFILE)
        tunnel = await way.directly(LISTED, front=header(client="10.0.5.5", endpoint="vpce-of-another"))
        assert await tunnel.echo(b"hello") == b"hello"
        tunnel.writer.close()
        line = await agent.line("access.json", asked=f"{LISTED}:443")
    assert (line["kind"], line["client"], line["upstream"]) == ("tunnel", "10.0.5.5:40000", f"{OPEN}:443")
    assert "vpce-of-another" in line["endpoint"]


@own_network
async def test_each_caller_of_tls_without_connect_is_logged_as_himself(tmp_path: Path) -> None:
    """Behind the front they share connections to the gate; a refused one leaves its own open for the next."""
    callers = [f"10.0.5.{number}" for number in range(1, 9)]
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy(PROFILE)
        for caller in callers:
            with pytest.raises(ConnectionError):
                await way.directly("evil.example", front=header(client=caller, endpoint=f"vpce-{caller}"))
        for caller in callers:
            line = await agent.line("deny.json", client=f"{caller}:40000")
            assert line["endpoint"].endswith(f"vpce-{caller}")


@own_network
async def test_a_wildcard_opens_one_label(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.allow({"name": "pay", "host": "*.pay.example", "ports": [PORT]})
        way.names.names |= {"eu.pay.example": (OPEN,), "a.eu.pay.example": (OPEN,), "pay.example": (OPEN,)}
        await agent.healthy(PROFILE)
        for host in (LISTED, "eu.pay.example", "EU.pay.example"):
            assert await (await way.tunnel(host=host)).echo(b"hello") == b"hello"
        for host in ("a.eu.pay.example", "pay.example", ".pay.example", "evil-pay.example"):
            assert (await way.connect(f"{host}:{PORT}")).status in (400, 403), host
    assert len(way.reached) == 3


@own_network
async def test_plain_http_is_carried_where_it_is_listed_and_tells_nothing_of_us(tmp_path: Path) -> None:
    old = f"old.pay.example:{PLAIN_PORT}"
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names["old.pay.example"] = (OPEN,)
        way.allow(PAY, {"name": "old", "host": "old.pay.example", "ports": [PLAIN_PORT], "plain_http": True})
        await agent.healthy(PROFILE)
        secret = "Proxy-Authorization: Basic c2VjcmV0\r\nProxy-Connection: keep-alive\r\n"
        answer = await way.send(f"GET http://{old}/x?y HTTP/1.1\r\nHost: {old}\r\n{secret}\r\n".encode())
        assert (answer.status, answer.body) == (200, b"hello")
        again = await way.send(f"GET /z HTTP/1.1\r\nHost: {old}\r\n\r\n".encode(), connection=answer)
        assert again.status == 200
        line = await agent.line("access.json", asked=old)
        for request in (
            f"GET http://{AUTHORITY}/ HTTP/1.1\r\nHost: {AUTHORITY}",
            f"GET https://{old}/ HTTP/1.1\r\nHost: {old}",
            f"GET http://old.pay.example/ HTTP/1.1\r\nHost: {old}",
            f"CONNECT {old} HTTP/1.1\r\nHost: {old}",
            f"GET http://{old}/ HTTP/1.1\r\nHost: {old}\r\nUpgrade: CONNECT\r\nConnection: Upgrade",
        ):
            assert (await way.send(f"{request}\r\n\r\n".encode())).status == 403, request
    assert way.requests == [f"GET /{path} HTTP/1.1\r\nhost: {old}\r\n\r\n".encode() for path in ("x?y", "z")]
    assert (line["kind"], line["route"], line["upstream"]) == ("request", "request", f"{OPEN}:{PLAIN_PORT}")


@own_network
async def test_what_passed_for_one_request_passes_for_no_other(tmp_path: Path) -> None:
    """The mark that an address was checked is the request's own, on one connection too."""
    old = f"old.pay.example:{PLAIN_PORT}"
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names |= {"old.pay.example": (OPEN,), LISTED: ("10.0.0.10",)}
        way.allow(PAY, {"name": "old", "host": "old.pay.example", "ports": [PLAIN_PORT], "plain_http": True})
        await agent.healthy(PROFILE)
        passed = await way.send(f"GET http://{old}/ HTTP/1.1\r\nHost: {old}\r\n\r\n".encode())
        refused = await way.connect(AUTHORITY, connection=passed)
    assert (passed.status, refused.status) == (200, 403)
    assert set(way.reached) == {OPEN}


@own_network
async def test_refused_addresses_are_refused_after_resolution(tmp_path: Path) -> None:
    addresses = (*PRIVATE, "127.0.0.1", "0.0.0.0", OWN_VPC)
    async with WayOut(tmp_path) as way, way.agent as agent:
        names = {f"n{index}.evil.example": address for index, address in enumerate(addresses)}
        way.names.names |= {name: (address,) for name, address in names.items()}
        way.allow(*({"name": name, "host": name, "ports": [PORT]} for name in names))
        await agent.healthy(PROFILE)
        for name in names:
            answer = await way.connect(f"{name}:{PORT}")
            assert answer.status == 403, name
            assert answer.refusal["why"].startswith("this host resolves to an address that is refused"), name
        line = await agent.line("deny.json", asked=f"n0.evil.example:{PORT}")
    assert line["details"].startswith("rbac_access_denied")
    assert way.reached == []


@own_network
async def test_private_address_among_public_ones_is_never_tried(tmp_path: Path) -> None:
    """Envoy tries a name's addresses one after the other, and checks the first: the others must not even be there."""
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names = {LISTED: (CLOSED, "10.0.0.10")}
        await agent.healthy(PROFILE)
        with pytest.raises(ConnectionError):
            await way.tunnel()
        line = await agent.line("access.json", asked=AUTHORITY)
    assert way.reached == []
    assert line["upstream"] == f"{CLOSED}:{PORT}"
    assert "UF" in line["flags"]


@own_network
async def test_name_that_rebinds_under_load_never_reaches_a_refused_address(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy(PROFILE)
        assert await (await way.tunnel()).echo(b"public") == b"public"
        rebound = asyncio.Event()

        async def load() -> None:
            while not rebound.is_set():
                try:
                    (await way.tunnel()).writer.close()
                except (ConnectionError, asyncio.IncompleteReadError):
                    continue

        workers = [asyncio.create_task(load()) for _worker in range(4)]
        way.names.names[LISTED] = ("10.0.0.10",)
        await way.until(403, AUTHORITY, seconds=20)
        rebound.set()
        await asyncio.gather(*workers)
    assert set(way.reached) == {OPEN}


@own_network
async def test_health_checks_are_answered_with_and_without_proxy_protocol(tmp_path: Path) -> None:
    """edit-target-group-attributes.html: "the proxy protocol header is also included in health check connections"."""
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy(PROFILE)
        for front in (header(endpoint=None), b""):
            reader, writer = await asyncio.open_connection("127.0.0.1", 8080)
            writer.write(front + b"GET /healthz HTTP/1.1\r\nHost: instance\r\nConnection: close\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
            writer.close()


@own_network
async def test_a_name_that_does_not_exist_is_an_error_of_its_own(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        del way.names.names[LISTED]
        await agent.healthy(PROFILE)
        answer = await way.connect(AUTHORITY)
    assert answer.status == 503
    assert "DNS" in answer.refusal["why"]


@own_network
async def test_sigterm_lets_tunnels_finish_and_cuts_them_after_the_drain_time(tmp_path: Path) -> None:
    async with WayOut(tmp_path, drain_seconds=2) as way, way.agent as agent:
        await agent.healthy(PROFILE)
        tunnel = await way.tunnel()
        stubborn = await way.tunnel()
        await agent.terminate()
        assert "draining" in await agent.unhealthy()
        assert await tunnel.echo(b"still here") == b"still here"
        tunnel.writer.close()
        assert await stubborn.echo(b"and here") == b"and here"
        assert await agent.ended(seconds=8) == 0
        assert await stubborn.hung_up()
    assert "drain time is over" in agent.log.read_text()
