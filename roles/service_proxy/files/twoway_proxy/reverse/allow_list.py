"""The allow list: the external APIs, and nothing else in the world."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..names import check_host, check_port
from ..sieve import Unusable, field, parse_json

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Destination:
    name: str
    host: str
    ports: tuple[int, ...]

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
            host=check_host(field(entry, "host", str)),
            ports=tuple(sorted({check_port(port) for port in ports})),
        )


@dataclass(frozen=True, kw_only=True)
class AllowList:
    destinations: tuple[Destination, ...]
    problems: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "AllowList":
        """A bad entry opens nothing and is told in `problems`; only a text that is no list at all raises Unusable."""
        destinations: dict[str, Destination] = {}
        problems = []
        for index, entry in enumerate(parse_json(text, list)):
            try:
                destination = Destination.parse(entry)
                if destination.name in destinations:
                    raise Unusable(f"name: {destination.name!r} is used twice")
                destinations[destination.name] = destination
            except Unusable as problem:
                problems.append(f"[{index}].{problem}")
        return cls(destinations=tuple(destinations.values()), problems=tuple(problems))

    def ports_by_host(self) -> dict[str, list[int]]:
        """One host may be listed under several names: their ports add up."""
        hosts: dict[str, set[int]] = {}
        for destination in self.destinations:
            hosts.setdefault(destination.host, set()).update(destination.ports)
        return {host: sorted(ports) for host, ports in sorted(hosts.items())}


def every_port(ports: Iterable[Iterable[int]]) -> list[int]:
    return sorted({port for some in ports for port in some})
