"""A service's canary, as the door's page tells it. The weights themselves lie in the load balancer's rule."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..sieve import Unusable, field, parse_json

_STATE = re.compile(r"[a-z][a-z_]{0,31}")


@dataclass(frozen=True, kw_only=True, order=True)
class Canary:
    """`weight` is the percentage of requests it gets. `state` is the plan's word for where it is, "" without a plan."""

    version: str
    weight: float
    state: str = ""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Canary":
        weight = entry.get("weight")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 100:
            raise Unusable(f"weight: {weight!r:.80} is not a percentage (0-100)")
        canary = cls(version=field(entry, "version", str), weight=weight, state=field(entry, "state", str, default=""))
        if canary.state and not _STATE.fullmatch(canary.state):
            raise Unusable(f"state: {canary.state!r:.80} does not match {_STATE.pattern}")
        return canary

    @classmethod
    def parse(cls, text: str) -> "Canary":
        return cls.of(parse_json(text, dict))
