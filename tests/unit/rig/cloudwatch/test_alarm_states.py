"""AWS's own tables: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.control.cloudwatch import evaluation
from rig.control.cloudwatch.evaluation import ALARM, INSUFFICIENT_DATA, OK, TREATMENTS

RETAIN = None
POINTS = {"0": False, "X": True, "-": None}


def states(points: str, needed: int, to_alarm: int) -> dict[str, str | None]:
    breaching = [POINTS[point] for point in points.split()]
    return {each: evaluation.state(breaching, needed, to_alarm, each) for each in TREATMENTS}


@pytest.mark.parametrize(
    ("points", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0 - X - X", OK, OK, OK, OK),
        ("0 - - - -", OK, OK, OK, OK),
        ("- - - - -", INSUFFICIENT_DATA, RETAIN, ALARM, OK),
        ("0 X X - X", ALARM, ALARM, ALARM, ALARM),
        ("- - X - -", ALARM, RETAIN, ALARM, OK),
        # "Because the next data point may be non-breaching, the alarm does not go immediately into ALARM state"
        ("- - - - X", INSUFFICIENT_DATA, RETAIN, ALARM, OK),
        ("- - - X -", INSUFFICIENT_DATA, RETAIN, ALARM, OK),
        ("- - X - 0", OK, OK, OK, OK),
    ],
)
def test_three_of_three(points, missing, ignore, breaching, not_breaching):
    assert states(points, 3, 3) == {
        "missing": missing,
        "ignore": ignore,
        "breaching": breaching,
        "notBreaching": not_breaching,
    }


@pytest.mark.parametrize(
    ("points", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0 - X - X", ALARM, ALARM, ALARM, ALARM),
        ("0 0 X 0 X", ALARM, ALARM, ALARM, ALARM),
        ("0 - X - -", OK, OK, ALARM, OK),
        ("- - - - 0", OK, OK, ALARM, OK),
        ("- - - X -", ALARM, RETAIN, ALARM, OK),
    ],
)
def test_two_of_three(points, missing, ignore, breaching, not_breaching):
    assert states(points, 3, 2) == {
        "missing": missing,
        "ignore": ignore,
        "breaching": breaching,
        "notBreaching": not_breaching,
    }


@given(st.lists(st.booleans(), min_size=5, max_size=5), st.integers(1, 3), st.sampled_from(TREATMENTS))
def test_where_nothing_is_missing_the_treatment_does_not_matter(points, to_alarm, treatment):
    expected = ALARM if sum(points[-3:]) >= to_alarm else OK
    assert evaluation.state(points, 3, to_alarm, treatment) == expected
