# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who may go about a thing, a canary or a side: at most one. Pure; PRIVATE to the collection; stdlib only.

Parameter Store has no compare-and-set; what it does atomically is to create a name that nobody has. So each lock is a
name with a number, and never taken over: whoever finds the highest one free, or expired, creates the next. Of two that
do, one is told ParameterAlreadyExists. A canary's numbers are never used twice: the highest stays where it is when it
is let go of. A run's goes then, so that nothing is left of it. How old a lock is, AWS's clock says
(docs/decisions/0019-a-lock-is-a-number.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError


@dataclass(frozen=True, kw_only=True)
class Holder:
    """`token` tells two runs of one person apart."""

    by: str
    action: str
    token: str


@dataclass(frozen=True, kw_only=True)
class Lock:
    """`age` is the time since its holder has last said that it is there; `version` counts how often it did."""

    number: int
    holder: Holder | None
    seconds: float
    age: float
    version: int

    @property
    def free(self) -> bool:
        return self.holder is None or self.age > self.seconds


class HeldError(PrivateLinkError):
    """Somebody else is at it, and alive."""

    def __init__(self, what: str, holder: Holder, advice: str) -> None:
        self.holder = holder
        found = f"{holder.by} is at it ({holder.action})"
        super().__init__(where=what, found=found, allowed="one at a time", remedy=advice)


class LostError(PrivateLinkError):
    """Nobody may rely on us any more: we were away for too long."""

    def __init__(self, what: str) -> None:
        super().__init__(
            where=what,
            found="the lock is no longer ours, we were away for too long",
            remedy="whoever has it goes on; otherwise run again",
        )


def newest(locks: Iterable[Lock]) -> Lock | None:
    return max(locks, key=lambda lock: lock.number, default=None)


def lock_text(holder: Holder | None, seconds: float) -> str:
    told = {"seconds": seconds, **(vars(holder) if holder else {})}
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def lock_of(number: int, text: str, age: float, version: int) -> Lock:
    """A text that nobody can read is held by nobody, once it is old: it does not stop anybody for good."""
    try:
        told = json.loads(text)
        holder = Holder(by=told["by"], action=told["action"], token=told["token"]) if "token" in told else None
        return Lock(number=number, holder=holder, seconds=float(told["seconds"]), age=age, version=version)
    except (ValueError, TypeError, KeyError):
        unknown = Holder(by="somebody", action="unreadable", token="")
        return Lock(number=number, holder=unknown, seconds=60.0, age=age, version=version)
