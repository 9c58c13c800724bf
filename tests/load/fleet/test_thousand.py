"""1,000 services, each with a canary, in a cloud without a data plane: what the API's own log says of each run."""

from __future__ import annotations

import pytest
from bench.record import Row
from bench.series import Series

ONE_MORE = 25
MEGABYTES = 500


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {row.phase: row for row in Series(system="ours", n=1000).rows()}


def test_a_second_run_writes_nothing(rows):
    assert rows["noop"].written == {}


def test_another_image_is_three_writes(rows):
    assert rows["change"].written == {"RegisterTaskDefinition": 1, "TagResource": 1, "UpdateService": 1}


def test_one_more_is_few_writes_and_no_more_questions_than_before(rows):
    assert rows["add"].writes <= ONE_MORE
    asked = {phase: row.calls - row.writes for phase, row in rows.items()}
    assert asked["add"] <= asked["noop"] + 20
    assert asked["noop"] <= 1000


def test_one_less_takes_its_own_things_only(rows):
    expected = {"UpdateService": 2, "DeleteService": 2, "DeleteRule": 1, "DeleteTargetGroup": 2}
    assert {action: count for action, count in rows["remove"].written.items() if action in expected} == expected
    assert rows["remove"].writes <= ONE_MORE


def test_it_stays_small(rows):
    assert max(row.peak_rss_mb for row in rows.values()) <= MEGABYTES
