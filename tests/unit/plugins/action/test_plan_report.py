"""plan_report: a plan as a file, drift as a table."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from ansible_collections.twoway.privatelink.plugins.action import plan_report

CREATE = {"verb": "create", "target": "VPC tokyo", "why": "there is none"}
HOSTS = {
    "tokyo_public": {"network_vpc": {"changed": True, "actions": [CREATE], "diff": {"before": {}, "after": {}}}},
    "tokyo_isolated": {"network_vpc": {"changed": False, "actions": []}},
}


@pytest.fixture
def shown(monkeypatch):
    lines = []
    monkeypatch.setattr(
        plan_report, "Display", lambda: SimpleNamespace(display=lambda text: lines.extend(text.splitlines()))
    )
    return lines


def report(hosts: list[str], **options):
    task = SimpleNamespace(
        args={"hosts": hosts, **options}, async_val=0, check_mode=True, diff=False, action="plan_report"
    )
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    action = plan_report.ActionModule(task, connection, SimpleNamespace(), None, None, None)
    return action.run(task_vars={"hostvars": SimpleNamespace(raw_get=HOSTS.__getitem__)})


def test_drift_is_a_table(shown):
    result = report(["tokyo_isolated", "tokyo_public"], drift=True)
    assert len(result["findings"]) == 1 and "1 missing; nothing was changed" in result["msg"]
    assert shown[1].split() == ["side", "is", "what", "why"]
    assert shown[3] == "tokyo_public  missing  VPC tokyo  there is none (create)"


def test_no_drift_says_so(shown):
    assert report(["tokyo_isolated"], drift=True)["findings"] == []
    assert "Everything is as the inventory has it." in shown


def test_a_plan_is_a_file(shown, tmp_path):
    path = tmp_path / "plans" / "plan.json"
    result = report(["tokyo_isolated", "tokyo_public"], path=str(path))
    assert not result.get("failed") and shown == []
    assert json.loads(path.read_text())["sides"] == {
        "tokyo_isolated": [],
        "tokyo_public": [{"result": "network_vpc", "actions": [CREATE], "diff": {"before": {}, "after": {}}}],
    }
    assert [each.name for each in path.parent.iterdir()] == ["plan.json"]
