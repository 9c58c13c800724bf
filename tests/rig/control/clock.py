"""Time in the emulated cloud, and what is due to happen in it.

Nothing here runs by itself: `run_due` is called, under the lock, before every API
request and every snapshot, so a state changes exactly when somebody could see it.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from typing import Protocol


class Source(Protocol):
    def __call__(self) -> float: ...


class ManualTime:
    """A time source for tests: it stands still until told to advance, by any thread."""

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


_source: Source = time.monotonic
_epoch = time.time() - time.monotonic()  # what to add for the time of day
_due: list[tuple[float, int, Callable[[], None]]] = []
_order = itertools.count()
_moment: float | None = None  # the time at which the action that runs was due


def use(source: Source) -> None:
    """Read time from `source` from now on, and forget what was due."""
    global _source, _epoch
    _source, _epoch = source, time.time() - source()
    _due.clear()


def now() -> float:
    """The time; inside an action, the time for which it was called, however late that is."""
    return _source() if _moment is None else _moment


def wall() -> float:
    """The time of day of `now`, in seconds since the epoch."""
    return _epoch + now()


def call_later(seconds: float, action: Callable[[], None]) -> None:
    """Run `action` once `seconds` have passed; at once when there is nothing to wait for."""
    if seconds <= 0:
        action()
        return
    heapq.heappush(_due, (now() + seconds, next(_order), action))


def run_due() -> bool:
    """Run whatever is due, in order, and what that makes due. True when anything was."""
    global _moment
    until, ran = _source(), False
    try:
        while _due and _due[0][0] <= until:
            _moment, _turn, action = heapq.heappop(_due)
            action()
            ran = True
    finally:
        _moment = None
    return ran


def reset() -> None:
    _due.clear()
