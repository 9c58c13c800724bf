"""The reverse proxy: the way out of the Isolated VPC to the external APIs."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from ..compiled import Compiled
from ..metrics.gauge import Gauge
from ..metrics.prometheus import Metric
from ..parameters import EveryTime
from ..settings import Settings
from ..sieve import Sieve
from ..state import State
from ..web import Handler
from .addresses import RefusedAddresses
from .allow_list import AllowList
from .listener import way_out
from .resolver import Resolver
from .routes import routes


class Proxy:
    agent_opens_health_port = False  # Envoy takes off the PROXY header that the NLB puts before a health check, too
    counters: Mapping[str, str] = {
        "Requests": "http.way_out.downstream_rq_total",
        "Refusals": "http.way_out.downstream_rq_4xx",
    }

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._refused = RefusedAddresses(settings.vpc_cidr)
        self._resolver = Resolver(self._refused)
        self._own = f"{settings.root}/reverse-proxy"
        self.reading = EveryTime((self._own,))

    def bootstrap(self) -> dict[str, Any]:
        return way_out(self._settings, self._refused)

    async def start(self) -> None:
        await self._resolver.start()

    def applied(self, compiled: Compiled) -> None:
        """Envoy holds all there is."""

    def works(self) -> Iterable[Callable[[], Coroutine[Any, Any, None]]]:
        return ()

    def pages(self, state: State) -> Mapping[str, Handler]:
        return {}

    def gauges(self, state: State) -> Iterable[Gauge]:
        return ()

    def families(self) -> Iterable[Metric]:
        return ()

    def compile(self, read: Mapping[str, str], last_good: Mapping[str, str]) -> Compiled:
        """Raises Unusable without an allow list."""
        sieve = Sieve(read, last_good)
        name = f"{self._own}/allow-list"
        allow_list = sieve.require(name, AllowList.parse)
        for problem in allow_list.problems:
            sieve.skip(name, problem)
        return Compiled(good=sieve.good, routes=routes(allow_list), skipped=tuple(sieve.skipped))
