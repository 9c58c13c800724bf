"""The token bucket: what AWS says it throttles with.

https://en.wikipedia.org/wiki/Token_bucket
"""

from __future__ import annotations

from rig.control.throttling.limits import Limit


class Bucket:
    """Full at first. Tokens come back as time goes by, up to its capacity."""

    def __init__(self, limit: Limit, now: float) -> None:
        self._limit = limit
        self._tokens = limit.capacity
        self._at = now

    def tokens(self, now: float) -> float:
        return min(self._limit.capacity, self._tokens + (now - self._at) * self._limit.refill)

    def take(self, now: float) -> None:
        self._tokens, self._at = self.tokens(now) - 1, now
