"""Bad versions on demand."""

from __future__ import annotations

import pytest
from rig.fabric.workloads.faults import Dice, Faults


@pytest.mark.parametrize(
    ("version", "environment", "expected"),
    [
        ("1.0.0", {}, Faults()),
        ("2.0.0-fails-3", {}, Faults(fails_percent=3)),
        ("2.0.0-fails-0.5", {}, Faults(fails_percent=0.5)),
        ("2.0.0-slow-3", {}, Faults(seconds=0.03)),
        ("2.0.0-slow-3", {"RESPONSE_SECONDS": "0.2"}, Faults(seconds=0.6)),
        ("2.0.0", {"RESPONSE_SECONDS": "0.2"}, Faults(seconds=0.2)),
        ("2.0.0-crashes", {}, Faults(crashes=True)),
        ("2.0.0-unhealthy", {}, Faults(unhealthy=True)),
        ("2.0.0", {"RESPONDER_FAULTS": "fails-5 slow-2"}, Faults(fails_percent=5, seconds=0.02)),
        ("failsafe-3", {}, Faults()),
    ],
)
def test_the_tag_and_the_environment_say_what_is_wrong(version, environment, expected):
    found = Faults.of(version, environment)
    assert found.seconds == pytest.approx(expected.seconds)
    assert (found.fails_percent, found.unhealthy, found.crashes) == (
        expected.fails_percent,
        expected.unhealthy,
        expected.crashes,
    )


@pytest.mark.parametrize(("percent", "failures"), [(0, 0), (0.5, 5), (3, 30), (33, 330), (100, 1000)])
def test_so_many_of_a_thousand_fail(percent, failures):
    dice = Dice(percent)
    assert sum(dice.fails() for _time in range(1000)) == failures
