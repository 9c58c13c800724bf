"""Clients that speak HTTP/1.0 are served by both proxies: Python up to 3.11 asks for every tunnel in it.

RFC 9110, 9.3.6 defines CONNECT for no version in particular. make prove has the same from a task of the isolated VPC.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from twoway_proxy.reverse.denials import Denial

from . import interpreters
from .door import DOMAIN, Door
from .namespace import own_network
from .pki import Authority
from .proxy_protocol import header
from .way_out import LISTED, OPEN, PAY, PLAIN_PORT, PORT, PROFILE, SOON, WayOut

AUTHORITY = f"{LISTED}:{PORT}"
OLD = f"old.pay.example:{PLAIN_PORT}"
CHUNKED = 4481
PLAIN = {"name": "old", "host": "old.pay.example", "ports": [PLAIN_PORT, CHUNKED], "plain_http": True}
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n again\r\n0\r\n\r\n"


@asynccontextmanager
async def way_out(directory: Path) -> AsyncIterator[WayOut]:
    async with WayOut(directory) as way, way.agent as agent:
        way.names.names["old.pay.example"] = (OPEN,)
        await asyncio.start_server(in_chunks, OPEN, CHUNKED)
        way.allow(PAY, PLAIN)
        await agent.healthy(PROFILE)
        yield way


async def in_chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(CHUNKS)
    await writer.drain()
    await reader.read()
    writer.close()


async def to_the_end(way: WayOut, request: str) -> tuple[bytes, bytes]:
    """Head and body of the answer; that the proxy hangs up is its end."""
    connection = await way.dial()
    connection.writer.write(request.encode())
    said = await asyncio.wait_for(connection.reader.read(), SOON)
    head, _blank, body = said.partition(b"\r\n\r\n")
    return head.lower(), body


@pytest.mark.parametrize(
    "headers", ["", f"Host: {AUTHORITY}\r\n", "Proxy-Connection: keep-alive\r\n", "Connection: close\r\n"]
)
@own_network
async def test_a_tunnel(tmp_path: Path, headers: str) -> None:
    async with way_out(tmp_path) as way:
        asked = await way.send(f"CONNECT {AUTHORITY} HTTP/1.0\r\n{headers}\r\n".encode())
        assert asked.status == 200
        tunnel = await asked.secure(way.trusting, LISTED)
        data = bytes(range(256)) * 4096  # a megabyte, both ways, through every buffer there is
        assert await tunnel.echo(data) == data
        tunnel.writer.close()
        line = await way.agent.line("access.json", kind="tunnel", asked=AUTHORITY)
    assert (line["server_name"], line["client"], line["upstream"]) == (LISTED, "10.0.3.7:40000", f"{OPEN}:{PORT}")
    assert way.agent.lines("deny.json") == []


@own_network
async def test_a_tunnel_ends_when_the_server_hangs_up_and_nothing_is_lost(tmp_path: Path) -> None:
    last_words = b"x" * 100_000

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(last_words)
        await writer.drain()
        writer.close()

    async with way_out(tmp_path) as way:
        context = Authority("anybody").issue(LISTED).server_context(tmp_path)
        await asyncio.start_server(hang_up, OPEN, 4433, ssl=context)
        way.allow({**PAY, "ports": [4433]})
        asked = await way.until(200, f"{LISTED}:4433")
        asked.writer.close()
        tunnel = await way.send(f"CONNECT {LISTED}:4433 HTTP/1.0\r\n\r\n".encode())
        await tunnel.secure(way.trusting, LISTED)
        assert await asyncio.wait_for(tunnel.reader.read(), SOON) == last_words


REFUSED = {
    "host": (f"CONNECT evil.example:{PORT}", f"evil.example:{PORT}", "this host is not listed"),
    "port": (f"CONNECT {LISTED}:22", f"{LISTED}:22", f"{LISTED} is listed with port {PORT} only"),
    "address": (f"CONNECT ten.evil.example:{PORT}", f"ten.evil.example:{PORT}", "this host resolves to an address"),
    "method": (f"CONNECT {OLD}", OLD, "this port is listed for plain HTTP: no CONNECT"),
    "plain": ("GET http://evil.example/", "evil.example", "only CONNECT is carried here; plain HTTP is not"),
}


@own_network
async def test_what_is_refused_is_refused_with_its_cause(tmp_path: Path) -> None:
    async with way_out(tmp_path) as way:
        way.names.names["ten.evil.example"] = ("10.0.0.10",)
        way.allow(PAY, PLAIN, {"name": "ten", "host": "ten.evil.example", "ports": [PORT]})
        await way.until(403, f"ten.evil.example:{PORT}")
        for number, (reason, (request, asked, why)) in enumerate(REFUSED.items(), 1):
            front = header(client=f"10.7.1.{number}")
            answer = await way.send(f"{request} HTTP/1.0\r\n\r\n".encode(), front=front)
            assert (answer.status, answer.refusal["refused"]) == (403, asked)
            assert answer.refusal["why"].startswith(why)
            assert await answer.hung_up()
            denial = Denial.of(await way.agent.line("deny.json", client=f"10.7.1.{number}:40000"))
            assert (denial.reason, denial.asked) == (reason, asked)
    assert way.reached == []


@own_network
async def test_a_plain_request_ends_as_its_client_expects(tmp_path: Path) -> None:
    """Its answer is never in chunks, and ends with the connection unless the client wished to keep that."""
    async with way_out(tmp_path) as way:
        head, body = await to_the_end(way, f"GET http://{OLD}/ HTTP/1.0\r\n\r\n")
        assert head.startswith(b"http/1.0 200 ") and b"connection: close" in head and body == b"hello"
        head, body = await to_the_end(way, f"GET / HTTP/1.0\r\nHost: {OLD}\r\n\r\n")
        assert head.startswith(b"http/1.0 200 ") and body == b"hello"
        head, body = await to_the_end(way, f"GET http://old.pay.example:{CHUNKED}/ HTTP/1.0\r\n\r\n")
        assert b"transfer-encoding" not in head and body == b"hello again"
        head, body = await to_the_end(way, f"POST http://{OLD}/ HTTP/1.0\r\nContent-Length: 2\r\n\r\nab")
        assert head.startswith(b"http/1.0 200 ") and body == b"hello"
        kept = f"GET http://{OLD}/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".encode()
        first = await way.send(kept)
        again = await way.send(kept, connection=first)
        assert (first.body, again.body) == (b"hello", b"hello")


@own_network
async def test_a_plain_request_that_names_no_host_is_told_so(tmp_path: Path) -> None:
    async with way_out(tmp_path) as way:
        head, body = await to_the_end(way, "GET / HTTP/1.0\r\n\r\n")
    assert head.startswith(b"http/1.0 400 ")
    assert json.loads(body)["why"] == "the request names no host: neither a Host header nor a whole URL"
    assert way.reached == []


async def ask_door(door: Door, request: str, server_name: str = f"orders.{DOMAIN}") -> tuple[bytes, bytes]:
    context = door.authority.client_context()
    reader, writer = await asyncio.open_connection("127.0.0.1", 443, ssl=context, server_hostname=server_name)
    writer.write(request.encode())
    said = await asyncio.wait_for(reader.read(), SOON)
    writer.close()
    head, _blank, body = said.partition(b"\r\n\r\n")
    return head.lower(), body


@own_network
async def test_the_door(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        await door.until(200)
        host = f"Host: orders.{DOMAIN}\r\n"
        asked = {
            "by host": f"GET /x HTTP/1.0\r\n{host}\r\n",
            "by path": "GET /orders/x HTTP/1.0\r\nHost: door.internal\r\n\r\n",
            "by path, of no host": "GET /orders/x HTTP/1.0\r\n\r\n",
            "with a body": f"POST /x HTTP/1.0\r\n{host}Content-Length: 2\r\n\r\nab",
        }
        for what, request in asked.items():
            head, body = await ask_door(door, request)
            assert head.startswith(b"http/1.0 200 ") and b"connection: close" in head, (what, head)
            assert json.loads(body)["host"] == f"orders.{DOMAIN}", what
        head, body = await ask_door(door, "GET /nowhere HTTP/1.0\r\n\r\n")
        assert head.startswith(b"http/1.0 404 ") and json.loads(body)["error"].startswith("no service has this host")
        head, body = await ask_door(door, "GET /catalog HTTP/1.0\r\nAccept: application/json\r\n\r\n")
        assert head.startswith(b"http/1.0 200 ") and b"transfer-encoding" not in head and json.loads(body)["services"]
        kept = f"GET /x HTTP/1.0\r\n{host}Connection: keep-alive\r\n\r\n"
        head, body = await ask_door(door, kept + f"GET /y HTTP/1.0\r\n{host}\r\n")
        assert b"connection: keep-alive" in head and body.count(b"HTTP/1.0 200 ") == 1 and b'"/y"' in body


URLLIB = """\
import ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[1])
print(urllib.request.urlopen(sys.argv[2], timeout=10, context=context).read().decode())
"""


@asynccontextmanager
async def load_balancer() -> AsyncIterator[str]:
    """What stands in front of the way out: it puts the PROXY header before what a client says. Its URL."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward, back = await asyncio.open_connection("127.0.0.1", PROFILE)
        back.write(header())
        await asyncio.gather(carry(reader, back), carry(onward, writer), return_exceptions=True)
        back.close()
        writer.close()

    async with await asyncio.start_server(accept, "127.0.0.1", 3128):
        yield "http://127.0.0.1:3128"


