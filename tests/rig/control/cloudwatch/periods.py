"""Periods of time as CloudWatch cuts them. Pure; times are seconds since the epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator

HIGH_RESOLUTION = (1, 5, 10, 20, 30)
MINUTE = 60


def is_valid(period: int) -> bool:
    return period in HIGH_RESOLUTION or (period > 0 and period % MINUTE == 0)


def first_start(start: float, period: int) -> float:
    """Where a request's first period begins: at the whole minute, or the even division of it for short periods.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html (StartTime)
    """
    grain = period if period < MINUTE else MINUTE
    return math.floor(start / grain) * grain


def starts(start: float, end: float, period: int) -> Iterator[float]:
    """The periods from `start` on; the last one may reach beyond `end`, which is exclusive."""
    begin = first_start(start, period)
    while begin < end:
        yield begin
        begin += period


def ended_before(now: float, period: int, count: int) -> list[float]:
    """The starts of the last `count` whole periods, oldest first."""
    last = math.floor(now / period) * period
    return [last - period * back for back in range(count, 0, -1)]
