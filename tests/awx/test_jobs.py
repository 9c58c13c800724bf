"""Every job template, run as AWX runs it, against the sandbox: from nothing to a promoted canary, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from e2e import clouds, sandbox
from e2e.sandbox import ROOT

from awx import asked, checkout
from awx.job import Controller, NotStartedError
from awx.workflow import FAILED, SUCCESSFUL, Workflow

WEIGHTS = [50, 100]
# Nobody looks at numbers here: tests/load/canary does. Steps are as short as they may be.
PLAN = {"bake": 2, "interval": 1, "settle": 1, "checks": [], "abort_on": []}
PROMOTION = "tokyo canary promotion"


@pytest.fixture(scope="module")
def asks(tmp_path_factory) -> list[dict[str, Any]]:
    return asked.of_playbook(tmp_path_factory.mktemp("asked"), awx_canary_weights=WEIGHTS)


@pytest.fixture(scope="module")
def controller(asks, tmp_path_factory) -> Iterator[Controller]:
    folder = tmp_path_factory.mktemp("awx")
    with clouds.up(ROOT / "build" / "awx"):
        rig = sandbox.facts()
        git = checkout.copy_to(folder / "git")
        path = checkout.add_inventory(git, rig, canary_plan=PLAN)
        keys = {
            f"{side}_{key}": rig["accounts"][side][key]
            for side in sandbox.SIDES
            for key in ("access_key", "secret_key")
        }
        yield Controller(
            folder=folder,
            checkout=git,
            source_path=path,
            templates={args["name"]: args for args in asked.calls(asks, "job_template")},
            types={args["name"]: args for args in asked.calls(asks, "credential_type")},
            credentials={
                "tokyo accounts": ("twoway.privatelink accounts", {"link": "tokyo", **keys}),
                "tokyo service key": (
                    "twoway.privatelink service key",
                    {"service_private_key": Path(rig["pki"]["private_key"]).read_text()},
                ),
            },
        )


@pytest.fixture(scope="module")
def promotion(asks) -> list[Mapping[str, Any]]:
    calls = asked.calls(asks, "workflow_job_template")
    return next(args["workflow_nodes"] for args in calls if args["name"] == PROMOTION and "workflow_nodes" in args)


def image_of_stable(service: str) -> str:
    """What ECS runs for all requests, by plain boto3."""
    ecs = sandbox.client("isolated", "ecs")
    found = ecs.list_services(cluster="tokyo")["serviceArns"]
    services = ecs.describe_services(cluster="tokyo", services=found)["services"]
    (arn,) = (one["taskDefinition"] for one in services if one["serviceName"].endswith(f"{service}-stable"))
    (container,) = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"]
    return container["image"].rpartition("/")[2]


def walk(controller: Controller, nodes: list[Mapping[str, Any]], number: int, answers: dict[str, str], approve: bool):
    """The workflow as AWX walks it. Returns (whether it was successful, what ran, what the jobs said)."""
    jobs = {node["identifier"]: node for node in nodes}
    told: dict[str, str] = {}

    def outcome(name: str) -> str:
        template = jobs[name]["unified_job_template"]["name"]
        if not template:
            return SUCCESSFUL if approve else FAILED
        data = {**jobs[name].get("extra_data", {}), **answers}
        ended = controller.launch(template, data, awx_workflow_job_id=number)
        told[name] = ended.output
        return ended.status

    workflow = Workflow.of(nodes)
    return workflow.run(outcome), workflow.ran, told


def test_nothing_starts_before_the_credentials_are_filled_in(controller):
    nothing = {name: (kind, {}) for name, (kind, _inputs) in controller.credentials.items()}
    empty = replace(controller, credentials=nothing)
    with pytest.raises(NotStartedError, match="not filled in"):
        empty.launch("tokyo site")


def test_site_verify_and_drift(controller):
    for name in ("tokyo site", "tokyo verify", "tokyo drift"):
        ended = controller.launch(name)
        assert ended.status == SUCCESSFUL, ended
    assert "Link tokyo" in controller.launch("tokyo verify").output


def test_drift_fails_when_there_is_any(controller):
    """It closes on localhost, which the limit of a job would leave out."""
    ecs = sandbox.client("isolated", "ecs")
    (arn,) = (one for one in ecs.list_services(cluster="tokyo")["serviceArns"] if one.endswith("payments-stable"))
    ecs.update_service(cluster="tokyo", service=arn, desiredCount=3)
    ended = controller.launch("tokyo drift", {"drift_weights": "false"})
    assert ended.status == FAILED, ended
    assert "payments" in ended.output
    ecs.update_service(cluster="tokyo", service=arn, desiredCount=1)


def test_a_promotion_that_everybody_approves(controller, promotion):
    answers = {"canary_service": "orders", "canary_version": "1.5.0", "canary_reason": "the new price list"}
    is_good, ran, told = walk(controller, promotion, 41, answers, approve=True)
    assert is_good, told[ran[-1]]
    assert ran[-1] == "promote"
    assert image_of_stable("orders") == "orders:1.5.0"
    assert "orders: " in told["promote"]  # lines of progress, as they came
    status = controller.launch("tokyo canary status", {"canary_service": "orders"})
    assert status.status == SUCCESSFUL, status
    assert all(word in status.output for word in ("promoted", "alice"))


def test_a_promotion_that_somebody_refuses(controller, promotion):
    answers = {"canary_service": "payments", "canary_version": "1.1.0"}
    is_good, ran, told = walk(controller, promotion, 42, answers, approve=False)
    assert not is_good
    assert ran == ["start", "analyse 50", "approve 100 %", "rollback", "outcome"]
    assert "Expected: promoted" in told["outcome"]
    assert image_of_stable("payments") == "payments:1.0.3"


def test_a_workflow_leaves_the_canary_of_another_alone(controller, promotion):
    answers = {"canary_service": "payments", "canary_version": "1.2.0"}
    assert controller.launch("tokyo canary start", answers, awx_workflow_job_id=43).status == SUCCESSFUL
    is_good, ran, told = walk(controller, promotion, 44, {**answers, "canary_version": "1.3.0"}, approve=True)
    assert not is_good
    assert ran == ["start", "rollback"]
    assert "ticket 43" in told["rollback"]
    ended = controller.launch("tokyo canary status", {"canary_service": "payments", "canary_expect": "baking"})
    assert ended.status == SUCCESSFUL, ended


def test_a_person_rolls_back_what_a_workflow_has_begun(controller):
    ended = controller.launch("tokyo canary rollback", {"canary_service": "payments", "canary_reason": "no need"})
    assert ended.status == SUCCESSFUL, ended


def test_what_a_survey_does_not_offer_does_not_start(controller):
    for answers in ({"canary_service": "nobody"}, {}, {"canary_service": "orders", "canary_action": "promote"}):
        with pytest.raises(NotStartedError):
            controller.launch("tokyo canary rollback", answers)


def test_teardown_takes_down_what_was_named(controller):
    refused = controller.launch("tokyo teardown", {"teardown_confirm": "london"})
    assert refused.status == FAILED
    assert sandbox.client("isolated", "ecs").list_services(cluster="tokyo")["serviceArns"]
    ended = controller.launch("tokyo teardown", {"teardown_confirm": "tokyo"})
    assert ended.status == SUCCESSFUL, ended
    ours = [{"Name": "tag:privatelink:link", "Values": ["tokyo"]}]
    assert not sandbox.client("isolated", "ec2").describe_vpcs(Filters=ours)["Vpcs"]
