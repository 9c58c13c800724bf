# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A canary's plan and how far it is. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import CANARY, STABLE
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_containers import version_of

# What somebody asks for.
START, ANALYSE, STEP, RUN, PAUSE, PROMOTE, ROLLBACK = (
    "start",
    "analyse",
    "step",
    "run",
    "pause",
    "promote",
    "rollback",
)
ACTIONS = (START, ANALYSE, STEP, RUN, PAUSE, PROMOTE, ROLLBACK)

# Where a plan is.
PREPARING = "preparing"  # the canary's tasks are made; it gets no requests
MOVING = "moving"  # the weights of a step are on their way
BAKING = "baking"  # the weights of a step are live, and what comes of them is looked at
WAITING = "waiting"  # a step has passed, and somebody has to say that it goes on
PAUSED = "paused"  # something has to be looked into; the weights stay
PROMOTING = "promoting"  # the canary gets everything, and stable becomes what the canary is
RETURNING = "returning"  # stable gets everything again, and the canary drains
ROLLING_BACK = "rolling_back"
PROMOTED, ROLLED_BACK = "promoted", "rolled_back"
ENDS = (PROMOTED, ROLLED_BACK)
# Where a person may step in without undoing anything.
OPEN = (PREPARING, MOVING, BAKING, WAITING, PAUSED)

NOBODY = {STABLE: 0, CANARY: 0}


@dataclass(frozen=True, kw_only=True)
class Step:
    """`weight` is a percentage of the requests. `checks` are as canary_analysis takes them."""

    weight: float
    bake: float
    timeout: float
    gate: bool = False
    checks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class CanaryPlan:
    """The last step's weight is 100. `gate` wants a word before the promotion, too."""

    steps: tuple[Step, ...]
    abort_on: tuple[Mapping[str, Any], ...] = ()
    interval: float = 30.0
    window: int = 300
    ignore_last: float = 120.0
    min_healthy: int = 1
    scale: bool = True
    start_timeout: float = 600.0
    settle: float = 30.0

    @property
    def last(self) -> int:
        return len(self.steps) - 1


@dataclass(frozen=True, kw_only=True)
class State:
    """All that the next call must know, whoever makes it. It is written before what it tells of is done.

    `number` counts the plans of a service. `weights` are those that this plan has set last, or found at its start;
    `expected` those that it found when it began to move them. `since` is when the phase began, `moved_at` when the
    weights of the step were live. `stable_before` is the task definition to go back to, once stable was `rolled`;
    `rolls` counts how often that was tried. `tasks` is how many stable had when it had all requests: while the canary
    takes them over, AWS may scale stable in. `ticket` is what the plan belongs to, if anything.
    """

    number: int
    plan: CanaryPlan
    image: str
    phase: str
    by: str
    why: str
    at: float
    since: float
    step: int = 0
    moved_at: float | None = None
    weights: Mapping[str, int] = field(default_factory=lambda: dict(NOBODY))
    expected: Mapping[str, int] = field(default_factory=lambda: dict(NOBODY))
    replaced: str = ""
    stable_before: str = ""
    rolls: int = 0
    rolled: bool = False
    heard: tuple[str, ...] = ()
    verdict: Mapping[str, Any] | None = None
    reason: str = ""
    ticket: str = ""
    tasks: int = 0

    @property
    def version(self) -> str:
        return version_of(self.image)

    @property
    def ended(self) -> bool:
        return self.phase in ENDS

    @property
    def current(self) -> Step:
        return self.plan.steps[self.step]

    @property
    def is_last(self) -> bool:
        return self.step == self.plan.last


@dataclass(frozen=True, kw_only=True)
class TaskSet:
    """One variant's ECS service and target group, as they are. `failure` says why it will not become steady."""

    definition: str = ""
    image: str = ""
    desired: int = 0
    running: int = 0
    healthy: int = 0
    steady: bool = False
    failure: str = ""
    waits_for: str = ""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What CloudWatch says: of the step's checks, and of the conditions that end the plan."""

    verdict: str
    why: str
    abort: str = ""
    checks: tuple[Mapping[str, Any], ...] = ()

    def as_record(self) -> dict[str, Any]:
        return {"verdict": self.verdict, "why": self.why, "checks": list(self.checks)}


@dataclass(frozen=True, kw_only=True)
class Order:
    """What somebody asks of whoever holds the lock."""

    action: str
    by: str
    number: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What there is at one moment. `canary` is None when it has no task set, `judgement` where none was asked for."""

    now: float
    weights: Mapping[str, int]
    stable: TaskSet
    canary: TaskSet | None = None
    sticky: bool = False
    held: bool = False
    judgement: Judgement | None = None
    order: Order | None = None
