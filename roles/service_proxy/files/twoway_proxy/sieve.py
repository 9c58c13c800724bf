"""One bad parameter harms no other: it is reported, and its last good value stays in use if there is one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


class Unusable(ValueError):
    """A value that cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True)
class Skipped:
    parameter: str
    why: str
    kept_last_good: bool = False


class Sieve:
    def __init__(self, read: Mapping[str, str], last_good: Mapping[str, str]) -> None:
        self._read = read
        self._last_good = last_good
        self.good: dict[str, str] = {}
        self.skipped: list[Skipped] = []

    def take(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The parsed value, or its last good one, or None. Raises nothing."""
        try:
            value = parse(self._read[name])
        except Unusable as problem:
            kept = self._fall_back(name, parse)
            self.skipped.append(Skipped(name, str(problem), kept is not None))
            return kept
        self.good[name] = self._read[name]
        return value

    def require(self, name: str, parse: Callable[[str], T]) -> T:
        """As take, for what the proxy cannot do without: raises Unusable when it is absent or never was good."""
        if name not in self._read:
            raise Unusable(f"{name} does not exist")
        value = self.take(name, parse)
        if value is None:
            raise Unusable(f"{name}: {self.skipped[-1].why}")
        return value

    def skip(self, name: str, why: str) -> None:
        self.skipped.append(Skipped(name, why))

    def _fall_back(self, name: str, parse: Callable[[str], T]) -> T | None:
        try:
            value = parse(self._last_good[name])
        except (KeyError, Unusable):
            return None
        self.good[name] = self._last_good[name]
        return value


def parse_json(text: str, kind: type) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Unusable(f"is not JSON ({problem})") from problem
    if not isinstance(value, kind):
        raise Unusable(f"is a JSON {type(value).__name__}, not a {kind.__name__}")
    return value


def field(entry: Mapping[str, Any], name: str, kind: type, default: Any = None) -> Any:
    """The field's value if it has the right type; a bool is no int here."""
    value = entry.get(name, default)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Unusable(f"{name}: {'missing' if value is None else f'{value!r:.80} is not a {kind.__name__}'}")
    return value
