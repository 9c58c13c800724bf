"""Whether each service is well: asked by this proxy, through the link, as a client would ask.

The Public account cannot see the target groups of the Isolated one, and what a client can reach is what counts here.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import aiohttp
from yarl import URL

from .catalogue import Service

# However many services there are: with 1,000 of them each is asked every 50 s.
AT_MOST_A_SECOND = 20.0
FAILURES = 2  # in a row make a service unhealthy; one success makes it healthy again
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_AT_ONCE = 20


@dataclass(frozen=True, kw_only=True)
class Health:
    """`since` is when the state began, in seconds since 1970; `why` is the last answer that was no good."""

    state: Literal["healthy", "unhealthy", "unknown"] = "unknown"
    since: float | None = None
    why: str | None = None
    failures: int = 0

    def after(self, why: str | None, now: float) -> "Health":
        """`why` is what was wrong with an answer, or None."""
        failures = self.failures + 1 if why else 0
        state = "healthy" if not why else "unhealthy" if failures >= FAILURES else self.state
        since = now if state != self.state else self.since
        return Health(state=state, since=since, why=why if state == "unhealthy" else None, failures=failures)


class Checks:
    """Each service is asked every so many seconds, or as often as AT_MOST_A_SECOND lets it."""

    def __init__(self, socket: Path, every_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._socket = str(socket)
        self._every_seconds = every_seconds
        self._clock = clock
        self._services: dict[str, Service] = {}
        self._asked_at: dict[str, float] = {}
        self._health: dict[str, Health] = {}
        self._changed = asyncio.Event()

    def follow(self, services: Iterable[Service]) -> None:
        """These from now on. What was learned of a service stays for as long as it is listed."""
        self._services = {service.name: service for service in services}
        for known in (self._asked_at, self._health):
            for name in known.keys() - self._services.keys():
                del known[name]
        self._changed.set()

    def of(self, name: str) -> Health:
        return self._health.get(name, Health())

    async def run(self) -> None:
        connector = aiohttp.UnixConnector(path=self._socket, limit=_AT_ONCE)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT, auto_decompress=False) as session,
            asyncio.TaskGroup() as asking,
        ):
            while True:
                name, pause = self.next()
                if name:
                    asking.create_task(self._ask(session, self._services[name]))
                await self._pause(pause)

    def next(self) -> tuple[str | None, float]:
        """Who is asked now, or None, and the seconds until the next one. Those never asked come first."""
        if not self._services:
            return None, self._every_seconds
        now = self._clock()
        name = min(self._services, key=lambda each: self._asked_at.get(each, float("-inf")))
        due_in = self._asked_at.get(name, float("-inf")) + self._every_seconds - now
        if due_in > 0:
            return None, due_in
        self._asked_at[name] = now
        return name, 1 / AT_MOST_A_SECOND

    async def _pause(self, seconds: float) -> None:
        """Not longer than until the services change, and never shorter than the share of one check."""
        self._changed.clear()
        await asyncio.sleep(min(seconds, 1 / AT_MOST_A_SECOND))
        try:
            await asyncio.wait_for(self._changed.wait(), seconds - 1 / AT_MOST_A_SECOND)
        except TimeoutError:
            return

    async def _ask(self, session: aiohttp.ClientSession, service: Service) -> None:
        try:
            url = URL(f"http://{service.host}{service.health_check.path}", encoded=True)
            async with session.get(url, allow_redirects=False) as answer:
                why = None if service.health_check.passes(answer.status) else f"answered {answer.status}"
        except TimeoutError:
            why = f"no answer for {_TIMEOUT.total:.0f} s"
        except aiohttp.ClientConnectorError:
            return  # Envoy is not there: nothing was learned of the service
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            why = f"no answer ({type(problem).__name__})"
        if service.name in self._services:  # else it left while it was asked
            self._health[service.name] = self.of(service.name).after(why, time.time())
