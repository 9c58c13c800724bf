"""A plan walked from begin to end in a world of numbers: good canaries, bad ones, and runs that are killed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.plugins.module_utils.canary.scenery import AFTER, BEFORE, PASS, Killed, World, a_plan

FAIL = m.Judgement(verdict="fail", why="error_rate: 3 % > 1")
UNKNOWN = m.Judgement(verdict="inconclusive", why="error_rate: no data of the canary")
ABORT = m.Judgement(verdict="pass", why="", abort="alarm orders-is-down is in state ALARM")


def bad_from(share: float, judgement: m.Judgement):
    return lambda weight: judgement if weight >= share else PASS


def test_a_good_canary_goes_every_step_and_becomes_stable():
    world = World()
    world.begin(a_plan(5, 25, 50, 100))
    ended = world.walk(m.RUN)
    assert ended.phase == m.PROMOTED
    assert world.went == ["5", "25", "50", "100", "0"]
    assert (world.stable.definition, world.weights) == (AFTER, {"stable": 100, "canary": 0})
    assert (world.canary.desired, world.held) == (0, False)
    assert world.told == [
        *("? before_step", "moved", "? after_step") * 4,
        "? before_promotion",
        "returning",
        "promoted",
    ]


def test_the_canary_has_as_many_tasks_as_its_share_wants():
    world = World()
    world.stable = m.TaskSet(definition=BEFORE, desired=10, running=10, healthy=10, steady=True)
    state = world.begin(a_plan(5, 25, 100))
    counts = []
    while state.phase not in (m.PROMOTING, m.PROMOTED):
        state = world.walk(m.STEP if not state.is_last else m.ANALYSE)
        counts.append(world.canary.desired)
        if state.is_last and state.phase == m.WAITING:
            break
    assert counts == [3, 10, 10]


def test_what_aws_scales_in_meanwhile_is_there_when_the_requests_return():
    """Autoscaling sees a stable that gets fewer and fewer requests."""
    world = World()
    world.stable = m.TaskSet(definition=BEFORE, desired=10, running=10, healthy=10, steady=True)
    world.begin(a_plan(50, 100), tasks=10)

    def verdicts(share: float) -> m.Judgement:
        if world.stable.definition == BEFORE:
            world.stable = replace(world.stable, desired=2, running=2, healthy=2)
        return PASS

    world.verdicts = verdicts
    counts = []
    world.say = lambda _line: counts.append((world.weights["canary"], world.canary.desired if world.canary else 0))
    assert world.walk(m.RUN).phase == m.PROMOTED
    assert max(tasks for share, tasks in counts if share == 100) == 10
    assert world.stable.desired == 10


@pytest.mark.parametrize("judgement", [FAIL, ABORT], ids=["fails", "aborts"])
def test_a_bad_canary_is_rolled_back_with_the_first_look(judgement):
    world = World(verdicts=bad_from(25, judgement))
    world.begin(a_plan(5, 25, 50, 100))
    ended = world.walk(m.RUN)
    assert (ended.phase, world.went) == (m.ROLLED_BACK, ["5", "25", "0"])
    assert (world.stable.definition, world.canary.desired, world.held) == (BEFORE, 0, False)
    assert ended.verdict["verdict"] == judgement.verdict and (judgement.abort or judgement.why) in ended.why
    assert world.told[-2:] == ["rolling_back", "rolled_back"]


def test_one_that_crashes_gets_no_request():
    world = World(crashes=True)
    world.begin(a_plan())
    ended = world.walk(m.RUN)
    assert (ended.phase, world.went) == (m.ROLLED_BACK, [])
    assert "does not start: 2 tasks have stopped" in ended.why


def test_without_data_it_pauses_and_says_why():
    world = World(verdicts=lambda _share: UNKNOWN)
    world.begin(a_plan())
    paused = world.walk(m.RUN)
    assert (paused.phase, world.weights) == (m.PAUSED, {"stable": 95, "canary": 5})
    assert paused.why == "not known to be good at 5 %: error_rate: no data of the canary"
    world.verdicts = lambda _share: PASS
    assert world.walk(m.RUN).phase == m.PROMOTED


def test_step_by_step_with_a_word_before_each():
    world = World()
    world.begin(a_plan(5, 50, 100))
    seen = [(world.walk(action).phase, world.weights["canary"]) for action in (m.START, m.ANALYSE, m.STEP, m.ANALYSE)]
    assert seen == [(m.BAKING, 5), (m.WAITING, 5), (m.BAKING, 50), (m.WAITING, 50)]
    assert (world.walk(m.STEP).phase, world.weights["canary"]) == (m.BAKING, 100)
    assert world.walk(m.PROMOTE).phase == m.PROMOTED


def test_a_gate_wants_step_and_not_just_another_run():
    world = World()
    world.begin(a_plan(5, 100, gate=True))
    assert [world.walk(m.RUN).phase, world.walk(m.RUN).phase] == [m.WAITING, m.WAITING]
    assert world.walk(m.STEP).step == 1
    assert world.walk(m.RUN).phase == m.WAITING
    assert world.walk(m.PROMOTE).phase == m.PROMOTED


def test_a_webhook_that_says_no_holds_it_up_before_the_weights_move():
    world = World(refuses={"before_step"})
    world.begin(a_plan())
    assert (world.walk(m.RUN).phase, world.went) == (m.PAUSED, [])
    world.refuses.clear()
    assert world.walk(m.RUN).phase == m.PROMOTED


def test_stable_that_does_not_take_it_leaves_everything_with_the_canary():
    world = World(stable_takes_it=False)
    world.begin(a_plan(100))
    paused = world.walk(m.RUN)
    assert (paused.phase, world.weights["canary"]) == (m.PAUSED, 100)
    assert world.walk(m.ROLLBACK).phase == m.ROLLED_BACK and world.weights["canary"] == 0


@pytest.mark.parametrize("action", [m.PAUSE, m.ROLLBACK])
def test_an_order_from_elsewhere_is_obeyed(action):
    world = World()
    world.begin(a_plan())

    def verdicts(_share: float) -> m.Judgement:
        world.order = m.Order(action=action, by="carol", number=1, reason="the shop is slow")
        return PASS

    world.verdicts = verdicts
    state = world.walk(m.RUN)
    # The order is found with the next look.
    assert state.phase == {m.PAUSE: m.PAUSED, m.ROLLBACK: m.ROLLED_BACK}[action]
    assert state.why == "carol asked for it: the shop is slow" and world.order is None


def test_an_order_for_a_former_plan_is_thrown_away():
    world = World()
    world.begin(a_plan())
    world.order = m.Order(action=m.ROLLBACK, by="carol", number=7)
    assert world.walk(m.RUN).phase == m.PROMOTED and world.order is None


def deeds_of(action: str, prepare=lambda _world: None) -> int:
    world = World()
    world.begin(a_plan(5, 100))
    prepare(world)
    before = world.deeds
    world.walk(action)
    return world.deeds - before


MOMENTS = 2 * deeds_of(m.RUN)


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("after", [m.RUN, m.ROLLBACK])
def test_killed_at_any_moment_the_next_call_ends_it(moment, after):
    world = World(dies_at=moment)
    world.begin(a_plan(5, 100))
    with pytest.raises(Killed):
        world.walk(m.RUN)
    if world.state().ended:  # killed after the last word was written
        after = m.RUN
    ended = world.walk(after)
    assert_ended(world, ended)
    if after == m.ROLLBACK:
        assert ended.phase == m.ROLLED_BACK and world.stable.definition == BEFORE
    else:
        assert ended.phase == m.PROMOTED and world.stable.definition == AFTER


@pytest.mark.parametrize("moment", range(2 * deeds_of(m.ROLLBACK, lambda world: world.walk(m.STEP))))
def test_a_roll_back_killed_at_any_moment_is_finished_by_whatever_comes_next(moment):
    world = World()
    world.begin(a_plan(5, 100))
    world.walk(m.STEP)
    world.dies_at = 2 * world.deeds + moment
    with pytest.raises(Killed):
        world.walk(m.ROLLBACK)
    again = world.walk(m.ROLLBACK if world.state().phase not in (m.ROLLING_BACK, m.ROLLED_BACK) else m.RUN)
    assert again.phase == m.ROLLED_BACK
    assert_ended(world, again)


def assert_ended(world: World, state: m.State) -> None:
    assert state.ended and world.state() == state
    assert world.weights == {"stable": 100, "canary": 0}
    assert (world.canary is None or not world.canary.desired) and not world.held
    assert world.stable.steady and world.stable.definition == (AFTER if state.phase == m.PROMOTED else BEFORE)


ACTIONS = st.sampled_from([m.START, m.ANALYSE, m.STEP, m.RUN, m.PAUSE, m.PROMOTE, m.ROLLBACK])
WEIGHTS = st.sets(st.sampled_from([1, 2.5, 5, 10, 25, 50, 75]), max_size=4).map(lambda some: [*sorted(some), 100])
KILLS = st.none() | st.integers(0, 9)
JUDGEMENTS = st.sampled_from([PASS, PASS, PASS, UNKNOWN, FAIL, ABORT])


@settings(max_examples=150, deadline=None)
@given(WEIGHTS, st.lists(st.tuples(ACTIONS, KILLS, st.lists(JUDGEMENTS, min_size=1, max_size=4)), max_size=8))
def test_whatever_is_asked_and_whoever_is_killed_it_ends_at_100_or_0(weights, calls):
    """And never more requests than the step that is written down says."""
    world = World()
    world.begin(a_plan(*weights))
    allowed = {f"{share:g}" if share != 2.5 else "25" for share in (0, *weights)}
    for action, kill, judgements in calls:
        if world.state().ended:
            break
        left = list(judgements)
        world.verdicts = lambda _share, left=left: left.pop() if len(left) > 1 else left[0]
        world.dies_at = None if kill is None else 2 * world.deeds + kill
        with suppress(Killed):
            world.walk(action)
        world.dies_at = None
        state = world.state()
        assert world.weights["canary"] <= share_of(world, max(state.current.weight, 0))
        if state.phase == m.BAKING and not kill:
            assert world.weights["canary"] == share_of(world, state.current.weight)
    world.verdicts = lambda _share: PASS
    for _call in range(3):  # out of a pause, past a word that is wanted
        ended = world.walk(m.RUN)
    assert_ended(world, ended)
    assert set(world.went) <= allowed
    assert ended.phase != m.PROMOTED or "100" in world.went


def share_of(world: World, percent: float) -> float:
    return percent * sum(world.weights.values()) / 100
