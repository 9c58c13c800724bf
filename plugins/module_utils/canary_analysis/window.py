# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which stretch of time is looked at, in seconds since the epoch. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

MINUTE = 60
# Periods shorter than a minute are for metrics of high resolution alone, which those of load balancers are not.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
SHORT = (1, 5, 10, 20, 30)


@dataclass(frozen=True, kw_only=True)
class Window:
    """One period of CloudWatch: [begin, end). `whole` is false while less than what was asked for has passed."""

    begin: float
    end: float
    whole: bool
    whole_at: float | None = None

    @property
    def seconds(self) -> int:
        return round(self.end - self.begin)

    def as_result(self) -> dict[str, Any]:
        return {
            "begin": moment(self.begin),
            "end": moment(self.end),
            "seconds": self.seconds,
            "whole": self.whole,
            "whole_at": None if self.whole_at is None else moment(self.whole_at),
        }


def moment(time: float) -> str:
    """2026-11-25T18:30:00Z"""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> float:
    """Of ISO 8601, in UTC where it does not say. Raises PrivateLinkError."""
    try:
        parsed = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise PrivateLinkError(where="since", found=text, allowed="a time such as 2026-11-25T18:30:00Z") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def check_seconds(seconds: int) -> int:
    if seconds in SHORT or (seconds > 0 and seconds % MINUTE == 0):
        return seconds
    raise PrivateLinkError(
        where="window", found=f"{seconds}", allowed=f"a multiple of {MINUTE}, or one of {', '.join(map(str, SHORT))}"
    )


def window(now: float, seconds: int, ignore_last: float, since: float | None = None) -> Window | None:
    """The last whole periods of which data can have arrived, none of it from before `since`. None while there are none.

    Load balancers publish by the minute, and CloudWatch shows that some time after: what is too young would look
    like a minute with few requests, or with none.
    """
    grain = seconds if seconds < MINUTE else MINUTE
    end = math.floor((now - ignore_last) / grain) * grain
    begin = end - seconds
    if since is None:
        return Window(begin=begin, end=end, whole=True)
    first = math.ceil(since / grain) * grain
    whole_at = first + seconds + ignore_last
    if first >= end:
        return None
    return Window(begin=max(begin, first), end=end, whole=begin >= first, whole_at=whole_at)


def first_window_at(seconds: int, ignore_last: float, since: float) -> float:
    """When there is anything to look at."""
    grain = seconds if seconds < MINUTE else MINUTE
    return math.ceil(since / grain) * grain + grain + ignore_last