def older() -> list[Any]:
    """Their versions; what is not at hand is left out, and said."""
    return [
        pytest.param(
            version, marks=pytest.mark.skipif(not interpreters.find(version), reason=interpreters.missing(version))
        )
        for version in interpreters.OLD
    ]


@pytest.mark.parametrize("version", older())
@own_network
async def test_urllib_of_an_older_python_gets_out(tmp_path: Path, version: str) -> None:
    python = interpreters.find(version)
    assert python
    authority = Authority("the world's")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nfrom afar")
        writer.close()

    async with way_out(tmp_path) as way, load_balancer() as proxy:
        await asyncio.start_server(answer, OPEN, 4433, ssl=authority.issue(LISTED).server_context(tmp_path))
        way.allow({**PAY, "ports": [4433]})
        (await way.until(200, f"{LISTED}:4433")).writer.close()
        (tmp_path / "ca.pem").write_text(authority.pem)
        told = {}
        for host in (LISTED, "evil.example"):
            running = await asyncio.create_subprocess_exec(
                python, "-c", URLLIB, tmp_path / "ca.pem", f"https://{host}:4433/", env={"HTTPS_PROXY": proxy},
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            told[host] = await running.communicate()
    assert told[LISTED][0] == b"from afar\n", told
    assert b"Tunnel connection failed: 403 Forbidden" in told["evil.example"][1], told
