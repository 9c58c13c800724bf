# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A token bucket that learns from refusals. Pure; PRIVATE to the collection; stdlib only.

Between any two moments no more tokens are taken than the bucket holds, and what refills it in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SLOWEST = 1 / 16  # of the refill AWS documents: what is left to us when others use up the rest
RECOVERY = 1 / 50  # of it comes back with each call that AWS lets through


@dataclass(kw_only=True)
class Bucket:
    """`full_at`: when it will be full again, if nobody takes anything more."""

    capacity: float
    refill: float  # tokens a second
    full_at: float = 0.0
    _pace: float = field(init=False)
    _slowed_at: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self._pace = self.refill

    def turn(self, now: float) -> float:
        """The earliest moment at which there is a token."""
        return max(now, self.full_at - (self.capacity - 1) / self._pace)

    def take(self, at: float) -> None:
        """Take one, at the moment that `turn` has named or later."""
        self.full_at = max(self.full_at, at) + 1 / self._pace

    def found_empty(self, now: float, asked_at: float) -> None:
        """AWS says that it is: others draw on it too. From now on at half the pace.

        Calls that were on their way together are refused together, which says one thing only.
        """
        if asked_at >= self._slowed_at:
            self._slowed_at = now
            self._set_pace(now, max(self._pace / 2, self.refill * SLOWEST))
        self.full_at = max(self.full_at, now + self.capacity / self._pace)

    def let_through(self, now: float) -> None:
        """AWS had a token for us."""
        if self._pace < self.refill:
            self._set_pace(now, min(self.refill, self._pace + self.refill * RECOVERY))

    def _set_pace(self, now: float, pace: float) -> None:
        """What is missing stays missing, and comes back at the new pace."""
        self.full_at = now + max(0.0, self.full_at - now) * self._pace / pace
        self._pace = pace
