"""Names, versions, readings and verdicts."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import fingerprint
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import current, events, request, waiters
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import as_text, cut
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_containers import version_of


def test_a_short_name_stays_and_a_long_one_ends_in_a_hash_of_all_of_it():
    assert cut("tokyo-orders-stable") == "tokyo-orders-stable"
    long = [cut(f"tokyo-a-very-long-service-name-{n}-stable") for n in range(2)]
    assert len(set(long)) == 2
    assert all(len(name) == 32 and name.startswith("tokyo-a-very-long-servi") for name in long)


def test_a_cut_name_never_has_two_hyphens_where_it_was_cut():
    assert "--" not in cut("a" * 22 + "-" + "b" * 20)


def test_fingerprints_do_not_depend_on_order():
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1}) != fingerprint({"a": 1, "b": [3]})


def test_attributes_are_text_a_tag_may_hold():
    assert as_text({"b": "2", "a.x": "1"}) == "a.x=1 b=2"


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("shop/orders:1.4.0", "1.4.0"),
        ("registry.example:5000/shop/orders:1.4.0", "1.4.0"),
        ("registry.example:5000/shop/orders", "latest"),
        ("shop/orders", "latest"),
        ("shop/orders@sha256:0123456789abcdef", "0123456789ab"),
        ("shop/orders:2@sha256:0123456789abcdef", "2"),
    ],
)
def test_version_of(image, version):
    assert version_of(image) == version


def test_a_new_forward_keeps_authentication_order_and_stickiness():
    login = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {"ClientId": "x"}}
    sticky = {"Enabled": True, "DurationSeconds": 60}
    live = [
        login,
        {"Type": "forward", "Order": 2, "ForwardConfig": {"TargetGroups": [], "TargetGroupStickinessConfig": sticky}},
    ]
    sent = request.actions_with(live, {"stable": 100}, {"stable": "arn:s", "canary": "arn:c"})
    assert sent == [
        {**login, "AuthenticateOidcConfig": {"ClientId": "x", "UseExistingClientSecret": True}},
        {
            "Type": "forward",
            "Order": 2,
            "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": "arn:s", "Weight": 100}],
                "TargetGroupStickinessConfig": sticky,
            },
        },
    ]


def test_a_rule_that_does_not_forward_any_more_does_so_again():
    live = [{"Type": "authenticate-cognito", "Order": 1}, {"Type": "fixed-response", "Order": 2}]
    sent = request.actions_with(live, {"stable": 100}, {"stable": "arn:s"}, 60)
    assert sent == [
        live[0],
        {
            "Type": "forward",
            "Order": 2,
            "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": "arn:s", "Weight": 100}],
                "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
            },
        },
    ]


def test_a_group_of_somebody_else_in_a_rule_is_known_by_its_arn():
    (sent,) = request.actions_with([{"Type": "forward"}], {"stable": 100, "arn:theirs": 0}, {"stable": "arn:s"})
    groups = {one["TargetGroupArn"]: one["Weight"] for one in sent["ForwardConfig"]["TargetGroups"]}
    assert groups == {"arn:s": 100, "arn:theirs": 0}


def test_a_fingerprint_is_believed_for_the_revision_it_speaks_of_alone():
    tags = {m.TASK_DEFINITION_TAG: "3@abc"}
    assert current.recorded_fingerprint("arn:aws:ecs:r:1:task-definition/f:3", tags) == "abc"
    assert current.recorded_fingerprint("arn:aws:ecs:r:1:task-definition/f:4", tags) == "revision 4"
    assert current.recorded_fingerprint("arn:aws:ecs:r:1:task-definition/f:4", {}) == "revision 4"


def ecs(name="tokyo-orders-stable", wanted=2, tag="3@abc", **facts) -> m.Resource:
    steady = {
        "status": "ACTIVE",
        "task_definition_arn": "arn:aws:ecs:r:1:task-definition/f:3",
        "running": wanted,
        "pending": 0,
        "deployments": 1,
        "rollout": "COMPLETED",
        "rollout_reason": "",
        "last_event": "",
    }
    tags = {m.SERVICE_TAG: name.split("-")[1], m.TASK_DEFINITION_TAG: tag}
    return m.Resource(name=name, settings={"desired_count": wanted}, tags=tags, facts={**steady, **facts})


@pytest.mark.parametrize(
    ("facts", "steady", "failed"),
    [
        ({}, True, False),
        ({"rollout": None}, True, False),
        ({"running": 1}, False, False),
        ({"pending": 1}, False, False),
        ({"deployments": 2}, False, False),
        ({"rollout": "IN_PROGRESS"}, False, False),
        ({"rollout": "FAILED", "rollout_reason": "tasks failed to start."}, False, True),
        ({"task_definition_arn": "arn:aws:ecs:r:1:task-definition/f:2"}, False, True),
        ({"wanted": 0}, True, False),
    ],
    ids=[
        "steady",
        "no roll-out told",
        "one short",
        "one starts",
        "two deployments",
        "rolls out",
        "failed",
        "rolled back",
        "none wanted",
    ],
)
def test_progress(facts, steady, failed):
    progress = waiters.progress(ecs(**facts))
    assert (progress.steady, bool(progress.failure)) == (steady, failed)


def test_the_line_of_progress_names_the_slow_ones_and_why():
    fleet = [ecs(f"tokyo-s{n}-stable", running=0, last_event="no capacity") for n in range(7)]
    verdict, failures = waiters.judge(map(waiters.progress, [ecs(), *fleet]))
    assert not verdict.settled and not failures
    assert verdict.note.startswith("1 of 8 steady; waiting for tokyo-s0-stable: 0 of 2 tasks run (no capacity); ")
    assert verdict.note.endswith("; and 2 more")


def test_the_line_of_progress_says_when_all_tasks_run_and_still_it_is_not_over():
    verdict, _failures = waiters.judge([waiters.progress(ecs(rollout="IN_PROGRESS"))])
    assert verdict.note == ("0 of 1 steady; waiting for tokyo-orders-stable: 2 of 2 tasks run, its deployment goes on")


GROUP = "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:targetgroup/tokyo-orders-stable/73e2d6bc24d8a067"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            "(service tokyo-orders-stable) has started 1 tasks: (task 139a4e8f25824903b8e5ac6431ba4b09).",
            "has started 1 tasks: task 139a4e8f",
        ),
        (
            "(service orders) (task 139a4e8f25824903b8e5ac6431ba4b09) (port 8443) is unhealthy in "
            f"(target-group {GROUP}) due to (reason Health checks failed with these codes: [502]).",
            "task 139a4e8f port 8443 is unhealthy in target group tokyo-orders-stable due to Health checks failed with "
            "these codes: [502]",
        ),
        (
            "service orders was unable to place a task. Reason: Capacity is unavailable at this time.",
            "was unable to place a task. Reason: Capacity is unavailable at this time",
        ),
        ("", ""),
        ("x" * 161, "x" * 157 + "..."),
    ],
    ids=["tasks", "a target group", "its name without brackets", "nothing", "long"],
)
def test_words_of_an_event(message, words):
    assert events.words(message) == words


def test_a_failure_does_not_keep_the_others_waiting():
    verdict, failures = waiters.judge(map(waiters.progress, [ecs(), ecs("tokyo-bad-stable", rollout="FAILED")]))
    assert verdict.settled
    assert failures == {"bad": waiters.Failure("tokyo-bad-stable", "the deployment failed")}


GOING = ("tokyo-orders-stable",)


@pytest.mark.parametrize(
    ("item", "held"),
    [
        (ecs(running=0), ""),
        (ecs(running=0, pending=1), "tasks still run"),
        (ecs("tokyo-stays-stable"), ""),
        (ecs("tokyo-stays-stable", deployments=2, running=1), "not steady yet, 1 of 2 tasks run"),
        (ecs("tokyo-stays-stable", rollout="FAILED"), "the deployment failed"),
    ],
    ids=["no tasks left", "a task left", "steady", "rolls out", "failed"],
)
def test_what_keeps_a_thing_from_going(item, held):
    assert waiters.holds(item, GOING) == held


def test_things_go_together_and_a_failed_roll_out_is_not_waited_for():
    failed = ecs("tokyo-stays-stable", rollout="FAILED")
    assert waiters.free([ecs(running=0), failed], GOING).settled
    assert waiters.free([], GOING).settled
    late = [ecs(running=1), ecs("tokyo-stays-stable", deployments=2), failed]
    assert waiters.free(late, GOING).note == (
        "1 of 3 done; tasks of tokyo-orders-stable still run; tokyo-stays-stable not steady"
    )
