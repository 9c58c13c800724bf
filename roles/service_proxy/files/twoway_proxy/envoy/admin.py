"""Envoy's admin interface, over its socket file."""

import re
from collections.abc import Mapping
from pathlib import Path

import aiohttp

_TIMEOUT = aiohttp.ClientTimeout(total=2)
Unreachable = (aiohttp.ClientError, OSError, TimeoutError)


class Admin:
    """Every method but those that answer a yes or a set raises one of `Unreachable` when Envoy does not answer."""

    def __init__(self, socket: Path) -> None:
        self._socket = str(socket)

    async def live(self) -> bool:
        """Whether Envoy serves: its workers run, with a first configuration."""
        try:
            return (await self._ask("GET", "/ready")).strip() == "LIVE"
        except Unreachable:
            return False

    async def versions(self) -> set[str]:
        """The versions of the discovery responses in use."""
        try:
            text = await self._ask("GET", "/stats?type=TextReadouts&filter=version_text")
        except Unreachable:
            return set()
        return set(re.findall(r'version_text: "(\w+)"', text))

    async def warming(self) -> bool:
        """Whether a cluster has been taken and is not used yet: its addresses are resolved and checked first."""
        try:
            text = await self._ask("GET", "/stats?filter=^cluster_manager.warming_clusters$")
        except Unreachable:
            return True
        return text.strip() != "cluster_manager.warming_clusters: 0"

    async def prometheus(self) -> str:
        """All that was ever used of Envoy's metrics."""
        return await self._ask("GET", "/stats/prometheus?usedonly")

    async def counters(self, stats: Mapping[str, str]) -> dict[str, int]:
        """Values by our name for them, given Envoy's; a counter Envoy has not used yet is 0."""
        text = await self._ask("GET", f"/stats?filter=^({'|'.join(map(re.escape, stats.values()))})$")
        values = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
        return {name: int(values.get(stat, 0)) for name, stat in stats.items()}

    async def open_connections(self) -> int:
        text = await self.stats(r"^http\.(door|way_out_\d*)\.downstream_cx_active$")
        return sum(int(line.rsplit(" ", 1)[1]) for line in text.splitlines())

    async def stats(self, pattern: str) -> str:
        """Those whose names match, a line each: <name>: <value>."""
        return await self._ask("GET", f"/stats?filter={pattern}")

    async def ports(self) -> set[str]:
        """Where Envoy takes connections; nowhere when it does not answer. A line is <name>::<address>:<port>."""
        try:
            text = await self._ask("GET", "/listeners")
        except Unreachable:
            return set()
        return {line.rsplit(":", 1)[1] for line in text.splitlines()}

    async def drain(self) -> None:
        """Answers say `Connection: close` from now on; listeners stay open until Envoy ends."""
        await self._ask("POST", "/drain_listeners?graceful&skip_exit")

    async def reopen_logs(self) -> None:
        await self._ask("POST", "/reopen_logs")

    async def _ask(self, method: str, path: str) -> str:
        connector = aiohttp.UnixConnector(path=self._socket)
        session = aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT)
        async with session, session.request(method, f"http://envoy{path}") as answer:
            return await answer.text()
