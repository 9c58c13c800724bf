"""The schedule of a token bucket: never too fast, never for ever, never slower than it must be."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.pacing.bucket import SLOWEST, Bucket
from hypothesis import given
from hypothesis import strategies as st
from unit.plugins.module_utils.pacing.watched import A_LITTLE, overdrawn

CAPACITIES = st.integers(1, 50)
REFILLS = st.floats(0.1, 50)
# Seconds since the one before, and what happens then.
PAUSES = st.floats(0, 20)
EVENTS = st.lists(st.tuples(PAUSES, st.sampled_from(["ask", "ask", "ask", "ask together", "empty", "through"])))


def play(events, one: Bucket, other: Bucket) -> tuple[list[float], list[float], float]:
    """The turns in each bucket, and the time after them. What asks together waits for the later of two."""
    now, asked = 0.0, 0.0
    turns: tuple[list[float], list[float]] = ([], [])
    for pause, what in events:
        now += pause
        if what == "empty":
            one.found_empty(now, asked)
        elif what == "through":
            one.let_through(now)
        else:
            both = ((one, turns[0]), (other, turns[1]))[: 2 if what == "ask together" else 1]
            now = asked = max(bucket.turn(now) for bucket, _turns in both)
            for bucket, seen in both:
                bucket.take(now)
                seen.append(now)
    return *turns, now


@given(EVENTS, CAPACITIES, REFILLS, CAPACITIES, REFILLS)
def test_no_more_turns_than_a_bucket_holds_and_refills(events, capacity, refill, other_capacity, other_refill):
    one = Bucket(capacity=capacity, refill=refill)
    other = Bucket(capacity=other_capacity, refill=other_refill)
    turns, other_turns, _now = play(events, one, other)
    assert not overdrawn(turns, capacity, refill)
    assert not overdrawn(other_turns, other_capacity, other_refill)


@given(st.lists(PAUSES), CAPACITIES, REFILLS)
def test_a_turn_comes_as_soon_as_there_is_a_token(pauses, capacity, refill):
    """Asked alone, the schedule is what a bucket that is watched all the time would do."""
    bucket = Bucket(capacity=capacity, refill=refill)
    now, tokens, at = 0.0, float(capacity), 0.0
    for pause in pauses:
        now += pause
        turn = bucket.turn(now)
        bucket.take(turn)
        wanted = max(now, at)
        tokens, at = min(capacity, tokens + (wanted - at) * refill), wanted
        if tokens < 1:
            tokens, at = 1.0, at + (1 - tokens) / refill
        assert turn == pytest.approx(at, abs=A_LITTLE)
        tokens -= 1


@given(EVENTS, CAPACITIES, REFILLS)
def test_nobody_waits_for_ever(events, capacity, refill):
    """However often AWS refuses: until an empty bucket has a token at the slowest pace, and no longer."""
    bucket = Bucket(capacity=capacity, refill=refill)
    _turns, _others, now = play(events, bucket, Bucket(capacity=1000, refill=1000))
    assert bucket.turn(now) - now <= 1 / (refill * SLOWEST) + A_LITTLE


def turns(bucket: Bucket, now: float, count: int) -> list[float]:
    taken = []
    for _one in range(count):
        now = bucket.turn(now)
        bucket.take(now)
        taken.append(now)
    return taken


def test_a_burst_then_the_refill():
    assert turns(Bucket(capacity=3, refill=2), 10, 6) == [10, 10, 10, 10.5, 11, 11.5]


def test_a_refusal_empties_it_and_halves_the_pace():
    bucket = Bucket(capacity=4, refill=2)
    bucket.found_empty(10, asked_at=10)
    assert turns(bucket, 10, 3) == [11, 12, 13]


def test_refusals_of_calls_that_were_on_their_way_together_count_once():
    bucket = Bucket(capacity=4, refill=2)
    for _call in range(8):
        bucket.found_empty(10, asked_at=9)
    assert turns(bucket, 10, 2) == [11, 12]
    bucket.found_empty(12, asked_at=11)
    assert turns(bucket, 12, 2) == [14, 16]


def test_it_recovers_call_by_call():
    bucket = Bucket(capacity=4, refill=2)
    bucket.found_empty(10, asked_at=10)
    for _call in range(25):
        bucket.let_through(20)
    assert turns(bucket, 20, 5) == [20, 20, 20, 20, 20.5]
