"""What the agent answers: /healthz for the NLB, /metrics for a scraper, and the pages of its proxy."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from .envoy.admin import Admin, Unreachable
from .metrics import prometheus
from .metrics.prometheus import Scrape
from .state import State

HEALTH_PORT = 8080

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Web:
    """On a socket file, for Envoy to pass on to; and, unless Envoy must be asked for it, on the health port."""

    def __init__(self, state: State, admin: Admin, scrape: Scrape, pages: Mapping[str, Handler]) -> None:
        self._state = state
        self._admin = admin
        self._scrape = scrape
        self._pages = pages
        self._runner: web.AppRunner | None = None

    async def start(self, agent_socket: Path, opens_health_port: bool) -> None:
        app = web.Application()
        health = {"/healthz": self.healthz, "/healthz/{port}": self.healthz}
        for path, handler in {**health, "/metrics": self.metrics, **self._pages}.items():
            app.router.add_get(path, handler)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        agent_socket.unlink(missing_ok=True)
        await web.UnixSite(self._runner, str(agent_socket)).start()
        if opens_health_port:
            await web.TCPSite(self._runner, "0.0.0.0", HEALTH_PORT).start()

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def healthz(self, request: web.Request) -> web.Response:
        """200 only when a request sent here would be served: Envoy is live, and its configuration is a read one.

        With a port, only when a request sent to that port would.
        """
        why, port = self._state.unfit(), request.match_info.get("port")
        if why is None and not await self._admin.live():
            why = "Envoy is not live"
        if why is None and port and port not in await self._admin.ports():
            why = f"nothing listens at port {port}"
        return web.json_response({"healthy": why is None, "why": why}, status=503 if why else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        try:
            of_envoy = await self._admin.prometheus()
        except Unreachable:
            of_envoy = ""
        text = self._scrape.text(of_envoy)
        return web.Response(body=text.encode(), headers={"Content-Type": prometheus.CONTENT_TYPE})
