"""Bad versions on demand: the tag of a stock image, or its environment, says what is wrong with it. Pure.

Words in the tag, each after a "-", or in RESPONDER_FAULTS: fails-3 (3 % of the requests answer 500), slow-3 (three
times as long), unhealthy (so it says when its health is checked), crashes (exits with 1 before it listens).
RESPONSE_SECONDS is how long a good version thinks about a request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_FAILS = re.compile(r"\bfails-(\d+(\.\d+)?)\b")
_SLOW = re.compile(r"\bslow-(\d+(\.\d+)?)\b")
# What a slow version takes three times of, where the environment does not say how long a good one takes.
_SOME_SECONDS = 0.01


@dataclass(frozen=True, kw_only=True)
class Faults:
    fails_percent: float = 0.0
    seconds: float = 0.0
    unhealthy: bool = False
    crashes: bool = False

    @classmethod
    def of(cls, version: str, environment: Mapping[str, str]) -> Faults:
        words = f"{version} {environment.get('RESPONDER_FAULTS', '')}"
        fails, slow = _FAILS.search(words), _SLOW.search(words)
        seconds = float(environment.get("RESPONSE_SECONDS") or 0)
        return cls(
            fails_percent=float(fails[1]) if fails else 0.0,
            seconds=(seconds or _SOME_SECONDS) * float(slow[1]) if slow else seconds,
            unhealthy=bool(re.search(r"\bunhealthy\b", words)),
            crashes=bool(re.search(r"\bcrashes\b", words)),
        )


class Dice:
    """Falls on failure so often of a hundred times, and not by chance."""

    def __init__(self, percent: float) -> None:
        self._percent = percent
        self._owed = 0.0

    def fails(self) -> bool:
        self._owed += self._percent
        if self._owed < 100:
            return False
        self._owed -= 100
        return True
