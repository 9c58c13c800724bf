# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What may come next of a canary. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What is done to the world. Each may be done again without harm, for whoever does it may be killed.
HOLD = "hold"  # site.yml leaves the task sets alone from now on
MAKE = "make"  # the canary's task set, with the plan's image
SCALE = "scale"  # a variant, to as many tasks as its share of the requests wants
SHIFT = "shift"  # the weights
ROLL = "roll"  # stable, to what the canary runs
RESTORE = "restore"  # stable, to what it ran before
DRAIN = "drain"  # the canary, to no tasks
RELEASE = "release"  # site.yml has its task sets again
CALL = "call"  # the webhooks of an event that may hold the plan up

# When webhooks are called: these may hold the plan up, ...
BEFORE_STEP, AFTER_STEP, BEFORE_PROMOTION = "before_step", "after_step", "before_promotion"
GATES = (BEFORE_STEP, AFTER_STEP, BEFORE_PROMOTION)
# ... and these only tell.
STARTED, MOVED, WAITS, PAUSES, RETURNS, GOES_BACK, IS_PROMOTED, WENT_BACK = (
    "started",
    "moved",
    "waiting",
    "paused",
    "returning",
    "rolling_back",
    "promoted",
    "rolled_back",
)
NEWS = (STARTED, MOVED, WAITS, PAUSES, RETURNS, GOES_BACK, IS_PROMOTED, WENT_BACK)


class Move:
    """What comes next: one of these."""


@dataclass(frozen=True, kw_only=True)
class To(Move):
    """The plan is somewhere else from now on, or knows more."""

    phase: str
    why: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Act(Move):
    """Something is done, after the facts were written down."""

    effect: str
    line: str
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Wait(Move):
    """Nothing but time can help."""

    seconds: float
    line: str


@dataclass(frozen=True, kw_only=True)
class Rest(Move):
    """What was asked for is reached."""

    line: str


@dataclass(frozen=True, kw_only=True)
class Stuck(Move):
    """It does not go on by itself; the next call takes it up from here."""

    line: str
    remedy: str
