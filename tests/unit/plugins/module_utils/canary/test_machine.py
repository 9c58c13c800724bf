"""The machine by tables: a phase and what is seen, and the one move that follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import moves
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.machine import Goal, next_move, resume
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.moves import Act, Rest, Stuck, To, Wait
from unit.plugins.module_utils.canary.scenery import AFTER, NEW, OLD, a_plan, a_state, a_task_set, seen

CANARY = a_task_set(definition="orders-canary:1", image=NEW)
NONE, FIVE, ALL = ({"stable": 100 - share, "canary": share} for share in (0, 5, 100))
ALL_OF_IT = {"stable": 0, "canary": 100}
FAIL = m.Judgement(verdict="fail", why="error_rate: 3 % > 1")
UNKNOWN = m.Judgement(verdict="inconclusive", why="no data")
ABORT = m.Judgement(verdict="pass", why="", abort="alarm down")
HEARD = tuple(f"{event} {step}" for event in moves.GATES for step in range(3))


def order(action: str, number: int = 1) -> m.Order:
    return m.Order(action=action, by="carol", number=number)


def said(move: moves.Move) -> str:
    """In a word: where to, what is done, or how it stops."""
    if isinstance(move, To):
        return f"to {move.phase}"
    if isinstance(move, Act):
        return f"act {move.effect}"
    return {Wait: "wait", Rest: "rest", Stuck: "stuck"}[type(move)]


def moved(phase: str, state: dict[str, Any], look: dict[str, Any], action: str = m.RUN, **goal: Any) -> str:
    return said(next_move(a_state(phase, **{"heard": HEARD, **state}), seen(**look), Goal(action=action, **goal)))


def table(*rows: tuple[str, dict[str, Any], dict[str, Any], str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("state", "look", "wanted"), [row[1:] for row in rows], ids=[row[0] for row in rows])


@table(
    ("nobody is held off", {}, {"held": False}, "act hold"),
    ("no task set", {}, {"canary": None, "weights": NONE}, "act make"),
    ("another image", {}, {"canary": replace(CANARY, image=OLD), "weights": NONE}, "act make"),
    ("another image with requests", {}, {"canary": replace(CANARY, image=OLD)}, "act shift"),
    ("no tasks", {}, {"canary": replace(CANARY, desired=0), "weights": NONE}, "act make"),
    ("it starts", {}, {"canary": replace(CANARY, steady=False), "weights": NONE}, "wait"),
    ("it is not healthy", {}, {"canary": replace(CANARY, healthy=0), "weights": NONE}, "wait"),
    ("it crashes", {}, {"canary": replace(CANARY, failure="2 tasks"), "weights": NONE}, "to rolling_back"),
    ("too late", {}, {"canary": replace(CANARY, healthy=0), "weights": NONE, "now": 100.0}, "to rolling_back"),
    ("it is there", {}, {"weights": NONE}, "to moving"),
)
def test_preparing(state, look, wanted):
    assert moved(m.PREPARING, {"moved_at": None, "weights": NONE, **state}, look) == wanted


@table(
    ("weights are to go", {"expected": NONE}, {"weights": NONE}, "act shift"),
    ("nobody was asked", {"expected": NONE, "heard": ()}, {"weights": NONE}, "act call"),
    ("they are live", {"expected": NONE}, {"weights": FIVE}, "to baking"),
    ("live, and nobody was asked", {"expected": NONE, "heard": ()}, {"weights": FIVE}, "act call"),
    ("somebody moved them", {"expected": NONE}, {"weights": {"stable": 3, "canary": 1}}, "to paused"),
    ("too few tasks", {"expected": FIVE, "step": 1}, {"canary": replace(CANARY, desired=0)}, "act scale"),
    ("AWS has scaled stable in", {"expected": FIVE, "step": 2, "tasks": 3}, {}, "act scale"),
    ("tasks start", {"expected": FIVE, "step": 2}, {"canary": replace(CANARY, healthy=1)}, "wait"),
    ("for too long", {"expected": FIVE, "step": 2}, {"canary": replace(CANARY, healthy=1), "now": 100.0}, "to paused"),
    ("it is gone", {"expected": NONE}, {"canary": None, "weights": NONE}, "to rolling_back"),
)
def test_moving(state, look, wanted):
    assert moved(m.MOVING, state, look) == wanted


@table(
    ("baking", {}, {}, "wait"),
    ("baked and passed", {}, {"now": 60.0}, "to moving"),
    ("the last one", {"step": 2, "weights": ALL_OF_IT}, {"now": 60.0, "weights": ALL_OF_IT}, "to promoting"),
    ("nobody was asked", {"heard": ()}, {"now": 60.0}, "act call"),
    ("with a gate", {"plan": a_plan(gate=True)}, {"now": 60.0}, "to waiting"),
    ("failed", {}, {"judgement": FAIL}, "to rolling_back"),
    ("aborted", {}, {"judgement": ABORT}, "to rolling_back"),
    ("not known yet", {}, {"judgement": UNKNOWN, "now": 119.0}, "wait"),
    ("not known in time", {}, {"judgement": UNKNOWN, "now": 120.0}, "to paused"),
    ("no healthy task", {}, {"canary": replace(CANARY, healthy=0)}, "to rolling_back"),
    ("somebody moved them", {}, {"weights": NONE}, "to paused"),
    ("told to go back", {}, {"order": order(m.ROLLBACK)}, "to rolling_back"),
    ("told to pause", {}, {"order": order(m.PAUSE)}, "to paused"),
    ("another plan was told", {}, {"order": order(m.ROLLBACK, number=7)}, "wait"),
)
def test_baking(state, look, wanted):
    assert moved(m.BAKING, state, look) == wanted


@pytest.mark.parametrize(
    ("action", "more", "wanted"),
    [
        (m.START, {}, "rest"),
        (m.ANALYSE, {}, "to waiting"),
        (m.STEP, {"step": 0}, "to moving"),
        (m.STEP, {"step": -1}, "rest"),
        (m.RUN, {}, "to moving"),
    ],
    ids=["started", "analysed", "on to the next", "there already", "all the way"],
)
def test_how_far_an_action_goes(action, more, wanted):
    assert moved(m.BAKING, {}, {"now": 60.0}, action, **more) == wanted


def test_force_goes_on_without_proof_and_never_against_it():
    assert moved(m.BAKING, {}, {"judgement": UNKNOWN}, force=True) == "to moving"
    assert moved(m.BAKING, {}, {"judgement": FAIL}, force=True) == "to rolling_back"
    assert moved(m.BAKING, {}, {"judgement": ABORT}, force=True) == "to rolling_back"


LAST = {"step": 2, "weights": ALL_OF_IT}


@pytest.mark.parametrize(
    ("action", "state", "look", "wanted"),
    [
        (m.STEP, {}, {}, "to moving"),
        (m.RUN, {}, {}, "to moving"),
        (m.RUN, {"plan": a_plan(gate=True)}, {}, "rest"),
        (m.PROMOTE, {}, {}, "rest"),
        (m.PROMOTE, LAST, {"weights": ALL_OF_IT}, "to promoting"),
        (m.ANALYSE, {}, {}, "rest"),
        (m.STEP, {}, {"judgement": FAIL}, "to rolling_back"),
    ],
    ids=["step", "run", "run at a gate", "promote too early", "promote", "once more", "gone bad meanwhile"],
)
def test_waiting(action, state, look, wanted):
    assert moved(m.WAITING, state, look, action, step=0) == wanted


TAKEN = a_task_set(definition=AFTER, image=NEW)


@table(
    ("stable is to roll", {}, {}, "act roll"),
    ("nobody was asked", {"heard": ()}, {}, "act call"),
    ("it rolls", {"rolls": 1}, {"stable": replace(TAKEN, steady=False)}, "wait"),
    ("it has", {"rolls": 1}, {"stable": TAKEN}, "to returning"),
    ("AWS has scaled it in", {"rolls": 1, "tasks": 3}, {"stable": TAKEN}, "act scale"),
    ("ECS went back once", {"rolls": 1}, {}, "act roll"),
    ("and again", {"rolls": 2}, {}, "to paused"),
    ("it does not take it", {"rolls": 1}, {"stable": replace(TAKEN, failure="rolling back")}, "to paused"),
    ("the canary dies", {}, {"canary": replace(CANARY, healthy=0)}, "to rolling_back"),
    ("aborted", {}, {"judgement": ABORT}, "to rolling_back"),
    ("step's checks count no more", {"rolls": 1}, {"judgement": FAIL, "stable": TAKEN}, "to returning"),
    ("told to go back", {}, {"order": order(m.ROLLBACK)}, "to rolling_back"),
    ("nobody pauses it any more", {}, {"order": order(m.PAUSE)}, "act roll"),
)
def test_promoting(state, look, wanted):
    assert moved(m.PROMOTING, {**LAST, **state}, {"weights": ALL_OF_IT, **look}) == wanted


DRAINED = replace(CANARY, desired=0, running=0, healthy=0)


@table(
    ("requests are to return", LAST, {"weights": ALL_OF_IT, "stable": TAKEN}, "act shift"),
    ("stable cannot answer", LAST, {"weights": ALL_OF_IT, "stable": replace(TAKEN, healthy=0)}, "wait"),
    ("they have", LAST, {"weights": NONE}, "to returning"),
    ("the last ones end", {"weights": NONE}, {"weights": NONE, "now": 5.0}, "wait"),
    ("they have ended", {"weights": NONE}, {"weights": NONE, "now": 10.0}, "act drain"),
    ("it drains", {"weights": NONE}, {"weights": NONE, "canary": replace(CANARY, desired=0)}, "wait"),
    ("for ever", {"weights": NONE}, {"weights": NONE, "canary": replace(CANARY, desired=0), "now": 200.0}, "stuck"),
    ("it is drained", {"weights": NONE}, {"weights": NONE, "canary": DRAINED}, "act release"),
    ("all is done", {"weights": NONE}, {"weights": NONE, "canary": DRAINED, "held": False}, "to promoted"),
)
def test_returning(state, look, wanted):
    assert moved(m.RETURNING, state, look) == wanted


ROLLED = {"weights": NONE, "rolled": True}


@table(
    ("weights come first", {}, {}, "act shift"),
    ("stable is gone", {"rolled": True}, {"stable": replace(TAKEN, healthy=0)}, "act restore"),
    ("and was never rolled", {}, {"stable": a_task_set(healthy=0)}, "wait"),
    ("they are back", {}, {"weights": NONE}, "to rolling_back"),
    ("stable runs the new one", ROLLED, {"weights": NONE, "stable": TAKEN}, "act restore"),
    ("stable goes back", ROLLED, {"weights": NONE, "stable": a_task_set(steady=False)}, "wait"),
    ("the canary drains", {"weights": NONE}, {"weights": NONE, "now": 10.0}, "act drain"),
    ("all is done", {"weights": NONE}, {"weights": NONE, "canary": None, "held": False}, "to rolled_back"),
    ("told to go back twice", {}, {"order": order(m.ROLLBACK)}, "act shift"),
)
def test_rolling_back(state, look, wanted):
    assert moved(m.ROLLING_BACK, state, look) == wanted


def test_by_force_stable_keeps_what_it_runs():
    look = {"weights": NONE, "stable": TAKEN, "canary": None, "held": False}
    assert moved(m.ROLLING_BACK, {**ROLLED, "moved_at": 0.0}, look, m.ROLLBACK, force=True) == "to rolled_back"


def test_who_sticks_to_the_canary_is_taken_off_it():
    move = next_move(a_state(m.ROLLING_BACK), seen(sticky=True), Goal(action=m.ROLLBACK))
    assert move.values == {"weights": {"stable": 100, "canary": 0}, "detach": True}


@pytest.mark.parametrize("phase", [m.PAUSED, *m.ENDS])
def test_what_is_still_rests(phase):
    assert moved(phase, {}, {}) == "rest"


def test_out_of_a_pause_it_goes_on_with_the_weights_that_there_are():
    assert resume(a_state(m.PAUSED, moved_at=None), NONE).phase == m.PREPARING
    back = resume(a_state(m.PAUSED, step=1), FIVE)
    assert (back.phase, back.facts) == (m.MOVING, {"expected": FIVE})
