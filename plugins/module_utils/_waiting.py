# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Waiting on a condition, never on time alone. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError

T = TypeVar("T")

LONGEST_PAUSE = 5.0


class Clock(Protocol):
    """Time is injected, so that tests of waits take none."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether to stop waiting. `note` says what is still to come, or why it stopped before that."""

    settled: bool
    note: str = ""


def pauses(first: float = 0.25, factor: float = 1.5, longest: float = LONGEST_PAUSE) -> Iterator[float]:
    """Short at first, since most things are quick; never more than some calls a minute in the end."""
    pause = first
    while True:
        yield pause
        pause = min(pause * factor, longest)


def until_settled(
    current: T,
    *,
    read: Callable[[], T],
    judge: Callable[[T], Verdict],
    what: str,
    timeout: float,
    clock: Clock,
    longest: float = LONGEST_PAUSE,
) -> tuple[T, Verdict]:
    """Reads until `judge` says settled, or raises because it cannot be any more. Raises WaitError when time is up."""
    deadline = clock.now() + timeout
    for pause in pauses(longest=longest):
        verdict = judge(current)
        if verdict.settled:
            return current, verdict
        left = deadline - clock.now()
        if left <= 0:
            raise WaitError(
                where=what,
                found=f"after {timeout:g} s: {verdict.note}",
                remedy="run again to go on waiting, or raise wait_timeout",
            )
        clock.sleep(min(pause, left))
        current = read()
    raise AssertionError("pauses never end")
