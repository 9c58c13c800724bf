"""The service proxy: the door of the Public VPC to every service of the Isolated one."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..compiled import Compiled
from ..settings import Settings
from ..sieve import Sieve, Unusable
from .catalogue import Catalogue, read_catalogue
from .certificate import Certificate
from .clusters import clusters
from .listener import CERTIFICATE, door
from .routes import routes, routes_before_the_catalogue


class Proxy:
    agent_opens_health_port = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._catalogue = f"{settings.root}/catalog"
        self._own = f"{settings.root}/service-proxy"
        self.paths = (self._catalogue, self._own)

    def bootstrap(self) -> dict[str, Any]:
        return door(self._settings)

    async def start(self) -> None:
        """Nothing besides Envoy runs here."""

    def compile(self, read: Mapping[str, str], last_good: Mapping[str, str]) -> Compiled:
        """Raises Unusable without a certificate, and without a link where there once was one."""
        sieve = Sieve(read, last_good)
        certificate = sieve.require(f"{self._own}/tls", Certificate.parse)
        try:
            catalogue = read_catalogue(self._catalogue, read, sieve)
        except Unusable as problem:
            if last_good:
                raise
            return _not_yet(certificate, problem)
        return Compiled(
            good=sieve.good,
            routes=routes(catalogue),
            clusters=clusters(catalogue),
            secrets=[_secret(certificate)],
            skipped=tuple(sieve.skipped),
            view=_view(catalogue),
        )


def _not_yet(certificate: Certificate, problem: Unusable) -> Compiled:
    return Compiled(
        unready=str(problem),
        good={},
        routes=routes_before_the_catalogue(),
        secrets=[_secret(certificate)],
        view={"services": []},
    )


def _secret(certificate: Certificate) -> dict[str, Any]:
    pair = {
        "certificate_chain": {"inline_string": certificate.certificate_pem},
        "private_key": {"inline_string": certificate.private_key_pem},
    }
    return {"name": CERTIFICATE, "tls_certificate": pair}


def _view(catalogue: Catalogue) -> dict[str, Any]:
    services = [asdict(service) | {"url": f"https://{service.host}/"} for service in catalogue.services]
    return {"domain": catalogue.link.domain, "services": services}
