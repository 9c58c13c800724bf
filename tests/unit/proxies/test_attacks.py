"""Ways to get out that must all fail: each a real attempt at a real Envoy, each logged with who, what and why.

docs/way-out.md has this table for people. The floods, 10,000 slow clients among them,
are in tests/load; another service's profile port is tried by verify, from a task
(tests/e2e), because the endpoint's security group refuses it before the proxy.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from twoway_proxy.reverse.denials import Denial

from .namespace import PRIVATE, own_network
from .proxy_protocol import header
from .way_out import LISTED, OPEN, OWN_VPC, PAY, PLAIN_PORT, PORT, PROFILE, WayOut

AUTHORITY = f"{LISTED}:{PORT}"
OLD = f"old.pay.example:{PLAIN_PORT}"
HUNG_UP = "hung up"

Attempt = Callable[[WayOut, bytes], Awaitable[object]]


@dataclass(frozen=True)
class Attack:
    """`attempt` is given the way out and a PROXY header of its own; its result is what the attacker saw."""

    attempt: Attempt
    sees: object
    reason: str


def connect(authority: str) -> Attempt:
    return raw(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n")


def raw(request: str) -> Attempt:
    """An answer names what was refused, and why; whoever in Envoy gave it."""

    async def attempt(way: WayOut, front: bytes) -> object:
        answer = await way.send(request.encode("latin-1"), front=front)
        assert answer.refusal["refused"] and answer.refusal["why"], (request, answer.body)
        return answer.status

    return attempt


def tunnel(server_name: str | None) -> Attempt:
    """A CONNECT that is listed, and TLS for another host in it."""

    async def attempt(way: WayOut, front: bytes) -> object:
        return await outcome((await way.connect(AUTHORITY, front=front)).secure(way.trusting, server_name))

    return attempt


def smuggle(payload: bytes) -> Attempt:
    """A CONNECT that is listed, and what is no TLS in it."""

    async def attempt(way: WayOut, front: bytes) -> object:
        inside = await way.connect(AUTHORITY, front=front)
        inside.writer.write(payload)
        return HUNG_UP if await inside.hung_up() else "answered"

    return attempt


def directly(server_name: str | None) -> Attempt:
    async def attempt(way: WayOut, front: bytes) -> object:
        return await outcome(way.directly(server_name, front=front))

    return attempt


def slowly(*pieces: bytes, pause: float = 0.5) -> Attempt:
    """Byte by byte, for ever; what is not in `pieces` never comes."""

    async def attempt(way: WayOut, front: bytes) -> object:
        connection = await way.dial(front=front)
        answer = asyncio.create_task(connection.reader.read(200))
        for piece in pieces:
            connection.writer.write(piece)
            await asyncio.wait([answer], timeout=pause)
            if answer.done():
                break
        said = await asyncio.wait_for(answer, 20)
        return int(said.split(b" ", 2)[1]) if said else HUNG_UP

    return attempt


async def outcome(attempt: Awaitable[object]) -> object:
    try:
        await attempt
    except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
        return HUNG_UP
    return "through"


async def without_front(way: WayOut, front: bytes) -> object:
    return await outcome(way.connect(AUTHORITY, front=b""))


async def with_front_of_version_1(way: WayOut, front: bytes) -> object:
    return await outcome(way.connect(AUTHORITY, front=b"PROXY TCP4 10.0.3.7 10.0.0.5 40000 3128\r\n"))


REBOUND = {"metadata.evil.example": "169.254.169.254", "ten.evil.example": "10.0.0.10", "own.evil.example": OWN_VPC}
HELLO = bytes.fromhex("160301020001000200")  # the head of a ClientHello, and nothing behind it
POST = f"POST http://{OLD}/ HTTP/1.1\r\nHost: {OLD}\r\n"

ATTACKS = {
    "unlisted host": Attack(connect(f"evil.example:{PORT}"), 403, "host"),
    "subdomain of a listed host": Attack(connect(f"a.{AUTHORITY}"), 403, "host"),
    "listed host with a trailing dot": Attack(connect(f"{LISTED}.:{PORT}"), 403, "host"),
    "public address": Attack(connect(f"{OPEN}:{PORT}"), 403, "host"),
    "metadata address": Attack(connect(f"169.254.169.254:{PORT}"), 403, "host"),
    "metadata address as a number": Attack(connect(f"2852039166:{PORT}"), 403, "host"),
    "IPv6 loopback": Attack(connect(f"[::1]:{PORT}"), 403, "host"),
    "IPv4 address mapped into IPv6": Attack(connect(f"[::ffff:10.0.0.10]:{PORT}"), 403, "host"),
    "NAT64 address": Attack(connect(f"[64:ff9b::a00:a]:{PORT}"), 403, "host"),
    "host that resolves to 169.254.169.254": Attack(connect(f"metadata.evil.example:{PORT}"), 403, "address"),
    "host that resolves to 10.x": Attack(connect(f"ten.evil.example:{PORT}"), 403, "address"),
    "host that resolves into the own VPC": Attack(connect(f"own.evil.example:{PORT}"), 403, "address"),
    "host that resolves to ::1": Attack(connect(f"six.evil.example:{PORT}"), 503, "no-address"),
    "listed host, unlisted port": Attack(connect(f"{LISTED}:22"), 403, "port"),
    "port 0": Attack(connect(f"{LISTED}:0"), 403, "port"),
    "port beyond 65535": Attack(connect(f"{LISTED}:69966"), 400, "malformed"),
    "port with a leading zero": Attack(connect(f"{LISTED}:0{PORT}"), 403, "port"),
    "two ports": Attack(connect(f"{LISTED}:{PORT}:22"), 400, "malformed"),
    "no port": Attack(connect(LISTED), 400, "malformed"),
    "user name before the host": Attack(connect(f"evil.example@{AUTHORITY}"), 400, "malformed"),
    "SNI different from the CONNECT host": Attack(tunnel("evil.example"), HUNG_UP, "server-name"),
    "SNI that the CONNECT host begins with": Attack(tunnel("api.pay"), HUNG_UP, "server-name"),
    "no SNI": Attack(tunnel(None), HUNG_UP, "no-server-name"),
    "HTTP in the tunnel": Attack(smuggle(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), HUNG_UP, "not-tls"),
    "SSH in the tunnel": Attack(smuggle(b"SSH-2.0-OpenSSH_9.6\r\n"), HUNG_UP, "not-tls"),
    "a second CONNECT in the tunnel": Attack(
        smuggle(f"CONNECT evil.example:{PORT} HTTP/1.1\r\n\r\n".encode()), HUNG_UP, "not-tls"
    ),
    "nothing in the tunnel": Attack(smuggle(b""), HUNG_UP, "no-hello"),
    "ClientHello without an end": Attack(smuggle(HELLO), HUNG_UP, "no-hello"),
    "TLS without CONNECT, unlisted SNI": Attack(directly("evil.example"), HUNG_UP, "host"),
    "TLS without CONNECT, no SNI": Attack(directly(None), HUNG_UP, "no-server-name"),
    "TLS without CONNECT, SNI that resolves to 10.x": Attack(directly("ten.evil.example"), HUNG_UP, "address"),
    "absolute-form HTTP": Attack(raw(f"GET http://{AUTHORITY}/ HTTP/1.1\r\nHost: {AUTHORITY}\r\n\r\n"), 403, "plain"),
    "absolute-form HTTP to an unlisted host": Attack(
        raw("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 403, "plain"
    ),
    "absolute-form HTTPS": Attack(raw(f"GET https://{OLD}/ HTTP/1.1\r\nHost: {OLD}\r\n\r\n"), 403, "plain"),
    "origin-form HTTP": Attack(raw(f"GET / HTTP/1.1\r\nHost: {AUTHORITY}\r\n\r\n"), 403, "plain"),
    "CONNECT to a port of plain HTTP": Attack(connect(OLD), 403, "method"),
    "Upgrade on a port of plain HTTP": Attack(
        raw(f"GET http://{OLD}/ HTTP/1.1\r\nHost: {OLD}\r\nUpgrade: CONNECT\r\nConnection: Upgrade\r\n\r\n"),
        403,
        "method",
    ),
    "Host header of a listed host": Attack(
        raw(f"CONNECT evil.example:{PORT} HTTP/1.1\r\nHost: {AUTHORITY}\r\n\r\n"), 403, "host"
    ),
    "headers that steer proxies": Attack(
        raw(
            f"CONNECT evil.example:{PORT} HTTP/1.1\r\nHost: {AUTHORITY}\r\nX-Forwarded-Host: {AUTHORITY}\r\n"
            "x-envoy-original-dst-host: 10.0.0.10:4430\r\nForwarded: host=x\r\n\r\n"
        ),
        403,
        "host",
    ),
    "CONNECT with a body": Attack(
        raw(f"CONNECT {AUTHORITY} HTTP/1.1\r\nHost: {AUTHORITY}\r\nContent-Length: 5\r\n\r\nhello"), 400, "malformed"
    ),
    "CONNECT with chunks": Attack(
        raw(f"CONNECT {AUTHORITY} HTTP/1.1\r\nHost: {AUTHORITY}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        501,
        "malformed",
    ),
    "Content-Length and chunks": Attack(
        raw(f"{POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
        400,
        "malformed",
    ),
    "two Content-Lengths": Attack(raw(f"{POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), 400, "malformed"),
    "unknown Transfer-Encoding": Attack(raw(f"{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 501, "malformed"),
    "space before the colon": Attack(raw(f"{POST}Content-Length : 5\r\n\r\nhello"), 400, "malformed"),
    "NUL in a header": Attack(raw(f"{POST}X: a\x00b\r\n\r\n"), 400, "malformed"),
    "HTTP/2 preface": Attack(raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400, "malformed"),
    "unlisted host, in HTTP/1.0": Attack(raw(f"CONNECT evil.example:{PORT} HTTP/1.0\r\n\r\n"), 403, "host"),
    "no host at all, in HTTP/1.0": Attack(raw("GET / HTTP/1.0\r\n\r\n"), 400, "malformed"),
    "space in the host": Attack(raw("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, "malformed"),
    "huge header": Attack(raw(f"{POST}X: {'a' * 20_000}\r\n\r\n"), 431, "too-large"),
    "too many headers": Attack(
        raw(POST + "".join(f"X-{number}: a\r\n" for number in range(60)) + "\r\n"), 431, "too-large"
    ),
    "huge request line": Attack(connect(f"{'a' * 30_000}:{PORT}"), 431, "too-large"),
    "headers without an end": Attack(
        slowly(f"CONNECT {AUTHORITY} HTTP/1.1\r\n".encode(), *(b"X: a\r\n" for _line in range(30))), 408, "slow"
    ),
    "nothing at all": Attack(slowly(b""), HUNG_UP, "silent"),
    "no PROXY protocol": Attack(without_front, HUNG_UP, "no-proxy-protocol"),
    "PROXY protocol of version 1": Attack(with_front_of_version_1, HUNG_UP, "no-proxy-protocol"),
}
NOT_OF_A_CALLER = ("no PROXY protocol", "PROXY protocol of version 1")


@own_network
async def test_every_attack_fails_and_is_logged_while_a_good_client_is_served(tmp_path: Path) -> None:
    """All of them at once, each with a client address of its own."""
    clients = {name: f"10.7.0.{number}" for number, name in enumerate(ATTACKS, 1)}
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names |= {name: (address,) for name, address in REBOUND.items()} | {"six.evil.example": ()}
        way.names.names["old.pay.example"] = (OPEN,)
        evil = [{"name": name, "host": name, "ports": [PORT, 443]} for name in (*REBOUND, "six.evil.example")]
        old = {"name": "old", "host": "old.pay.example", "ports": [PLAIN_PORT], "plain_http": True}
        way.allow({**PAY, "ports": [PORT, 443]}, old, *evil)
        await agent.healthy(PROFILE)

        good = await way.tunnel()
        attempts = (attack.attempt(way, header(client=clients[name])) for name, attack in ATTACKS.items())
        saw = dict(zip(ATTACKS, await asyncio.gather(*attempts), strict=True))
        assert await good.echo(b"still here") == b"still here"
        assert await (await way.tunnel()).echo(b"and still served") == b"and still served"

        assert saw == {name: attack.sees for name, attack in ATTACKS.items()}
        assert len(way.reached) == 2 and way.requests == []
        for name, attack in ATTACKS.items():
            if name not in NOT_OF_A_CALLER:
                denial = Denial.of(await agent.line("deny.json", client=f"{clients[name]}:40000"))
                assert (denial.reason, denial.endpoint) == (attack.reason, "vpce-0123456789abcdef0"), name
        unknown = [Denial.of(line) for line in agent.lines("deny.json") if line["client"] == line.get("peer")]
        assert [denial.reason for denial in unknown] == ["no-proxy-protocol"] * len(NOT_OF_A_CALLER)


def test_no_address_that_is_refused_is_forgotten() -> None:
    """The private addresses of the small Internet, where an attack would have been seen to arrive, are refused ones."""
    assert {"10.0.0.10", "169.254.169.254"} <= set(PRIVATE)
    assert all(re.fullmatch(r"[\d.]+", address) for address in PRIVATE)


def test_the_page_for_people_has_this_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "way-out.md").read_text()
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \| `test_attacks` \|$", page, re.MULTILINE)
    assert rows == [(name, str(attack.sees), attack.reason) for name, attack in ATTACKS.items()]
