# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What comes next of a canary: from what was written down and what there is. Pure; PRIVATE; stdlib only.

Nothing is remembered between two moves but the state: whoever is killed after a move, the next call makes the
same one. An effect is asked for as long as its outcome is not seen, never because of what was done before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.twoway.privatelink.plugins.module_utils.canary import machine_end, moves
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.moves import Act, Move, Rest, To, Wait
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.shares import needed_tasks, step_weights
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import FAIL, PASS
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import words
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import CANARY

SOON = 2.0  # seconds between two looks at what is on its way


@dataclass(frozen=True, kw_only=True)
class Goal:
    """How far to go. `step` is where the plan was when that was said; `force` goes on without proof, not against it."""

    action: str
    step: int = -1
    force: bool = False


def next_move(state: m.State, seen: m.Seen, goal: Goal) -> Move:
    obeyed = _obey(state, seen)
    if obeyed:
        return obeyed
    phases = {
        m.PREPARING: _preparing,
        m.MOVING: _moving,
        m.BAKING: _baking,
        m.WAITING: _waiting,
        m.PROMOTING: machine_end.promoting,
        m.RETURNING: machine_end.returning,
        m.ROLLING_BACK: machine_end.rolling_back,
    }
    return phases[state.phase](state, seen, goal) if state.phase in phases else Rest(line=state.why)


def resume(state: m.State, weights: Mapping[str, int]) -> To:
    """Out of a pause: what was set is verified anew, and proved anew, whatever the weights are now."""
    begun = state.step > 0 or state.moved_at is not None
    facts = {"expected": dict(weights)}
    return To(phase=m.MOVING if begun else m.PREPARING, why="goes on", facts=facts)


def _obey(state: m.State, seen: m.Seen) -> Move | None:
    order = seen.order
    if order is None or order.number != state.number:
        return None
    said = f"{order.by} asked for it" + (f": {order.reason}" if order.reason else "")
    if order.action == m.ROLLBACK and state.phase in (*m.OPEN, m.PROMOTING, m.RETURNING):
        return To(phase=m.ROLLING_BACK, why=said)
    if order.action == m.PAUSE and state.phase in m.OPEN and state.phase != m.PAUSED:
        return To(phase=m.PAUSED, why=said)
    return None


def _sick(seen: m.Seen) -> str:
    """Why the canary cannot go on, whatever its numbers say; or ""."""
    if seen.canary is None:
        return "the canary's task set is gone"
    return seen.canary.failure


def _preparing(state: m.State, seen: m.Seen, _goal: Goal) -> Move:
    canary = seen.canary
    if not seen.held:
        return Act(effect=moves.HOLD, line="site.yml is to leave the task sets alone")
    if canary is None or canary.image != state.image or not canary.desired:
        if seen.weights[CANARY]:
            none = step_weights(0)
            return Act(effect=moves.SHIFT, line="no requests for another image", values={"weights": none})
        return Act(effect=moves.MAKE, line=f"the canary's tasks, with {state.version}")
    if canary.failure:
        return To(phase=m.ROLLING_BACK, why=f"the canary does not start: {canary.failure}")
    if canary.steady and canary.healthy >= max(1, state.plan.min_healthy):
        return To(phase=m.MOVING, why=f"{canary.healthy} healthy", facts={"step": 0, "expected": dict(seen.weights)})
    if seen.now - state.since >= state.plan.start_timeout:
        why = f"not healthy within {state.plan.start_timeout:g} s: {canary.waits_for or f'{canary.healthy} healthy'}"
        return To(phase=m.ROLLING_BACK, why=why)
    return Wait(seconds=SOON, line=f"the canary starts: {canary.waits_for or f'{canary.healthy} healthy targets'}")


def _moving(state: m.State, seen: m.Seen, _goal: Goal) -> Move:
    step, wanted = state.current, step_weights(state.current.weight)
    sick = _sick(seen)
    if sick:
        return To(phase=m.ROLLING_BACK, why=sick)
    if dict(seen.weights) == wanted and _heard(state, moves.BEFORE_STEP):
        return To(
            phase=m.BAKING,
            why=f"{step.weight:g} % go to the canary",
            facts={"weights": wanted, "moved_at": seen.now, "verdict": None},
        )
    if dict(seen.weights) not in (dict(state.expected), wanted):
        return To(phase=m.PAUSED, why=_moved_by_others(state.expected, seen.weights))
    if not _heard(state, moves.BEFORE_STEP):
        return _call(state, moves.BEFORE_STEP)
    needed = needed_tasks(state, seen.stable.desired, step.weight)
    if seen.canary.desired < needed:
        values = {"variant": CANARY, "count": needed}
        return Act(effect=moves.SCALE, line=f"{needed} tasks for {step.weight:g} % of the requests", values=values)
    if seen.canary.healthy < max(needed, state.plan.min_healthy):
        line = f"{seen.canary.healthy} of {needed} tasks of the canary are healthy"
        if seen.now - state.since >= state.plan.start_timeout:
            return To(phase=m.PAUSED, why=f"{line}, after {state.plan.start_timeout:g} s")
        return Wait(seconds=SOON, line=line)
    values = {"weights": wanted, "expected": dict(state.expected)}
    return Act(effect=moves.SHIFT, line=f"{words(seen.weights)} -> {words(wanted)}", values=values)


