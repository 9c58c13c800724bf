"""The agent's life: follow SSM, keep Envoy in step with it, and leave without breaking what is under way."""

import asyncio
import functools
import logging
import signal
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, Protocol

from . import journal
from .compiled import Compiled
from .envoy.admin import Admin, Unreachable
from .envoy.process import Envoy
from .envoy.publisher import Publisher
from .last_good import LastGood
from .lifecycle import Lifecycle
from .log_rotation import keep_rotating
from .metrics.cloudwatch import CloudWatch
from .metrics.figure import Figure
from .metrics.gauge import Gauge
from .metrics.prometheus import Metric, Scrape
from .parameters import Pace, ParameterStore, Reading, Unreadable
from .settings import Settings
from .sieve import Skipped, Unusable
from .state import State
from .web import Handler, Web

_AFTER_A_BUG_SECONDS = 30.0


class Proxy(Protocol):
    """What makes a service proxy or a reverse proxy of the agent.

    `counters` are Envoy's statistics that CloudWatch gets, by the names they have there.
    """

    reading: Reading
    agent_opens_health_port: bool
    counters: Mapping[str, str]

    def bootstrap(self) -> dict[str, Any]: ...

    def compile(self, read: Mapping[str, str], last_good: Mapping[str, str]) -> Compiled: ...

    def applied(self, compiled: Compiled) -> None:
        """Envoy runs this now."""

    async def start(self) -> None: ...

    def works(self) -> Iterable[Callable[[], Coroutine[Any, Any, None]]]:
        """What goes on beside Envoy."""

    def pages(self, state: State) -> Mapping[str, Handler]:
        """What the agent answers besides its health and metrics, by path."""

    def gauges(self, state: State) -> Iterable[Gauge]: ...

    async def figures(self) -> Iterable[Figure]:
        """What CloudWatch gets besides counters and gauges, with dimensions of its own."""

    def families(self) -> Iterable[Metric]:
        """Metrics with labels, for Prometheus alone."""


