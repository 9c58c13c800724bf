"""playbooks/awx.yml against an AWX that answers: once, again, and after the inventory has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.filter.canary_workflow import canary_workflow

from awx import checkout, playbook
from awx.double import server
from awx.double.kinds import LINKS
from awx.double.server import Double
from awx.double.store import RefusedError

PROMOTION = "tokyo canary promotion"


@pytest.fixture(scope="module")
def awx(tmp_path_factory) -> Iterator[Double]:
    with server.serving(checkout.copy_to(tmp_path_factory.mktemp("git"))) as double:
        yield double


def run(awx: Double, *arguments: str, **settings: Any) -> list[str]:
    """The requests by which it has changed something."""
    before = len(awx.writes)
    environment = {"CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": server.TOKEN}
    awx.told = playbook.run(environment, settings, *arguments)
    assert server.TOKEN not in awx.told
    return awx.writes[before:]


def named(awx: Double, collection: str) -> dict[str, dict[str, Any]]:
    return {thing["name"]: thing for thing in awx.store.all(collection)}


def links(awx: Double, workflow: str) -> dict[str, dict[str, list[str]]]:
    """Who leads to whom in a workflow, by what AWX has of it."""
    number = named(awx, "workflow_job_templates")[workflow]["id"]
    nodes = [node for node in awx.store.all("workflow_job_template_nodes") if node["workflow_job_template"] == number]
    names = {node["id"]: node["identifier"] for node in nodes}
    return {
        node["identifier"]: {how: [names[one] for one in node[how]] for how in LINKS if node[how]} for node in nodes
    }


def drawn(weights: list[float]) -> dict[str, dict[str, list[str]]]:
    nodes: list[Mapping[str, Any]] = canary_workflow(weights, "tokyo", "Default", 60)["nodes"]
    return {
        node["identifier"]: {how: [one["identifier"] for one in to] for how, to in node["related"].items()}
        for node in nodes
    }


def test_it_makes_everything(awx):
    assert run(awx)
    templates = named(awx, "job_templates")
    assert {"tokyo site", "tokyo verify", "tokyo drift", "tokyo teardown"} < set(templates)
    assert {f"tokyo canary {action}" for action in ("status", "start", "step", "promote", "rollback")} < set(templates)
    assert links(awx, PROMOTION) == drawn([5, 25, 50, 100])
    assert links(awx, "tokyo from git") == {
        "project": {"success_nodes": ["inventory"]},
        "inventory": {"success_nodes": ["site"]},
        "site": {},
    }
    (source,) = named(awx, "inventory_sources").values()
    assert source["status"] == "successful"
    ours = named(awx, "projects")["twoway playbooks"]
    assert ours["scm_branch"] == ours["scm_revision"] == awx.store.revision
    assert {one["project"] for one in awx.store.all("job_templates")} == {ours["id"]}


def test_its_approvals_have_names_and_a_timeout(awx):
    approvals = named(awx, "workflow_approval_templates")
    assert "tokyo: from 5 % to 25 %?" in approvals
    assert {one["timeout"] for one in approvals.values()} == {86400}
    assert len(approvals) == 4


def test_its_credentials_are_for_somebody_to_fill_in(awx):
    assert named(awx, "credentials")["tokyo accounts"]["inputs"] == {}
    template = named(awx, "job_templates")["tokyo canary rollback"]
    held = awx.store.lists["job_templates", template["id"], "credentials"]
    assert [awx.store.show("credentials", one)["name"] for one in held] == ["tokyo accounts"]


def test_again_it_changes_nothing(awx):
    """Not even by a request that AWX would answer with what was there."""
    filled = next(one for one in awx.store.things["credentials"].values() if one["name"] == "tokyo accounts")
    filled["inputs"] = {"link": "tokyo", "public_secret_key": "somebody's"}
    writes = run(awx)
    assert awx.told.count("changed=0 ") == 2
    project = named(awx, "projects")["twoway"]
    assert writes == [f"POST {project['url']}update/"]  # what git has come to meanwhile
    assert filled["inputs"] == {"link": "tokyo", "public_secret_key": "somebody's"}


def rollback(awx: Double) -> dict[str, Any]:
    return awx.store.launch(named(awx, "job_templates")["tokyo canary rollback"]["id"])


def test_with_git_down_it_fails_and_jobs_run_as_before(awx):
    awx.store.git_is_up = False
    environment = {"CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": server.TOKEN}
    assert "The Project Update - twoway, failed" in playbook.run(environment, {}, fails=True)
    assert named(awx, "projects")["twoway"]["status"] == "failed"
    assert rollback(awx)["status"] == "running"


def test_an_update_that_failed_half_way_is_done_again(awx):
    """Git went away between the two projects, or somebody has tried to update the second one by hand."""
    project = named(awx, "projects")["twoway playbooks"]
    awx.store.update("projects", project["id"])
    with pytest.raises(RefusedError):
        rollback(awx)
    awx.store.git_is_up = True
    assert f"POST {project['url']}update/" in run(awx)
    assert rollback(awx)["status"] == "running"


def test_other_services_and_weights_leave_nothing_of_the_former(awx):
    """A node that nothing leads to any more would run when the workflow starts."""
    awx.store.revision = "ab" * 20
    run(awx, awx_services=["orders", "invoices"], awx_canary_weights=[10, 100], awx_approval_timeout=600)
    assert links(awx, PROMOTION) == drawn([10, 100])
    project = named(awx, "projects")["twoway playbooks"]
    assert project["scm_revision"] == project["scm_branch"] == "ab" * 20
    for template in ("tokyo canary start", "tokyo canary step"):
        number = named(awx, "job_templates")[template]["id"]
        assert awx.store.surveys["job_templates", number]["spec"][0]["choices"] == ["orders", "invoices"]
    assert (
        run(awx, "--check", awx_services=["orders", "invoices"], awx_canary_weights=[10, 100], awx_approval_timeout=600)
        == []
    )
    assert awx.told.count("changed=0 ") == 2
