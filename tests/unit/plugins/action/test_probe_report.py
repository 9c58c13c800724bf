"""probe_report: one table, and a failure for any row that is not as expected."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.twoway.privatelink.plugins.action import probe_report

GOOD = {"name": "inbound orders", "expected": {"status": 200}, "found": {"status": 200}, "ok": True, "seconds": 0.1}
REFUSED = {
    "name": "refused: a port",
    "expected": {"refused": True},
    "found": {"refused": "timed out"},
    "ok": True,
    "seconds": 5,
}
BAD = {**GOOD, "name": "inbound stock", "found": {"error": "certificate verify failed"}, "ok": False}


@pytest.fixture
def shown(monkeypatch):
    lines = []
    monkeypatch.setattr(
        probe_report, "Display", lambda: SimpleNamespace(display=lambda text: lines.extend(text.splitlines()))
    )
    return lines


def report(sides):
    task = SimpleNamespace(
        args={"link": "tokyo", "sides": sides}, async_val=0, check_mode=False, diff=False, action="probe_report"
    )
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    action = probe_report.ActionModule(task, connection, SimpleNamespace(), None, None, None)
    return action.run(task_vars={})


def test_all_as_expected(shown):
    result = report([{"rows": [GOOD]}, {"rows": [REFUSED]}])

    assert not result.get("failed") and len(result["rows"]) == 2
    assert [line.split() for line in shown[4:6]] == [
        ["ok", "inbound", "orders", "200", "200", "0.10"],
        ["ok", "refused:", "a", "port", "refused", "refused:", "timed", "out", "5.00"],
    ]


def test_one_row_is_enough_to_fail(shown):
    result = report([{"failed": True, "failure": {"rows": [GOOD, BAD]}}])

    assert result["failed"] and result["msg"] == "not as expected: inbound stock"
    assert any(line.startswith("WRONG  inbound stock") for line in shown)


def test_a_probe_that_never_ran_is_a_row(shown):
    result = report([{"failed": True, "msg": "no such image"}, {"rows": [GOOD]}])

    assert result["failed"] and result["msg"] == "not as expected: the probe itself"
    assert any("no such image" in line for line in shown)


def test_nothing_tried_is_no_success(shown):
    assert report([])["failed"]
