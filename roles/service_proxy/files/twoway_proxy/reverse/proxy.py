"""The reverse proxy: the way out of the Isolated VPC to the external APIs."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from ..compiled import Compiled
from ..envoy.bootstrap import agent_cluster, bootstrap
from ..envoy.files import source
from ..metrics.figure import Figure
from ..metrics.gauge import Gauge
from ..metrics.prometheus import Metric
from ..parameters import EveryTime
from ..settings import Settings
from ..sieve import Sieve, Unusable
from ..state import State
from ..web import Handler
from .addresses import RefusedAddresses
from .clusters import clusters
from .front import front
from .gate import inner_gate
from .health import health
from .inspector import inspector
from .profiles import Profile, read_profiles
from .refusals import Refusals
from .resolver import Resolver
from .routes import routes


class Proxy:
    agent_opens_health_port = False  # Envoy takes off the PROXY header that the NLB puts before a health check, too
    counters: Mapping[str, str] = {}  # each profile has its own: `figures`

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._refused = RefusedAddresses(settings.vpc_cidr)
        self._resolver = Resolver(self._refused)
        self._refusals = Refusals(settings)
        self._profiles: tuple[Profile, ...] = ()
        self._path = f"{settings.root}/reverse-proxy/profiles"
        self.reading = EveryTime((self._path,))

    def bootstrap(self) -> dict[str, Any]:
        """Profiles come and go while Envoy runs, so their listeners and clusters are read from files."""
        dynamic = {f"{kind}_config": source(self._settings.state_dir, name) for kind, name in _FOLLOWED.items()}
        statics = {"listeners": [health()], "clusters": [agent_cluster(self._settings)]}
        return bootstrap(self._settings, **statics, dynamic=dynamic, internal_listeners=True)

    async def start(self) -> None:
        await self._resolver.start()

    def works(self) -> Iterable[Callable[[], Coroutine[Any, Any, None]]]:
        return (self._refusals.tell,)

    def compile(self, read: Mapping[str, str], last_good: Mapping[str, str]) -> Compiled:
        """Raises Unusable when there is not one profile any more: somebody's mistake, and what runs goes on."""
        sieve = Sieve(read, last_good)
        profiles = read_profiles(self._path, read, sieve)
        if not profiles:
            if last_good:
                raise Unusable(f"no profile can be read below {self._path}")
            return Compiled(unready=f"no profile below {self._path} yet", good={}, routes=[], listeners=[])
        return Compiled(
            good=sieve.good,
            routes=[routes(profile) for profile in profiles],
            clusters=[cluster for profile in profiles for cluster in clusters(profile.port)],
            listeners=[listener for profile in profiles for listener in self._listeners(profile)],
            skipped=tuple(sieve.skipped),
            subject=profiles,
        )

    def _listeners(self, profile: Profile) -> list[dict[str, Any]]:
        """Of the port alone: a change of the list changes routes, and ends no tunnel."""
        return [
            front(profile.port, self._settings, self._refused),
            inner_gate(profile.port, self._settings, self._refused),
            inspector(profile.port, self._settings),
        ]

    def applied(self, compiled: Compiled) -> None:
        self._profiles = compiled.subject or ()

    def pages(self, state: State) -> Mapping[str, Handler]:
        return {}

    def gauges(self, state: State) -> Iterable[Gauge]:
        yield Gauge(name="egress_profiles", value=len(self._profiles), help="How many egress profiles are served")

    async def figures(self) -> Iterable[Figure]:
        return await self._refusals.figures()

    def families(self) -> Iterable[Metric]:
        return ()


_FOLLOWED = {"lds": "listeners", "cds": "clusters"}
