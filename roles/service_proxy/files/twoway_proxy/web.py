"""What the agent answers: /healthz for the NLB and /catalog, on a socket file for Envoy to pass on."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from .envoy.admin import Admin
from .state import State

HEALTH_PORT = 8080

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Web:
    def __init__(self, state: State, admin: Admin, link: str) -> None:
        self._state = state
        self._admin = admin
        self._link = link
        self._runners: list[web.AppRunner] = []

    async def start(self, agent_socket: Path, opens_health_port: bool) -> None:
        """Without a port of its own, Envoy's health listener is the way to /healthz."""
        inside = await self._runner({"/healthz": self.healthz, "/catalog": self.catalog})
        agent_socket.unlink(missing_ok=True)
        await web.UnixSite(inside, str(agent_socket)).start()
        if opens_health_port:
            health = await self._runner({"/healthz": self.healthz})
            await web.TCPSite(health, "0.0.0.0", HEALTH_PORT).start()

    async def stop(self) -> None:
        for runner in self._runners:
            await runner.cleanup()

    async def healthz(self, request: web.Request) -> web.Response:
        """200 only when a request sent here would be served: Envoy is live, and its configuration is a read one."""
        why = self._state.unfit()
        if why is None and not await self._admin.live():
            why = "Envoy is not live"
        return web.json_response({"healthy": why is None, "why": why}, status=503 if why else 200)

    async def catalog(self, request: web.Request) -> web.Response:
        return web.json_response({"link": self._link, **self._state.view()}, headers={"Cache-Control": "no-store"})

    async def _runner(self, handlers: Mapping[str, Handler]) -> web.AppRunner:
        app = web.Application()
        for path, handler in handlers.items():
            app.router.add_get(path, handler)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self._runners.append(runner)
        return runner
