# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How a canary ends: as the new stable, or not at all. Pure; PRIVATE to the collection; stdlib only.

Weights first: whoever is to get no requests gets none before anything is taken from it.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import moves
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.moves import Act, Move, Stuck, To, Wait
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.shares import step_weights
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import CANARY, STABLE

SOON = 2.0
MOST_ROLLS = 2  # a run that was killed asks for the same again; ECS that goes back twice will a third time


def promoting(state: m.State, seen: m.Seen, _goal: Any) -> Move:
    """The canary gets everything while stable becomes what it is."""
    trouble = _trouble(state, seen)
    if trouble:
        return trouble
    if f"{moves.BEFORE_PROMOTION} {state.step}" not in state.heard:
        return Act(effect=moves.CALL, line="webhooks before promotion", values={"event": moves.BEFORE_PROMOTION})
    stable = seen.stable
    if stable.failure and state.rolls:
        return To(phase=m.PAUSED, why=f"stable does not take it: {stable.failure}")
    if stable.image != state.image:
        if state.rolls >= MOST_ROLLS:
            return To(phase=m.PAUSED, why="stable does not take it: ECS went back to what it ran before")
        facts = {"rolls": state.rolls + 1, "rolled": True}
        return Act(effect=moves.ROLL, line=f"stable rolls to {state.version}", facts=facts)
    if stable.desired < state.tasks:
        values = {"variant": STABLE, "count": state.tasks}
        return Act(effect=moves.SCALE, line=f"{state.tasks} tasks of stable, as it had before", values=values)
    if stable.steady and stable.healthy >= max(1, stable.desired):
        return To(phase=m.RETURNING, why=f"stable runs {state.version}, {stable.healthy} healthy")
    line = f"stable rolls: {stable.waits_for or f'{stable.healthy} of {stable.desired} healthy'}"
    if seen.now - state.since >= 2 * state.plan.start_timeout:
        return To(phase=m.PAUSED, why=f"{line}, after {2 * state.plan.start_timeout:g} s")
    return Wait(seconds=SOON, line=line)


def _trouble(state: m.State, seen: m.Seen) -> Move | None:
    canary, told = seen.canary, seen.judgement
    sick = "the canary's task set is gone" if canary is None else canary.failure
    if sick or not canary.healthy:
        return To(phase=m.ROLLING_BACK, why=sick or "no healthy task of the canary")
    if told and told.abort:
        return To(phase=m.ROLLING_BACK, why=f"to be aborted on {told.abort}", facts={"verdict": told.as_record()})
    if dict(seen.weights) != dict(state.weights):
        return To(phase=m.PAUSED, why="somebody else has moved the weights")
    return None


def returning(state: m.State, seen: m.Seen, _goal: Any) -> Move:
    if seen.weights[CANARY]:
        if not seen.stable.healthy:
            return _wait(state, seen, "stable has no healthy task")
        return _to_stable(seen)
    return _without_requests(state, seen) or To(phase=m.PROMOTED, why=f"stable runs {state.version}")


def rolling_back(state: m.State, seen: m.Seen, goal: Any) -> Move:
    """Stable is given its requests back as soon as it can answer them, and what it ran before after that.

    By force it is left as it is, for what it ran before may be gone.
    """
    is_other = state.rolled and not goal.force and seen.stable.definition != state.stable_before
    if seen.weights[CANARY]:
        if seen.stable.healthy:
            return _to_stable(seen)
        if is_other:
            return Act(effect=moves.RESTORE, line="stable goes back to what it ran before")
        return _wait(state, seen, "stable has no healthy task")
    if state.weights[CANARY]:
        return _noted(state, seen)
    if is_other:
        return Act(effect=moves.RESTORE, line="stable goes back to what it ran before")
    if state.rolled and not seen.stable.steady and not seen.stable.failure:
        return _wait(state, seen, f"stable goes back: {seen.stable.waits_for}")
    return _without_requests(state, seen) or To(phase=m.ROLLED_BACK, why=state.why)


def _to_stable(seen: m.Seen) -> Act:
    """Where clients stick to what they had, weights do not move them: the canary is taken out of the rule."""
    how = "out of the rule, for clients stick to it" if seen.sticky else "no requests for the canary"
    return Act(effect=moves.SHIFT, line=how, values={"weights": step_weights(0), "detach": seen.sticky})


def _noted(state: m.State, seen: m.Seen) -> To:
    return To(phase=state.phase, why=state.why, facts={"weights": step_weights(0), "moved_at": seen.now})


def _without_requests(state: m.State, seen: m.Seen) -> Move | None:
    """Drains the canary, once no load balancer's node can have the former weights. None when all is done."""
    canary = seen.canary
    if state.weights[CANARY]:
        return _noted(state, seen)
    if canary and canary.desired:
        left = state.plan.settle - (seen.now - state.moved_at) if state.moved_at is not None else 0
        if left > 0:
            return Wait(seconds=min(left, SOON), line=f"the last requests of the canary end, {left:.0f} s more")
        return Act(effect=moves.DRAIN, line="the canary drains")
    if canary and canary.running:
        return _wait(state, seen, f"{canary.running} tasks of the canary drain")
    return Act(effect=moves.RELEASE, line="site.yml has its task sets again") if seen.held else None


def _wait(state: m.State, seen: m.Seen, line: str) -> Move:
    if seen.now - state.since >= 2 * state.plan.start_timeout:
        return Stuck(line=line, remedy="look into it, and run again: it goes on from here")
    return Wait(seconds=SOON, line=line)
