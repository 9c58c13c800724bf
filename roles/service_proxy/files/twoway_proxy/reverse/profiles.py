"""Egress profiles: each has a port, and the external APIs that may be reached there; nothing else in the world."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..names import check_hosts, check_port
from ..sieve import Sieve, Unusable, field, parse_json
from ..web import HEALTH_PORT
from . import resolver

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TAKEN = (HEALTH_PORT, resolver.PORT)


@dataclass(frozen=True, kw_only=True)
class Destination:
    """`host` is a name, or *. and one. With `plain_http` requests are carried, else tunnels with TLS in them."""

    name: str
    host: str
    ports: tuple[int, ...]
    plain_http: bool = False

    @classmethod
    def parse(cls, entry: Any) -> "Destination":
        if not isinstance(entry, dict):
            raise Unusable(f"{entry!r:.80} is not an object")
        name = field(entry, "name", str)
        if not _NAME.fullmatch(name):
            raise Unusable(f"name: {name!r:.80} does not match {_NAME.pattern}")
        ports = field(entry, "ports", list)
        if not ports or not all(isinstance(port, int) and not isinstance(port, bool) for port in ports):
            raise Unusable(f"ports: {ports!r:.80} is not a list of ports")
        return cls(
            name=name,
            host=check_hosts(field(entry, "host", str)),
            ports=tuple(sorted({check_port(port) for port in ports})),
            plain_http=field(entry, "plain_http", bool, False),
        )


@dataclass(frozen=True, kw_only=True)
class Profile:
    port: int
    services: tuple[str, ...] = ()
    destinations: tuple[Destination, ...]
    problems: tuple[str, ...] = ()

    @classmethod
    def parse(cls, port: int, text: str) -> "Profile":
        """A bad entry opens nothing and is told in `problems`; only a text that is no profile raises Unusable."""
        given = parse_json(text, dict)
        destinations: list[Destination] = []
        problems: list[str] = []
        for index, entry in enumerate(field(given, "destinations", list)):
            try:
                destinations.append(_fitting(Destination.parse(entry), destinations))
            except Unusable as problem:
                problems.append(f"destinations[{index}].{problem}")
        services = tuple(str(name) for name in field(given, "services", list, []))
        return cls(port=port, services=services, destinations=tuple(destinations), problems=tuple(problems))


def _fitting(one: Destination, others: list[Destination]) -> Destination:
    """Raises Unusable for what says something again, or says it otherwise."""
    for other in others:
        if other.name == one.name:
            raise Unusable(f"name: {one.name!r} is used twice")
        if other.host == one.host and set(other.ports) & set(one.ports):
            raise Unusable(f"ports: {one.host} has one of them in {other.name!r} already")
    return one


def read_profiles(path: str, read: Mapping[str, str], sieve: Sieve) -> tuple[Profile, ...]:
    """Those that can be used, in the order of their ports. A bad one harms no other."""
    found = []
    for name in sorted(name for name in read if name.startswith(f"{path}/")):
        port = _port(name.removeprefix(f"{path}/"))
        if port is None:
            sieve.skip(name, "its name is no port that a profile may have")
            continue
        profile = sieve.take(name, lambda text, port=port: Profile.parse(port, text))  # type: ignore[misc]
        if profile:
            found.append(profile)
            for problem in profile.problems:
                sieve.skip(name, problem)
    return tuple(sorted(found, key=lambda profile: profile.port))


def _port(text: str) -> int | None:
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text) or int(text) > 65535 or int(text) in _TAKEN:
        return None
    return int(text)
