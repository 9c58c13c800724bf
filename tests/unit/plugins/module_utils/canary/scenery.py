"""A world for a canary that holds nothing but numbers: effects take a moment, and whoever acts may be killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.canary import machine, moves
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.serial import state_of, state_text
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.walk import Walk

OLD, NEW = "shop/orders:1.0", "shop/orders:2.0"
BEFORE, AFTER = "orders-stable:1", "orders-stable:2"
PASS = m.Judgement(verdict="pass", why="error_rate: 0 % <= 1")


def a_plan(*weights: float, **more: Any) -> m.CanaryPlan:
    of_step = {key: more.pop(key) for key in ("gate", "bake", "timeout") if key in more}
    steps = tuple(m.Step(weight=weight, **{"bake": 60, "timeout": 60, **of_step}) for weight in weights or (5, 50, 100))
    return m.CanaryPlan(steps=steps, **{"interval": 20, "settle": 10, "start_timeout": 100, **more})


def a_state(phase: str = m.BAKING, **more: Any) -> m.State:
    facts = {
        "number": 1,
        "plan": a_plan(),
        "image": NEW,
        "by": "alice",
        "why": "",
        "at": 0.0,
        "since": 0.0,
        "weights": {"stable": 95, "canary": 5},
        "moved_at": 0.0,
        "stable_before": BEFORE,
        "replaced": OLD,
    }
    return m.State(phase=phase, **{**facts, **more})


def a_task_set(**more: Any) -> m.TaskSet:
    whole = {"definition": BEFORE, "image": OLD, "desired": 2, "running": 2, "healthy": 2, "steady": True}
    return m.TaskSet(**{**whole, **more})


def seen(**more: Any) -> m.Seen:
    facts = {
        "now": 10.0,
        "weights": {"stable": 95, "canary": 5},
        "stable": a_task_set(),
        "canary": a_task_set(definition="orders-canary:1", image=NEW),
        "held": True,
        "judgement": PASS,
    }
    return m.Seen(**{**facts, **more})


class Killed(BaseException):
    """kill -9: nothing that the process has in mind is left."""


@dataclass
class World:
    """All ports of a walk at once. `dies_at` counts what is done to the world or written down."""

    verdicts: Callable[[float], m.Judgement] = lambda _share: PASS
    crashes: bool = False
    stable_takes_it: bool = True
    now: float = 0.0
    text: str = ""
    weights: dict[str, int] = field(default_factory=lambda: {"stable": 100, "canary": 0})
    stable: m.TaskSet = field(default_factory=a_task_set)
    canary: m.TaskSet | None = None
    held: bool = False
    order: m.Order | None = None
    went: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    shown: list[tuple[str, int]] = field(default_factory=list)
    dies_at: int | None = None
    deeds: int = 0
    refuses: set[str] = field(default_factory=set)

    def say(self, line: str) -> None:
        self.said.append(line)

    # The clock

    def wall(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self._go_on()

    def keep(self) -> None: ...

    def _go_on(self) -> None:
        """What was asked for comes about."""
        if self.canary and not self.crashes:
            self.canary = _settled(self.canary)
        elif self.canary and self.canary.desired:
            self.canary = replace(self.canary, failure="2 tasks have stopped", healthy=0, steady=False)
        self.stable = _settled(self.stable)

    # The book

    def write(self, state: m.State) -> None:
        self._deed(lambda: setattr(self, "text", state_text(state)))

    def state(self) -> m.State:
        return state_of(self.text, "here")

    def read_order(self) -> m.Order | None:
        return self.order

    def forget_order(self) -> None:
        self.order = None

    # The ground

    def look(self, state: m.State, now: float) -> m.Seen:
        share = self.weights["canary"]
        judged = state.phase in (m.BAKING, m.WAITING, m.PROMOTING)
        return m.Seen(
            now=now,
            weights=dict(self.weights),
            stable=self.stable,
            canary=self.canary,
            held=self.held,
            judgement=self.verdicts(share) if judged else None,
        )

    def act(self, effect: str, state: m.State, values: dict[str, Any]) -> None:
        self._deed(lambda: getattr(self, f"_{effect}")(state, values))

    def _deed(self, do: Callable[[], None]) -> None:
        """Killed before it, or right after it: twice as many moments as deeds."""
        for moment in (0, 1):
            if self.dies_at == 2 * self.deeds + moment:
                self.dies_at = None
                raise Killed
            if moment == 0:
                do()
        self.deeds += 1

    def _hold(self, _state, _values) -> None:
        self.held = True

    def _make(self, state, _values) -> None:
        image = state.image
        self.canary = m.TaskSet(definition=f"canary of {image}", image=image, desired=1, waits_for="0 of 1 run")

    def _scale(self, _state, values) -> None:
        variant = values["variant"]
        setattr(self, variant, replace(getattr(self, variant), desired=values["count"], steady=False))

    def _shift(self, _state, values) -> None:
        self.weights = dict(values["weights"])
        self.went.append(f"{self.weights['canary']}")

    def _roll(self, _state, _values) -> None:
        if self.stable_takes_it:
            self.stable = replace(self.stable, definition=AFTER, image=NEW, steady=False, healthy=1)

    def _restore(self, _state, _values) -> None:
        self.stable = replace(self.stable, definition=BEFORE, image=OLD, steady=False, healthy=1)

    def _drain(self, _state, _values) -> None:
        self.canary = replace(self.canary, desired=0)

    def _release(self, _state, _values) -> None:
        self.held = False

    # The bells

    def has(self, _event: str) -> bool:
        return True

    def call(self, event: str, _state: m.State) -> tuple[str, str]:
        self.told.append(f"? {event}")
        return ("said no", m.PAUSED) if event in self.refuses else ("", "")

    def tell(self, event: str, _state: m.State) -> None:
        self.told.append(event)

    def show(self, state: m.State) -> None:
        self.shown.append((state.phase, state.weights["canary"]))

    # The caller

    def begin(self, plan: m.CanaryPlan, **more: Any) -> m.State:
        state = a_state(m.PREPARING, plan=plan, weights=dict(self.weights), moved_at=None, since=self.now, **more)
        self.text = state_text(state)
        return state

    def walk(self, action: str, force: bool = False) -> m.State:
        """What a call of the module does with the state that it finds."""
        state = self.state()
        ports = {"ground": self, "book": self, "bells": self, "time": self}
        walk = Walk(**ports, wall=self.wall, by="bob", say=self.say)
        if action == m.ROLLBACK and not state.ended and state.phase != m.ROLLING_BACK:
            state = walk.enter(state, moves.To(phase=m.ROLLING_BACK, why="bob says so"))
        elif action == m.PAUSE and state.phase in m.OPEN:
            return walk.enter(state, moves.To(phase=m.PAUSED, why="bob says so"))
        elif state.phase == m.PAUSED:
            state = walk.enter(state, machine.resume(state, self.weights))
        return walk.go(state, machine.Goal(action=action, step=state.step, force=force))


def _settled(there: m.TaskSet) -> m.TaskSet:
    return replace(there, running=there.desired, healthy=there.desired, steady=True, waits_for="")
