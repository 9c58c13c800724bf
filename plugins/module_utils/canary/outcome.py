# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is told of a canary: where it is, where it would go, and when that is not what was asked for. Pure; PRIVATE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.shares import step_weights
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import moment
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import percent_of


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A service and its plan at one moment; only the state where nothing else matters."""

    state: m.State | None
    weights: Mapping[str, int] | None = None
    stable: m.TaskSet = field(default_factory=m.TaskSet)
    canary: m.TaskSet | None = None

    def as_diff(self) -> dict[str, Any]:
        state = self.state
        if state is None:
            return {}
        return {"image": state.image, "phase": state.phase, "step": state.step, "weights": dict(state.weights)}


class CanaryError(PrivateLinkError):
    """It went another way than was asked for, as a plan may. Carries where it is now."""

    def __init__(self, state: m.State, remedy: str) -> None:
        self.state = state
        found = f"{state.phase.replace('_', ' ')}, {_where(state)}: {state.why}"
        super().__init__(where=f"canary {state.image}", found=found, remedy=remedy)

    def as_failure(self) -> dict[str, Any]:
        return {**super().as_failure(), "canary": facts(self.state)}


def _where(state: m.State) -> str:
    return f"step {state.step + 1} of {len(state.plan.steps)} ({state.current.weight:g} %)"


def refuse_unwanted(action: str, state: m.State | None, begun: bool) -> None:
    """An end that was not asked for is a failure of the task: whoever waits for it shall not take it for a success."""
    if not begun or state is None:
        return
    if state.phase == m.ROLLED_BACK and action != m.ROLLBACK:
        raise CanaryError(state, "stable has every request again; mend the image and start anew")
    if state.phase == m.PAUSED and action != m.PAUSE:
        raise CanaryError(state, "the weights stay as they are: run or step goes on, rollback ends it")


def too_late(action: str, state: m.State) -> PrivateLinkError | None:
    """What somebody ordered can no longer be done."""
    late = {m.PAUSE: (m.PROMOTING, m.RETURNING, m.ROLLING_BACK, *m.ENDS), m.ROLLBACK: (m.PROMOTED,)}
    if state.phase in late.get(action, ()):
        return CanaryError(state, f"too late to {action}")
    return None


def expected(action: str, state: m.State) -> m.State:
    """Where it would be if all goes well. What an action does not say, the plan does."""
    ends = {m.RUN: m.PROMOTED, m.PROMOTE: m.PROMOTED, m.ROLLBACK: m.ROLLED_BACK}
    if action in ends:
        gate = next((i for i, step in enumerate(state.plan.steps) if i >= state.step and step.gate), None)
        if action == m.RUN and gate is not None:
            return _at(state, m.WAITING, gate)
        return replace(state, phase=ends[action], weights=step_weights(0))
    if action == m.PAUSE:
        return replace(state, phase=m.PAUSED)
    if action == m.ANALYSE:
        return _at(state, m.WAITING, state.step)
    return _at(state, m.BAKING, 0 if action == m.START else min(state.step + 1, state.plan.last))


def _at(state: m.State, phase: str, step: int) -> m.State:
    return replace(state, phase=phase, step=step, weights=step_weights(state.plan.steps[step].weight))


def way(state: m.State, after: m.State) -> str:
    """From here to there, in words."""
    left = [f"{step.weight:g}" for step in state.plan.steps[state.step : after.step + 1]]
    steps = f", {' -> '.join(left)} %" if after.phase in (m.BAKING, m.WAITING) else ""
    return f"{state.phase.replace('_', ' ')} -> {after.phase.replace('_', ' ')}{steps}"


def note(state: m.State | None) -> str:
    if state is None:
        return ""
    return f"{state.phase.replace('_', ' ')}, {_where(state)}: {state.why}"


def as_result(place: Place, state: m.State | None) -> dict[str, Any]:
    told = {"link": place.link, "side": place.side, "service": place.service}
    return {**told, **(facts(state) if state else {"phase": None})}


def facts(state: m.State) -> dict[str, Any]:
    return {
        "plan": state.number,
        "image": state.image,
        "version": state.version,
        "replaces": state.replaced,
        "phase": state.phase,
        "step": state.step + 1,
        "steps": [step.weight for step in state.plan.steps],
        "weights": dict(state.weights),
        "canary_percent": percent_of(state.weights),
        "since": moment(state.since),
        "by": state.by,
        "why": state.why,
        "reason": state.reason,
        "ticket": state.ticket,
        "verdict": dict(state.verdict) if state.verdict else None,
    }
