"""The service proxy: the door of the Public VPC to every service of the Isolated one."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from ..compiled import Compiled
from ..metadata import metadata
from ..metrics.figure import Figure
from ..metrics.gauge import Gauge
from ..metrics.prometheus import Metric, labelled
from ..settings import Settings
from ..sieve import Sieve, Unusable
from ..state import State
from ..web import Handler
from .catalogue import OWN_PATH, Catalogue, read_catalogue
from .certificate import Certificate
from .checks import Checks
from .clusters import clusters
from .link import digest
from .listener import CERTIFICATE, door
from .pages import Pages
from .reading import CatalogueReading
from .routes import routes, routes_before_the_catalogue


class Proxy:
    agent_opens_health_port = True
    counters: Mapping[str, str] = {
        "Requests": "http.door.downstream_rq_total",
        "ServerErrors": "http.door.downstream_rq_5xx",
    }

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._root = f"{settings.root}/catalog"
        self._own = f"{settings.root}/service-proxy"
        self._checks = Checks(settings.checks_socket, settings.check_seconds)
        self._services: tuple[str, ...] = ()
        self._zone: str | None = None
        self.reading = CatalogueReading(self._root, self._own)

    def bootstrap(self) -> dict[str, Any]:
        return door(self._settings)

    async def start(self) -> None:
        # The id that means the same zone in every account; without it no zone is preferred.
        self._zone = await metadata("placement/availability-zone-id")

    def works(self) -> Iterable[Callable[[], Coroutine[Any, Any, None]]]:
        return (self._checks.run,)

    def compile(self, read: Mapping[str, str], last_good: Mapping[str, str]) -> Compiled:
        """Raises Unusable without a certificate, and without a link where there once was one."""
        sieve = Sieve(read, last_good)
        certificate = sieve.require(f"{self._own}/tls", Certificate.parse)
        try:
            catalogue = read_catalogue(self._root, read, sieve)
        except Unusable as problem:
            if last_good:
                raise
            return _not_yet(certificate, problem)
        return Compiled(
            good=sieve.good,
            routes=routes(catalogue),
            clusters=clusters(catalogue, self._zone),
            secrets=[_secret(certificate)],
            skipped=tuple(sieve.skipped),
            subject=catalogue,
        )

    def applied(self, compiled: Compiled) -> None:
        catalogue: Catalogue | None = compiled.subject
        services = catalogue.services if catalogue else ()
        self._services = tuple(service.name for service in services)
        self._checks.follow(services)

    def pages(self, state: State) -> Mapping[str, Handler]:
        return Pages(self._settings.link, lambda: self._zone, state, self._checks).handlers(OWN_PATH)

    def gauges(self, state: State) -> Iterable[Gauge]:
        unhealthy = sum(self._checks.of(name).state == "unhealthy" for name in self._services)
        yield Gauge(name="services", value=len(self._services), help="How many services are routed")
        yield Gauge(name="unhealthy_services", value=unhealthy, help="How many of them do not answer their check")
        link = state.compiled.good.get(f"{self._root}/link") if state.compiled and state.in_use else None
        said = "Which text of the link Envoy uses: the first six hexadecimal digits of its SHA-256"
        yield Gauge(name="link_digest", value=link and digest(link), help=said)

    async def figures(self) -> Iterable[Figure]:
        return ()

    def families(self) -> Iterable[Metric]:
        known = ((name, self._checks.of(name).state) for name in self._services)
        values = [(name, float(state == "healthy")) for name, state in known if state != "unknown"]
        yield labelled("service_healthy", "Whether a service answers its check through the link", "service", values)


def _not_yet(certificate: Certificate, problem: Unusable) -> Compiled:
    return Compiled(unready=str(problem), good={}, routes=routes_before_the_catalogue(), secrets=[_secret(certificate)])


def _secret(certificate: Certificate) -> dict[str, Any]:
    pair = {
        "certificate_chain": {"inline_string": certificate.certificate_pem},
        "private_key": {"inline_string": certificate.private_key_pem},
    }
    return {"name": CERTIFICATE, "tls_certificate": pair}
