"""The catalogue: every service behind the door, and the link that leads to them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..names import check_host, check_port
from ..sieve import Sieve, Unusable, field, parse_json
from .canary import Canary
from .health_check import HealthCheck
from .link import Link

OWN_PATH = "/catalog"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")
_PATH = re.compile(r"/|(?:/[A-Za-z0-9._~-]+)+")
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")


@dataclass(frozen=True, kw_only=True, order=True)
class Service:
    name: str
    host: str
    path: str
    port: int
    version: str = ""
    health_check: HealthCheck = HealthCheck()
    canary: Canary | None = None

    @classmethod
    def parse(cls, text: str) -> "Service":
        """Fields it does not know are left alone: the catalogue may be newer than this agent."""
        entry = parse_json(text, dict)
        service = cls(
            name=field(entry, "name", str),
            host=check_host(field(entry, "host", str)),
            path=field(entry, "path", str),
            port=check_port(field(entry, "port", int)),
            version=_optional(entry, "version", str) or "",
            health_check=HealthCheck.of(_optional(entry, "health_check", dict) or {}),
            canary=Canary.of(canary) if (canary := _optional(entry, "canary", dict)) else None,
        )
        if not _NAME.fullmatch(service.name):
            raise Unusable(f"name: {service.name!r:.80} does not match {_NAME.pattern}")
        if not _PATH.fullmatch(service.path) or _DOTS.search(service.path):
            raise Unusable(f"path: {service.path!r:.80} is not a plain path such as /orders")
        if service.path == OWN_PATH or service.path.startswith(OWN_PATH + "/"):
            raise Unusable(f"path: {OWN_PATH} is the door's own")
        return service


def _optional(entry: Mapping[str, Any], name: str, kind: type) -> Any:
    """None for what is absent or null, as the catalogue writes what a service does not have."""
    return None if entry.get(name) is None else field(entry, name, kind)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    link: Link
    services: tuple[Service, ...]


def read_catalogue(root: str, parameters: Mapping[str, str], sieve: Sieve) -> Catalogue:
    """Raises Unusable without a link. Of two services with one host or path, the first by name is served."""
    link = sieve.require(f"{root}/link", Link.parse)
    prefix = f"{root}/services/"
    services: list[Service] = []
    taken: dict[str, str] = {}
    for parameter in sorted(name for name in parameters if name.startswith(prefix)):
        service = sieve.take(parameter, Service.parse)
        if service is None:
            continue
        if service.name != parameter.removeprefix(prefix):
            sieve.skip(parameter, f"name: {service.name!r} is not the parameter's")
            continue
        clash = next((claim for claim in (service.host, service.path) if claim in taken), None)
        if clash:
            sieve.skip(parameter, f"{clash} is already the service {taken[clash]}'s")
            continue
        taken |= {service.host: service.name, service.path: service.name}
        services.append(_with_canary(service, root, parameters, sieve))
    return Catalogue(link=link, services=tuple(services))


def _with_canary(service: Service, root: str, parameters: Mapping[str, str], sieve: Sieve) -> Service:
    """A canary's own parameter, written while its plan runs, is newer than what the service's entry says of it."""
    name = f"{root}/canaries/{service.name}"
    canary = sieve.take(name, Canary.parse) if name in parameters else None
    return replace(service, canary=canary) if canary else service
