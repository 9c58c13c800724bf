"""Egress profiles on loopback: each with a port, a list and a share of its own; they come, change and go."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from twoway_proxy.reverse.denials import Denial

from .namespace import own_network
from .proxy_protocol import header
from .way_out import LISTED, OPEN, PAY, PORT, PROFILE, PROFILES, WayOut

AUTHORITY = f"{LISTED}:{PORT}"
OTHER_PROFILE = 11677
MAIL = {"name": "mail", "host": "api.mail.example", "ports": [PORT]}


@own_network
async def test_more_connections_than_a_profile_may_have_are_refused_and_logged(tmp_path: Path) -> None:
    async with WayOut(tmp_path, most_connections=3) as way, way.agent as agent:
        way.allow({**PAY, "name": "another"}, profile=OTHER_PROFILE)
        await agent.healthy(PROFILE)
        await agent.healthy(OTHER_PROFILE)
        held = [await way.tunnel() for _number in range(3)]
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await way.connect(AUTHORITY, front=header(client="10.0.3.9"))
        assert await (await way.tunnel(profile=OTHER_PROFILE)).echo(b"a share of its own") == b"a share of its own"
        assert await held[0].echo(b"as before") == b"as before"
        denial = Denial.of(await agent.line("deny.json", client="10.0.3.9:40000"))
        assert (denial.reason, denial.profile) == ("too-many", str(PROFILE))


@own_network
async def test_each_profile_opens_its_own_list_at_its_own_port(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names["api.mail.example"] = (OPEN,)
        way.allow(MAIL, profile=OTHER_PROFILE)
        await agent.healthy(PROFILE)
        await agent.healthy(OTHER_PROFILE)
        asked = {
            (profile, host): (await way.connect(f"{host}:{PORT}", profile=profile)).status
            for profile in (PROFILE, OTHER_PROFILE)
            for host in (LISTED, "api.mail.example")
        }
        line = await agent.line("deny.json", asked=AUTHORITY, kind="request")
    assert asked == {
        (PROFILE, LISTED): 200,
        (PROFILE, "api.mail.example"): 403,
        (OTHER_PROFILE, LISTED): 403,
        (OTHER_PROFILE, "api.mail.example"): 200,
    }
    assert line["profile"] == str(OTHER_PROFILE)


@own_network
async def test_a_profile_comes_and_goes_and_breaks_no_tunnel_of_another(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names["api.mail.example"] = (OPEN,)
        await agent.healthy(PROFILE)
        assert "nothing listens at port 11677" in await agent.unhealthy(OTHER_PROFILE)
        tunnel = await way.tunnel()
        way.allow(MAIL, profile=OTHER_PROFILE)
        await agent.healthy(OTHER_PROFILE)
        other = await way.tunnel("api.mail.example", profile=OTHER_PROFILE)
        assert await tunnel.echo(b"it came") == await other.echo(b"it came")
        way.forbid(OTHER_PROFILE)
        await agent.unhealthy(OTHER_PROFILE)
        assert await tunnel.echo(b"it went") == b"it went"
        assert await (await way.tunnel()).echo(b"and I stay") == b"and I stay"
        with pytest.raises(ConnectionError):
            await way.dial(profile=OTHER_PROFILE)


@own_network
async def test_change_of_the_list_breaks_no_tunnel(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names["api.mail.example"] = (OPEN,)
        await agent.healthy(PROFILE)
        tunnel = await way.tunnel()
        await tunnel.echo(b"before")
        way.allow(MAIL, {"name": "bad", "host": "10.0.0.1"})
        fresh = await way.until(200, f"api.mail.example:{PORT}")
        refused = await way.connect(AUTHORITY)
        after = await tunnel.echo(b"after")
        log = agent.log.read_text()
    assert after == b"after"
    assert (fresh.status, refused.status) == (200, 403)
    assert "destinations[1].ports: missing" in log


@own_network
async def test_garbage_or_nothing_instead_of_the_profiles_changes_nothing(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        await agent.healthy(PROFILE)
        for garbage in ("", "{}", "[" * 3000, "nonsense", '"*"', '{"destinations": "*"}'):
            way.store.put(f"{PROFILES}/{PROFILE}", garbage)
            await way.store.was_read(2)
            assert (await way.connect(f"other.example:{PORT}")).status == 403
        way.forbid(PROFILE)
        await way.store.was_read(2)
        kept = await way.connect(AUTHORITY)
        log = agent.log.read_text()
    assert kept.status == 200
    assert f"no profile can be read below {PROFILES}" in log


@own_network
async def test_a_proxy_without_a_profile_waits_for_the_first(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.forbid(PROFILE)
        assert "no profile" in await agent.unhealthy()
        way.allow(PAY)
        await agent.healthy(PROFILE)
        assert (await way.connect(AUTHORITY)).status == 200
