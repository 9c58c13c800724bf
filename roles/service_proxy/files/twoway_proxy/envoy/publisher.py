"""Hands a compiled configuration to Envoy, in an order that never leaves a route without its cluster."""

import asyncio
import json
import logging
import time
from pathlib import Path

from .. import journal
from ..compiled import Compiled, Resource
from .admin import Admin
from .files import discovery_response, routes_kind, write_atomically

PATIENCE_SECONDS = 5.0


class Publisher:
    def __init__(self, directory: Path, admin: Admin) -> None:
        self._directory = directory
        self._admin = admin
        self._written: dict[str, list[Resource]] = {}
        self._late: dict[str, str] = {}  # versions that Envoy did not take up in time

    async def publish(self, compiled: Compiled) -> bool:
        """Make before break: what nothing names any more goes last. Unchanged content is not written again.

        Whether Envoy uses all of it now.
        """
        fresh = {cluster["name"] for cluster in compiled.clusters}
        leaving = [old for old in self._written.get("clusters", []) if old["name"] not in fresh]
        await self._put("clusters", compiled.clusters + leaving)
        await self._put("secrets", compiled.secrets)
        for routes in compiled.routes:
            await self._put(routes_kind(routes["name"]), [routes])
        if compiled.listeners is not None:
            await self._put("listeners", compiled.listeners)
        self._forget_routes({routes_kind(routes["name"]) for routes in compiled.routes})
        await self._put("clusters", compiled.clusters)
        self._late = {kind: version for kind, version in self._late.items() if not await self._is_used(kind, version)}
        return not self._late

    async def _put(self, kind: str, resources: list[Resource]) -> None:
        if self._written.get(kind) == resources:
            return
        response = discovery_response(kind, resources)
        write_atomically(self._directory / f"{kind}.json", json.dumps(response))
        # Routes that are new have no listener yet that reads them, and secrets show no version in Envoy's statistics.
        awaited = kind != "secrets" and (kind in self._written or not kind.startswith("routes"))
        self._written[kind] = resources
        self._late.pop(kind, None)
        if awaited:
            await self._taken_up(kind, response["version_info"])

    def _forget_routes(self, kept: set[str]) -> None:
        for kind in [kind for kind in self._written if kind.startswith("routes") and kind not in kept]:
            (self._directory / f"{kind}.json").unlink(missing_ok=True)
            del self._written[kind]
            self._late.pop(kind, None)

    async def _taken_up(self, kind: str, version: str) -> None:
        """Waits for a running Envoy to use the version. If it refuses, the last one stays in force: said, not fatal."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if not await self._admin.live() or await self._is_used(kind, version):
                return
            await asyncio.sleep(0.1)
        self._late[kind] = version
        journal.say(logging.ERROR, f"Envoy did not take up the new {kind}; it goes on with the former", version=version)

    async def _is_used(self, kind: str, version: str) -> bool:
        """A cluster that is taken goes on as it was until the new one is warm."""
        return version in await self._admin.versions() and not (kind == "clusters" and await self._admin.warming())
