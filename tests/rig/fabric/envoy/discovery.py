"""Envoy's configuration, held out to it over a Unix socket.

Envoy polls REST xDS; here a poll is answered when there is something new, so a
change is in force within milliseconds. Files would need one inotify instance a
resource, of which Linux allows a user 128.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rig.fabric import http

Resource = Mapping[str, Any]
Key = tuple[str, str]
CLUSTER = "xds"
_LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True)
class Resources:
    """Everything Envoy is to have, by kind and name. The kinds are the words of Envoy's discovery paths."""

    listeners: dict[str, Resource] = field(default_factory=dict)
    clusters: dict[str, Resource] = field(default_factory=dict)
    endpoints: dict[str, Resource] = field(default_factory=dict)
    routes: dict[str, Resource] = field(default_factory=dict)


def source() -> dict[str, Any]:
    """Where a resource says its parts are to be had."""
    return {
        "resource_api_version": "V3",
        "api_config_source": {
            "api_type": "REST",
            "transport_api_version": "V3",
            "cluster_names": [CLUSTER],
            "refresh_delay": "0.001s",
            "request_timeout": "86400s",
        },
    }


class Discovery:
    """Answers Envoy's polls. Lives in an event loop; `publish` may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: Path) -> None:
        self._loop = loop
        self._held: dict[str, dict[str, Resource]] = defaultdict(dict)
        # A kind's whole list (name "") carries the version of its last change, one resource that of its own.
        self._versions: dict[Key, int] = defaultdict(int)
        self._offered: dict[Key, int] = {}
        self._subscribed: set[Key] = set()
        self._pending: set[Key] = set()  # what Envoy is still to take of the last offer
        self._polls: dict[Key, asyncio.Event] = {}
        self._server = http.Server(self._answer)
        asyncio.run_coroutine_threadsafe(self._start(socket), loop).result()

    async def _start(self, socket: Path) -> None:
        self._taken = asyncio.Event()
        self._published: asyncio.Queue[tuple[Resources, Callable[[], None]]] = asyncio.Queue()
        self._follower = asyncio.create_task(self._follow())
        await self._server.listen_unix(socket)

    def publish(self, resources: Resources, taken: Callable[[], None]) -> None:
        """Hold out `resources`; `taken` is called, in the event loop, when Envoy has them. Newer ones may overtake."""
        self._loop.call_soon_threadsafe(self._published.put_nowait, (resources, taken))

    async def _follow(self) -> None:
        """A route never names a cluster that is not there yet, or no longer: clusters come first and go last."""
        while True:
            new, taken = await self._published.get()
            while not self._published.empty():
                new, taken = self._published.get_nowait()
            await self._offer("endpoints", {**self._held["endpoints"], **new.endpoints})
            await self._offer("clusters", {**self._held["clusters"], **new.clusters})
            await self._offer("routes", {**self._held["routes"], **new.routes})
            await self._offer("listeners", new.listeners)
            for kind in ("routes", "clusters", "endpoints"):
                await self._offer(kind, getattr(new, kind))
            taken()

    async def _offer(self, kind: str, resources: dict[str, Resource]) -> None:
        """Hold out `resources` and wait, but not for long, until Envoy has taken what it subscribes to."""
        before, self._held[kind] = self._held[kind], resources
        if before == resources:
            return
        self._subscribed -= {(kind, gone) for gone in before.keys() - resources.keys()}
        keys = {(kind, name) for name in resources if before.get(name) != resources[name]} | {(kind, "")}
        self._pending = keys & self._subscribed
        self._taken.clear()
        for key in keys:
            self._versions[key] += 1
            if poll := self._polls.pop(key, None):
                poll.set()
        if not self._pending:
            return
        try:
            await asyncio.wait_for(self._taken.wait(), _PATIENCE_SECONDS)
        except TimeoutError:
            _LOG.warning("Envoy is slow to take %d of %d %s", len(self._pending), len(keys), kind)

    async def _answer(self, request: http.Request) -> http.Response:
        kind = request.path.rpartition(":")[2]
        asked = json.loads(request.body)
        names = asked.get("resource_names") or []
        key = (kind, names[0] if names else "")
        accepted = int(asked.get("version_info") or -1)
        self._note(key, accepted)
        await self._something_new(key, accepted)
        self._offered[key] = self._versions[key]
        held = self._held[kind]
        wanted = [held[name] for name in (names or sorted(held)) if name in held]
        return http.Response.of_json({"version_info": str(self._versions[key]), "resources": wanted})

    def _note(self, key: Key, accepted: int) -> None:
        self._subscribed.add(key)
        if accepted == self._versions[key]:
            self._pending.discard(key)
            if not self._pending:
                self._taken.set()

    async def _something_new(self, key: Key, accepted: int) -> None:
        """Returns when Envoy lacks the current version; one that it refused is offered again after a while."""
        refused = accepted not in (-1, self._offered.get(key, accepted))
        if refused:
            _LOG.warning("Envoy refused %s %s", *key)
        elif accepted != self._versions[key]:
            return
        poll = self._polls[key] = asyncio.Event()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(poll.wait(), _PATIENCE_SECONDS if refused else None)