class Agent:
    def __init__(self, settings: Settings, proxy: Proxy) -> None:
        settings.make_directories()
        self._settings = settings
        self._proxy = proxy
        self._state = State()
        self._last_good = LastGood(settings.state_dir)
        self._admin = Admin(settings.admin_socket)
        self._publisher = Publisher(settings.state_dir, self._admin)
        self._envoy = Envoy(settings.envoy, settings.state_dir / "envoy.json", settings.drain_seconds)
        self._cloudwatch = CloudWatch(settings.region, settings.link, settings.proxy, settings.metrics_seconds)
        scrape = Scrape(self._gauges, proxy.families)
        self._web = Web(self._state, self._admin, scrape, proxy.pages(self._state))
        self._lifecycle = Lifecycle(settings.region, settings.auto_scaling_group)
        self._configured = asyncio.Event()
        self._drain: asyncio.Task[None] | None = None
        self._deadline = 0.0  # of the drain, on the monotonic clock
        self._told: tuple[Skipped, ...] = ()

    async def run(self) -> None:
        asked_to_end = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, asked_to_end.set)
        await self._proxy.start()
        await self._web.start(self._settings.agent_socket, self._proxy.agent_opens_health_port)
        works = (self._follow(), self._keep_envoy(), *(_forgiving(work) for work in self._beside()))
        tasks = [asyncio.create_task(work) for work in works]
        ended = asyncio.create_task(asked_to_end.wait())
        first, _running = await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
        if ended in first:
            await self._drained(fails_health=True)
        await self._envoy.end()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._web.stop()
        for task in first - {ended}:
            task.result()  # raises: systemd starts the agent afresh

    def _beside(self) -> Iterable[Callable[[], Coroutine[Any, Any, None]]]:
        """What requests do not depend on."""
        yield lambda: keep_rotating(self._settings.log_dir, self._admin)
        count = functools.partial(self._admin.counters, self._proxy.counters)
        yield lambda: self._cloudwatch.run(count, self._gauges, self._figures)
        yield lambda: self._lifecycle.follow(lambda: self._drained(fails_health=False), self._finished)
        yield from self._proxy.works()

    def _gauges(self) -> Iterable[Gauge]:
        age, skipped = self._state.age_seconds, len(self._state.skipped)
        yield Gauge(name="parameters_age_seconds", value=age, help="How old what was last read of SSM is")
        yield Gauge(name="skipped_entries", value=skipped, help="How many parameters or entries cannot be used")
        unfit = not self._state.draining and self._state.unfit() is not None
        yield Gauge(name="unfit", value=float(unfit), help="1 while no request should come here, as far as we know")
        yield from self._proxy.gauges(self._state)

    async def _figures(self) -> Iterable[Figure]:
        """The average of a fleet's open connections is what it may be scaled by."""
        return [
            Figure(name="OpenConnections", value=await self._admin.open_connections()),
            *await self._proxy.figures(),
        ]

    async def _keep_envoy(self) -> None:
        await self._configured.wait()
        await self._envoy.run(self._proxy.bootstrap())

    async def _follow(self) -> None:
        pace = Pace(self._settings.poll_seconds)
        if self._last_good.parameters:
            self._state.read_at = self._last_good.read_at
            await self._apply(self._last_good.parameters, self._last_good.read_at)
        store: ParameterStore | None = None
        while True:
            begun = time.time()
            try:
                store = store or await asyncio.to_thread(ParameterStore, self._settings.region)
                read = await asyncio.to_thread(self._proxy.reading.read, store)
            except Unreadable as problem:
                self._complain(f"SSM cannot be read: {problem}")
                await asyncio.sleep(pace.after_failure())
                continue
            self._state.read_at = begun
            await self._apply(read, begun)
            await asyncio.sleep(pace.after_success())

    async def _apply(self, read: Mapping[str, str], read_at: float | None) -> None:
        try:
            compiled = self._proxy.compile(read, self._last_good.parameters)
        except Unusable as problem:
            self._complain(str(problem))
            return
        except Exception as bug:  # a mistake of ours must not close the door: what runs goes on
            self._complain(f"the parameters cannot be compiled: {bug!r}", exc_info=True)
            return
        self._report(compiled.skipped)
        self._state.took(compiled, await self._publisher.publish(compiled))
        self._last_good.keep(compiled.good, read_at)
        self._proxy.applied(compiled)
        self._configured.set()

    def _complain(self, problem: str, exc_info: bool = False) -> None:
        """Once, not at every read; what runs goes on as it is."""
        if problem != self._state.trouble:
            journal.say(logging.WARNING, problem, exc_info=exc_info)
        self._state.trouble = problem

    def _report(self, skipped: tuple[Skipped, ...]) -> None:
        for each in skipped:
            if each not in self._told:
                journal.say(logging.WARNING, "a parameter is skipped", **vars(each))
        self._told = skipped

    async def _drained(self, *, fails_health: bool) -> None:
        """Once, whoever asks first: the end of the fleet's instance, or of its unit."""
        self._drain = self._drain or asyncio.create_task(self._stand_aside(fails_health))
        await asyncio.shield(self._drain)

    async def _stand_aside(self, fails_health: bool) -> None:
        """First no new client comes; then those there are may finish.

        An instance that its fleet takes away is out of its target groups already. If it were unhealthy besides, the NLB
        would end the connections that are to finish (target_health_state.unhealthy.connection_termination.enabled):
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
        """
        self._state.draining = fails_health
        journal.say(logging.INFO, "draining")
        if not self._configured.is_set():
            return
        await asyncio.sleep(self._settings.unhealthy_seconds)
        self._deadline = time.monotonic() + self._settings.drain_seconds
        try:
            await self._admin.drain()
        except Unreachable:
            journal.say(logging.WARNING, "Envoy does not answer; nothing to drain")
            return
        await self._finished()

    async def _finished(self) -> None:
        """Returns when no connection is open, or the time for that is over."""
        left = 0
        try:
            while (left := await self._admin.open_connections()) and time.monotonic() < self._deadline:
                await asyncio.sleep(0.2)
        except Unreachable:
            return
        if left:
            journal.say(logging.WARNING, "drain time is over", connections=left)


async def _forgiving(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Begins work anew that a mistake of ours has ended: requests do not depend on it."""
    while True:
        try:
            await work()
        except Exception:
            journal.say(logging.ERROR, "something beside Envoy failed and begins anew", exc_info=True)
        await asyncio.sleep(_AFTER_A_BUG_SECONDS)
