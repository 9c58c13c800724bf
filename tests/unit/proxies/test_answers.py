"""What the proxies answer themselves always says why, in words; and what no list knows, in Envoy's own."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from twoway_proxy.envoy.answers import answers
from twoway_proxy.envoy.bootstrap import http_manager, listener, router

from .agent_process import die_with_the_test
from .door import DOMAIN, Door
from .namespace import own_network
from .way_out import LISTED, OPEN, PAY, PLAIN_PORT, PORT, PROFILE, SOON, WayOut

NOBODY = "no host that could be read"
OLD = f"old.pay.example:{PLAIN_PORT}"
HEAD = f"GET http://{OLD}/ HTTP/1.1\r\nHost: {OLD}\r\n"
NO_HOST = "the request names no host: neither a Host header nor a whole URL"
NO_HTTP = "this is no request of HTTP that can be read"
NO_URL = "what is asked for is no host, host:port or URL of http"
NO_PATH = "the path does not begin with a slash, or is not to be understood"

AT_THE_WAY_OUT: dict[str, tuple[int, str, str]] = {
    "GET / HTTP/1.1\r\n\r\n": (400, NOBODY, NO_HOST),
    "GET / HTTP/1.1\r\nHost: \r\n\r\n": (403, NOBODY, "only CONNECT is carried here; plain HTTP is not"),
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n": (400, NOBODY, NO_URL),
    f"CONNECT {LISTED} HTTP/1.0\r\n\r\n": (400, NOBODY, NO_URL),
    f"GET ftp://{OLD}/ HTTP/1.1\r\nHost: {OLD}\r\n\r\n": (400, NOBODY, NO_URL),
    f"GET https://{OLD}/ HTTP/1.0\r\n\r\n": (
        403, NOBODY, "a host is reached by TLS through CONNECT, not by a URL of https",
    ),
    f"CONNECT {LISTED}:{PORT} HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello": (
        400, NOBODY, "a CONNECT has no body: no Content-Length but 0",
    ),
    f"{HEAD}Transfer-Encoding: xchunked\r\n\r\n": (501, NOBODY, "this Transfer-Encoding is not taken here"),
    f"{HEAD}X: {'a' * 20_000}\r\n\r\n": (431, NOBODY, "the headers are larger than is taken here"),
    "garbage\r\n\r\n": (400, NOBODY, NO_HTTP),
    f"OPTIONS * HTTP/1.1\r\nHost: {OLD}\r\n\r\n": (404, OLD, NO_PATH),
    f"GET http://{OLD}/x#y HTTP/1.1\r\nHost: {OLD}\r\n\r\n": (400, OLD, NO_PATH),
    f"{HEAD}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n": (
        403, OLD, "this port is listed for plain HTTP: no Upgrade",
    ),
    f"CONNECT gone.pay.example:{PORT} HTTP/1.0\r\n\r\n": (503, f"gone.pay.example:{PORT}", "DNS resolution failure"),
}  # fmt: skip
AT_THE_DOOR: dict[str, tuple[int, str]] = {
    "GET / HTTP/1.1\r\n\r\n": (400, NO_HOST),
    "GET /nowhere HTTP/1.0\r\n\r\n": (404, "no service has this host or path; GET /catalog lists them"),
    "garbage\r\n\r\n": (400, NO_HTTP),
    f"OPTIONS * HTTP/1.1\r\nHost: orders.{DOMAIN}\r\n\r\n": (404, NO_PATH),
    f"GET / HTTP/1.1\r\nHost: orders.{DOMAIN}\r\nX: {'a' * 70_000}\r\n\r\n": (
        431, "the headers are larger than is taken here",
    ),
    f"GET / HTTP/1.1\r\nHost: orders.{DOMAIN}\r\nUpgrade: spdy/3\r\nConnection: Upgrade\r\n\r\n": (
        403, "this upgrade is not carried: only websocket is",
    ),
}  # fmt: skip


async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: str) -> tuple[int, Any]:
    writer.write(request.encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SOON)
    (length,) = (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    body = await asyncio.wait_for(reader.readexactly(int(length.split(b":")[1])), SOON)
    writer.close()
    return int(head.split(b" ", 2)[1]), json.loads(body)


@own_network
async def test_the_way_out_names_what_it_refuses_and_why(tmp_path: Path) -> None:
    async with WayOut(tmp_path) as way, way.agent as agent:
        way.names.names["old.pay.example"] = (OPEN,)
        gone = {"name": "gone", "host": "gone.pay.example", "ports": [PORT]}
        way.allow(PAY, gone, {"name": "old", "host": "old.pay.example", "ports": [PLAIN_PORT], "plain_http": True})
        await agent.healthy(PROFILE)
        saw = {}
        for request in AT_THE_WAY_OUT:
            answer = await way.send(request.encode())
            saw[request] = (answer.status, answer.refusal["refused"], answer.refusal["why"])
            assert answer.refusal["status"] == answer.status
    assert saw == AT_THE_WAY_OUT
    assert way.reached == []


@own_network
async def test_the_door_names_what_is_wrong(tmp_path: Path) -> None:
    async with Door(tmp_path) as door, door.agent as agent:
        await agent.healthy()
        saw = {}
        for request in AT_THE_DOOR:
            name, context = f"orders.{DOMAIN}", door.authority.client_context()
            streams = await asyncio.open_connection("127.0.0.1", 443, ssl=context, server_hostname=name)
            status, told = await answered(*streams, request)
            saw[request] = (status, told["error"])
            assert told["details"]
    assert saw == AT_THE_DOOR
    assert door.sent_to == []


@own_network
async def test_what_is_in_no_list_is_told_in_envoys_words(tmp_path: Path) -> None:
    """An answer without a body, that no proxy of ours ever gives: a cluster that is not there."""
    nowhere = {"match": {"prefix": "/"}, "route": {"cluster": "nowhere"}}
    everything = {"name": "all", "domains": ["*"], "routes": [nowhere]}
    manager = http_manager(
        "small",
        route_config={"virtual_hosts": [everything], "validate_clusters": False},
        http_filters=[router()],
        local_reply_config=answers("why", {"status": "%RESPONSE_CODE%"}),
    )
    path = tmp_path / "small.json"
    small = {"static_resources": {"listeners": [listener("small", 8088, {"filters": [manager]})]}}
    path.write_text(json.dumps(small))
    envoy = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("envoy")), "-c", str(path), "--disable-hot-restart", "--concurrency", "1",
        preexec_fn=die_with_the_test, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with asyncio.timeout(SOON):
        while True:
            try:
                streams = await asyncio.open_connection("127.0.0.1", 8088)
                break
            except ConnectionError:
                await asyncio.sleep(0.05)
    told = await answered(*streams, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    envoy.kill()
    await envoy.wait()
    assert told == (503, {"why": "cluster_not_found", "status": 503})
