"""A link in small on loopback: SSM, a name server, a shard that tells what it saw, and the service proxy in front."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from .agent_process import AgentProcess
from .name_server import NameServer
from .parameter_store import FakeParameterStore
from .pki import Authority, Pair

DOMAIN = "tokyo.twoway.example"
ENDPOINT = "vpce-0a-1b.vpce-svc-2c.ap-northeast-1.vpce.amazonaws.com"
SHARD, OTHER_SHARD = 8443, 8444
CATALOG = "/twoway/tokyo/catalog"
TLS = "/twoway/tokyo/service-proxy/tls"


class Door:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.authority = Authority("service CA")
        self.store = FakeParameterStore()
        self.names = NameServer({ENDPOINT: ("127.0.0.2",)})
        self.agent = AgentProcess(directory, "service")
        self.sent_to: list[str] = []
        self.ill: set[str] = set()
        self.check_seconds = 0.0  # that a shard takes to answer the check of its zone
        self.hold = asyncio.Event()
        self.hold.set()
        self._client: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Door:
        await self.store.start()
        await self.names.start()
        await self.shard(SHARD, self.authority.issue(f"*.{DOMAIN}"))
        self.put_link()
        self.put_certificate()
        self.put_service("orders")
        self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.hang_up()

    async def shard(
        self, port: int, pair: Pair, address: str = "127.0.0.2", protocols: tuple[str, ...] = ()
    ) -> web.AppRunner:
        """It speaks HTTP/1.1, whatever `protocols` it offers."""
        app = web.Application()
        app.router.add_get("/echo", _echo)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        context = pair.server_context(self.directory)
        context.set_alpn_protocols(protocols)
        await web.TCPSite(runner, address, port, ssl_context=context).start()
        return runner

    async def _answer(self, request: web.Request) -> web.Response:
        if request.path == "/_link/health":
            await asyncio.sleep(self.check_seconds)
            return web.Response()
        if request.path == "/healthz":
            return web.Response(status=503 if request.host in self.ill else 200)
        self.sent_to.append(request.host)
        await self.hold.wait()
        sni = request.transport.get_extra_info("ssl_object") is not None  # type: ignore[union-attr]
        return web.json_response({"host": request.host, "path": request.path, "tls": sni, **_headers(request)})

    def put_link(self, **changed: Any) -> None:
        link = {"domain": DOMAIN, "endpoint_dns": ENDPOINT, "endpoint_zonal_dns": {}, "ca_pem": self.authority.pem}
        self.store.put(f"{CATALOG}/link", link | changed)

    def put_certificate(self) -> Pair:
        pair = self.authority.issue(f"*.{DOMAIN}")
        self.store.put(TLS, {"certificate_pem": pair.certificate_pem, "private_key_pem": pair.private_key_pem})
        return pair

    def put_service(self, name: str, **changed: Any) -> None:
        entry = {"name": name, "host": f"{name}.{DOMAIN}", "path": f"/{name}", "port": SHARD, "version": "1"}
        self.store.put(f"{CATALOG}/services/{name}", entry | changed)

    def put_canary(self, name: str, **told: Any) -> None:
        self.store.put(f"{CATALOG}/canaries/{name}", told)

    async def ask(self, path: str = "/", host: str = f"orders.{DOMAIN}", **more: Any) -> tuple[int, Any]:
        """Status and JSON of one request through the door, whose certificate is verified for `host`."""
        status, body, _headers_seen = await self.ask_fully(path, host, **more)
        return status, json.loads(body)

    async def ask_fully(self, path: str, host: str, headers: Any = None, method: str = "GET", data: Any = None) -> Any:
        assert self._client
        async with self._client.request(
            method,
            f"https://127.0.0.1{path}",
            headers={"Host": host, **(headers or {})},
            data=data,
            ssl=self.authority.client_context(),
            server_hostname=host if host.endswith(DOMAIN) else f"door.{DOMAIN}",
        ) as answer:
            return answer.status, await answer.read(), answer.headers

    def web_socket(self, path: str, host: str) -> Any:
        assert self._client
        return self._client.ws_connect(
            f"wss://127.0.0.1{path}", headers={"Host": host}, ssl=self.authority.client_context(), server_hostname=host
        )

    async def until(self, status: int, path: str = "/", host: str = f"orders.{DOMAIN}", seconds: float = 10) -> Any:
        """Asks until the answer has this status; returns its JSON."""
        async with asyncio.timeout(seconds):
            while True:
                got, body = await self.ask(path, host)
                if got == status:
                    return body
                await asyncio.sleep(0.02)

    async def told(self, name: str, value: float, seconds: float = 30) -> None:
        """Returns once the last that CloudWatch was told of a metric is this. Needs an agent that tells often."""
        async with asyncio.timeout(seconds):
            while True:
                data = [each for put in self.store.metrics for each in put["MetricData"] if each["MetricName"] == name]
                if data and data[-1]["Value"] == value:
                    return
                await asyncio.sleep(0.02)

    async def hang_up(self) -> None:
        assert self._client
        await self._client.close()

    async def catalogue(self) -> Any:
        return (await self.ask("/catalog", "door.example"))[1]

    async def health(self, name: str, state: str, seconds: float = 20) -> Any:
        """Returns what the catalogue tells of a service's health once it is in this state."""
        async with asyncio.timeout(seconds):
            while True:
                told = {each["name"]: each["health"] for each in (await self.catalogue())["services"]}
                if told.get(name, {}).get("state") == state:
                    return told[name]
                await asyncio.sleep(0.1)


async def _echo(request: web.Request) -> web.WebSocketResponse:
    spoken = web.WebSocketResponse()
    await spoken.prepare(request)
    async for message in spoken:
        await spoken.send_str(message.data)
    return spoken


def _headers(request: web.Request) -> dict[str, Any]:
    return {name: request.headers.get(name) for name in ("x-request-id", "x-forwarded-host", "x-envoy-internal")}