def _baking(state: m.State, seen: m.Seen, goal: Goal) -> Move:
    trouble = _trouble(state, seen)
    if trouble:
        return trouble
    if reached(state, goal):
        return Rest(line=state.why)
    step, baked = state.current, seen.now - (state.moved_at or state.since)
    told = seen.judgement or m.Judgement(verdict=PASS, why="no checks")
    line = f"{step.weight:g} %, {baked:.0f} of {step.bake:g} s: {told.why}"
    if goal.force:
        return _passed(state, seen, goal, "went on by force")
    if baked < step.bake:
        return Wait(seconds=min(state.plan.interval, step.bake - baked), line=line)
    if told.verdict == PASS:
        return _passed(state, seen, goal, told.why)
    if baked < step.bake + step.timeout:
        return Wait(seconds=min(state.plan.interval, step.bake + step.timeout - baked), line=line)
    return To(phase=m.PAUSED, why=f"not known to be good at {step.weight:g} %: {told.why}", facts=_proof(seen))


def _trouble(state: m.State, seen: m.Seen) -> Move | None:
    """What ends a step before its time: without the canary, with other weights than ours, or by its numbers."""
    facts = _proof(seen)
    sick = _sick(seen) or ("" if seen.canary.healthy else "no healthy task of the canary")
    if sick:
        return To(phase=m.ROLLING_BACK, why=sick, facts=facts)
    if dict(seen.weights) != dict(state.weights):
        return To(phase=m.PAUSED, why=_moved_by_others(state.weights, seen.weights))
    told = seen.judgement
    if told and told.abort:
        return To(phase=m.ROLLING_BACK, why=f"to be aborted on {told.abort}", facts=facts)
    if told and told.verdict == FAIL:
        return To(phase=m.ROLLING_BACK, why=told.why, facts=facts)
    return None


def _passed(state: m.State, seen: m.Seen, goal: Goal, why: str) -> Move:
    facts = _proof(seen)
    if not _heard(state, moves.AFTER_STEP):
        return _call(state, moves.AFTER_STEP)
    is_through = state.is_last and goal.action not in (m.RUN, m.PROMOTE)
    if goal.action == m.ANALYSE or state.current.gate or is_through:
        return To(phase=m.WAITING, why=f"{state.current.weight:g} % passed: {why}", facts=facts)
    return _onward(state, seen, goal, why)


def _waiting(state: m.State, seen: m.Seen, goal: Goal) -> Move:
    """A word lets it go on; numbers that have gone bad meanwhile do not."""
    trouble = _trouble(state, seen)
    if trouble:
        return trouble
    if goal.action == m.STEP and not state.is_last and goal.step == state.step:
        return _onward(state, seen, goal, "let on")
    if goal.action == m.PROMOTE and (state.is_last or goal.force):
        return _onward(state, seen, goal, "let on")
    if goal.action == m.RUN and not state.current.gate:
        return _onward(state, seen, goal, state.why)
    return Rest(line=state.why)


def _onward(state: m.State, seen: m.Seen, goal: Goal, why: str) -> To:
    facts = _proof(seen)
    if state.is_last:
        return To(phase=m.PROMOTING, why=why, facts={**facts, "rolls": 0})
    step = state.plan.last if goal.action == m.PROMOTE else state.step + 1
    return To(phase=m.MOVING, why=why, facts={**facts, "step": step, "expected": dict(seen.weights)})


def reached(state: m.State, goal: Goal) -> bool:
    """Whether the weights that were asked for are live."""
    if goal.action == m.START:
        return True
    return goal.action == m.STEP and state.step > goal.step


def _heard(state: m.State, event: str) -> bool:
    return moment_of(state, event) in state.heard


def moment_of(state: m.State, event: str) -> str:
    """An event of a step happens once for each step."""
    return f"{event} {state.step}"


def _call(state: m.State, event: str) -> Act:
    return Act(effect=moves.CALL, line=f"webhooks {event.replace('_', ' ')}", values={"event": event})


def _proof(seen: m.Seen) -> dict:
    return {"verdict": seen.judgement.as_record()} if seen.judgement else {}


def _moved_by_others(ours: Mapping[str, int], live: Mapping[str, int]) -> str:
    return f"somebody else has moved the weights: {words(live)} instead of {words(ours)}"
