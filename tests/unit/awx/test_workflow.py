"""The workflow of a promotion, as AWX walks it: whatever fails, is refused or times out is rolled back, and told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.filter.canary_workflow import canary_workflow
from awx import asked
from awx.workflow import ENDS, SUCCESSFUL, Workflow
from hypothesis import given, settings
from hypothesis import strategies as st

PROMOTION = "tokyo canary promotion"
shares = st.lists(st.integers(1, 999).map(lambda tenths: tenths / 10), max_size=8, unique=True)
weights = shares.map(lambda some: [*sorted(some), 100])


def graph(some: list[float]) -> dict[str, Any]:
    return canary_workflow(some, "tokyo", "Default", 60)


def test_the_whole_way(asks):
    nodes = next(
        args["workflow_nodes"]
        for args in asked.calls(asks, "workflow_job_template")
        if args["name"] == PROMOTION and "workflow_nodes" in args
    )
    workflow = Workflow.of(nodes)
    assert workflow.run(lambda _name: SUCCESSFUL)
    assert workflow.ran == [
        "start",
        "analyse 5",
        "approve 25 %",
        "step 25",
        "analyse 25",
        "approve 50 %",
        "step 50",
        "analyse 50",
        "approve 100 %",
        "step 100",
        "analyse 100",
        "approve promotion",
        "promote",
    ]


@settings(deadline=None)
@given(weights, st.data())
def test_whatever_does_not_succeed_is_rolled_back_and_told(some, data):
    """An approval that was refused, or that timed out, has failed: WorkflowApproval.deny, and issue 16528 of AWX."""
    way = [node["identifier"] for node in graph(some)["nodes"][:-2]]
    broken = data.draw(st.sampled_from(way))
    how = data.draw(st.sampled_from(ENDS[1:]))
    workflow = Workflow.of(graph(some)["nodes"])
    # The outcome, which expects a promotion, fails after a roll-back.
    is_good = workflow.run(lambda name: how if name in (broken, "outcome") else SUCCESSFUL)
    assert workflow.ran == [*way[: way.index(broken) + 1], "rollback", "outcome"]
    assert not is_good


@settings(deadline=None)
@given(weights, st.data())
def test_a_job_template_that_is_gone_is_rolled_back_too(some, data):
    nodes = graph(some)["nodes"]
    gone = data.draw(st.sampled_from([node["identifier"] for node in nodes[:-2]]))
    workflow = Workflow.of(nodes)
    workflow.nodes[gone].template = False
    assert not workflow.run(lambda name: "failed" if name == "outcome" else SUCCESSFUL)
    assert workflow.ran[-2:] == ["rollback", "outcome"]


@settings(deadline=None)
@given(weights, st.sampled_from(ENDS[1:]))
def test_a_roll_back_that_fails_fails_the_workflow(some, how):
    workflow = Workflow.of(graph(some)["nodes"])
    assert not workflow.run(lambda name: how if name in ("start", "rollback") else SUCCESSFUL)
    assert workflow.ran == ["start", "rollback"]


@settings(deadline=None)
@given(weights)
def test_only_the_start_begins_and_each_weight_is_approved(some):
    drawn = graph(some)
    assert Workflow.of(drawn["nodes"]).roots == ["start"]
    approvals = [one["identifier"] for one in drawn["approvals"]]
    assert len(approvals) == len(set(approvals)) == len(some)
    jobs: Mapping[str, Any] = {node["identifier"]: node["unified_job_template"] for node in drawn["nodes"]}
    assert len(jobs) == len(drawn["nodes"])
    assert {name for name, job in jobs.items() if not job["name"]} == set(approvals)
    assert all(one["name"] for one in drawn["approvals"])
    actions = [job["name"].rpartition(" ")[2] for job in jobs.values() if job["name"]]
    assert actions.count("start") == actions.count("promote") == 1
    assert actions.count("step") == len(some) - 1
    assert actions.count("analyse") == len(some)


@pytest.mark.parametrize(
    ("some", "told"),
    [
        pytest.param([5, 50], "exactly 100", id="no end"),
        pytest.param([50, 5, 100], "each above the one before", id="back and forth"),
        pytest.param([0, 100], "above 0", id="nothing at all"),
    ],
)
def test_weights_that_no_canary_could_have_are_refused(some, told):
    with pytest.raises(AnsibleFilterError, match=told):
        graph(some)
