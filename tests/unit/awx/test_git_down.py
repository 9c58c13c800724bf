"""What AWX runs while git is down, and after an update of a project has failed for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from awx import asked, checkout
from awx.double.launching import NO_REVISION, SYNC_FAILED
from awx.double.store import RefusedError, Store

CANARY = [f"tokyo canary {action}" for action in ("status", "start", "analyse", "step", "promote", "rollback")]
WHOLE = ["tokyo site", "tokyo verify", "tokyo drift", "tokyo teardown"]


@pytest.fixture(scope="module")
def git(tmp_path_factory) -> Path:
    return checkout.copy_to(tmp_path_factory.mktemp("git"))


class Awx:
    """A double with what playbooks/awx.yml has asked of projects and job templates."""

    def __init__(self, asks: list[dict[str, Any]], git: Path) -> None:
        self.asks, self.store = asks, Store(git)
        self.ids: dict[str, dict[str, int]] = {"project": {}, "job_template": {}}
        organization = self.store.make("organizations", {"name": "Default"})["id"]
        inventory = self.store.make("inventories", {"name": "twoway", "organization": organization, "kind": ""})["id"]
        for args in asked.calls(asks, "project"):
            own = {key: value for key, value in args.items() if key.startswith("scm_")}
            self._make("project", "projects", {"name": args["name"], "organization": organization, **own})
        for args in asked.calls(asks, "job_template"):
            refers = {"project": self.ids["project"][args["project"]], "inventory": inventory}
            self._make("job_template", "job_templates", {"name": args["name"], "playbook": args["playbook"], **refers})

    def _make(self, kind: str, collection: str, sent: dict[str, Any]) -> None:
        self.ids[kind][sent["name"]] = self.store.make(collection, sent)["id"]

    def updated_by_others(self) -> set[str]:
        """Projects that something brings up to date besides the playbook: nodes of workflows, and inventory sources."""
        workflows = asked.calls(self.asks, "workflow_job_template")
        templates = [node["unified_job_template"] for args in workflows for node in args.get("workflow_nodes", ())]
        sources = {args["source_project"] for args in asked.calls(self.asks, "inventory_source")}
        return {one["name"] for one in templates if one.get("type") == "project"} | sources

    def update(self, *names: str) -> None:
        for name in names:
            self.store.update("projects", self.ids["project"][name])

    @property
    def project_of_rollback(self) -> int:
        return self.store.things["job_templates"][self.ids["job_template"]["tokyo canary rollback"]]["project"]

    def launch(self, name: str) -> dict[str, Any]:
        return self.store.launch(self.ids["job_template"][name])

    def spawn(self, name: str) -> dict[str, Any]:
        return self.store.spawn(self.ids["job_template"][name])


@pytest.fixture
def awx(asks, git) -> Awx:
    return Awx(asks, git)


@pytest.mark.parametrize("name", [*CANARY, *WHOLE])
def test_a_failed_update_from_git_keeps_no_job_from_running(awx, name):
    assert awx.updated_by_others()
    awx.store.git_is_up = False
    awx.update(*awx.updated_by_others())
    assert awx.launch(name)["status"] == awx.spawn(name)["status"] == "running"


@pytest.mark.parametrize("name", CANARY)
def test_the_same_with_git_down_and_no_update(awx, name):
    awx.store.git_is_up = False
    assert awx.launch(name)["status"] == "running"


def test_an_update_from_git_changes_no_playbook(awx):
    """Not even in the middle of a promotion."""
    before = awx.store.show("projects", awx.project_of_rollback)
    awx.store.revision = "ab" * 20
    awx.update(*awx.updated_by_others())
    assert awx.store.show("projects", awx.project_of_rollback) == before


def test_awx_runs_nothing_of_a_project_whose_own_update_has_failed(awx):
    """Why there are two. That the copy and its revision are as they were does not help."""
    awx.store.git_is_up = False
    awx.store.update("projects", awx.project_of_rollback)
    with pytest.raises(RefusedError, match=NO_REVISION):
        awx.launch("tokyo canary rollback")
    job = awx.spawn("tokyo canary rollback")
    assert (job["status"], job["job_explanation"]) == ("error", NO_REVISION)


@pytest.mark.parametrize("timeout", [0, 10**9])
def test_updates_on_launch_would_not_help_either(awx, timeout):
    """Whatever the cache time-out: an update that failed is tried again by each job, which fails with it."""
    settings = {"scm_update_on_launch": True, "scm_update_cache_timeout": timeout}
    awx.store.change("projects", awx.project_of_rollback, settings)
    awx.store.git_is_up = False
    awx.store.update("projects", awx.project_of_rollback)
    assert awx.launch("tokyo canary rollback")["job_explanation"] == SYNC_FAILED


def test_a_control_node_without_a_copy_needs_git(awx):
    """docs/awx.md says what keeps the copies."""
    awx.store.git_is_up = False
    awx.store.copies.clear()
    assert awx.launch("tokyo canary rollback")["job_explanation"] == SYNC_FAILED
    awx.store.git_is_up = True
    assert awx.launch("tokyo canary rollback")["status"] == "running"
