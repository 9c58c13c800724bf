"""What the bench makes of its measurements: rows, the floor, verdicts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from bench import entries, floor, tables
from bench.record import Record, Row
from bench.series import best
from bench.verdict import verdicts

ROW = Row(
    system="ours",
    n=100,
    phase="create",
    latency_ms=50,
    throttled=False,
    wall_s=9.0,
    module_invocations=1,
    api_calls={"elasticloadbalancing:CreateRule": 100, "ecs:TagResource": 2, "logs:TagResource": 3, "ecs:ListTags": 9},
    peak_rss_mb=90,
)


@pytest.fixture
def record(tmp_path):
    return Record(tmp_path / "rows.json")


def test_what_changes_something_is_told_from_what_asks():
    assert ROW.written == {"CreateRule": 100, "TagResource": 5}
    assert (ROW.writes, ROW.calls) == (105, 114)


def test_the_record_is_the_agreed_one_and_a_bench_can_go_on_from_it(record, tmp_path):
    row_of_ours = replace(ROW, refused=3, cpu_s=2.0, call_s=8.0)
    record.add([row_of_ours])
    record.save(tmp_path / "bench.json")
    (row,) = json.loads((tmp_path / "bench.json").read_text())
    assert sorted(row) == sorted(
        ["system", "n", "phase", "latency_ms", "throttled", "wall_s", "module_invocations", "api_calls", "peak_rss_mb"]
    )
    assert Record(tmp_path / "rows.json").find("ours", 100, "create", 50) == replace(
        ROW, refused=3, cpu_s=2.0, call_s=8.0
    )


def test_the_best_of_the_times_and_the_largest_of_the_sizes():
    rows = [replace(ROW, wall_s=seconds, peak_rss_mb=size) for seconds, size in ((9, 80), (3, 95), (4, 90))]
    (row,) = best([*rows, *(replace(row, phase="noop") for row in rows)])[:1]
    assert (row.wall_s, row.peak_rss_mb) == (3, 95)


@pytest.mark.parametrize(
    "api_calls, seconds, bucket",
    [
        ({"elasticloadbalancing:CreateTargetGroup": 300, "elasticloadbalancing:CreateRule": 203}, 161, "mutating"),
        ({"ecs:RegisterTaskDefinition": 200, "ecs:CreateService": 200}, 180, "task definition modify"),
        ({"logs:PutRetentionPolicy": 100, "elasticloadbalancing:CreateRule": 20}, 19, "PutRetentionPolicy"),
        ({"ecs:CreateService": 10, "iam:CreateRole": 1000}, 0, "service modify"),
    ],
)
def test_the_fullest_bucket_is_the_floor(api_calls, seconds, bucket):
    assert floor.seconds(api_calls) == (seconds, bucket)


@pytest.mark.parametrize(
    "phase, seconds, holds", [("create", 7.5, True), ("create", 7.6, False), ("noop", 15.5, False)]
)
def test_a_call_is_judged_without_the_start_of_ansible(record, phase, seconds, holds):
    ours = replace(ROW, phase=phase, wall_s=99.0, call_s=seconds)
    record.add([ours, replace(ROW, system="limit", phase=phase, wall_s=5.0)])
    ratio = verdicts(record)[0]
    assert ratio.found == pytest.approx(seconds / 5) and ratio.holds is holds


def stock(n, phase, seconds):
    return replace(ROW, system="stock", n=n, phase=phase, latency_ms=0, wall_s=seconds)


@pytest.mark.parametrize("seconds, holds", [(36, True), (37, False)])
def test_stock_is_a_line_beyond_what_was_measured(record, seconds, holds):
    """94 s for 10 and 234 s for 30: 24 s, and 7 s a service; 724 s for 100."""
    record.add([stock(10, "noop", 94), stock(30, "noop", 234)])
    record.add([replace(ROW, system="site", phase="noop", latency_ms=0, wall_s=seconds, api_calls={})])
    (speed,) = [verdict for verdict in verdicts(record) if "stock" in verdict.what]
    assert speed.found == pytest.approx(724 / seconds) and speed.holds is holds
    assert "extrapolated" in tables.report(record, verdicts(record))


def test_under_throttles(record):
    calls = {"ecs:RegisterTaskDefinition": 200}
    record.add([replace(ROW, latency_ms=0, throttled=True, wall_s=207, api_calls=calls, refused=2)])
    time, share = verdicts(record)
    assert time.found == pytest.approx(1.15) and time.holds
    assert share.found == 1 and share.holds
    assert str(share).startswith("ok")


def test_calls_of_a_second_run(record):
    record.add([replace(ROW, phase="noop", latency_ms=0)])
    (calls,) = verdicts(record)
    assert (calls.found, calls.bound, calls.holds) == (114, 110, False)


def test_what_was_not_measured_is_not_judged(record):
    assert verdicts(record) == []


def test_an_edit_touches_one_entry(tmp_path, monkeypatch):
    facts = {"region": "ap-northeast-1", "accounts": {"isolated": {"id": "222222222222"}}}
    (tmp_path / "rig.json").write_text(json.dumps(facts))
    monkeypatch.setenv("TWOWAY_SANDBOX_DIR", str(tmp_path))
    listed = entries.of(5)
    changed, more = entries.changed(listed), entries.added(listed)
    assert [one["name"] for one, other in zip(listed, changed, strict=True) if one != other] == ["bench-0002"]
    assert len(more) == 6 and entries.removed(more) == listed
