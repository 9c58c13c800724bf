"""ecs_services: what was changed by hand, found and put right."""

from __future__ import annotations

import pytest
from unit.plugins.modules.fleet import BILLING, CANARY, ORDERS, OWN_ROLES, SSM, row, writes


def drift_desired_count(cloud, account) -> None:
    cloud.client("ecs").update_service(cluster="tokyo", service="tokyo-orders-stable", desiredCount=3)


def drift_definition(cloud, account) -> None:
    ecs = cloud.client("ecs")
    live = account.definition("tokyo-orders-stable")
    container = {**live["containerDefinitions"][0], "image": "somebody/elses:1"}
    keys = ("family", "networkMode", "requiresCompatibilities", "cpu", "memory", "executionRoleArn")
    ecs.register_task_definition(**{key: live[key] for key in keys}, containerDefinitions=[container])
    ecs.update_service(cluster="tokyo", service="tokyo-orders-stable", taskDefinition="tokyo-orders-stable")


def drift_health_check(cloud, account) -> None:
    arn = account.target_groups()["tokyo-orders-stable"]["TargetGroupArn"]
    cloud.client("elbv2").modify_target_group(TargetGroupArn=arn, HealthCheckPath="/wrong")


def drift_rule(cloud, account) -> None:
    (rule,) = account.rules()
    condition = {"Field": "host-header", "HostHeaderConfig": {"Values": ["else.example"]}}
    cloud.client("elbv2").modify_rule(RuleArn=rule["RuleArn"], Conditions=[condition])


def drift_rule_gone(cloud, account) -> None:
    (rule,) = account.rules()
    cloud.client("elbv2").delete_rule(RuleArn=rule["RuleArn"])


def drift_tags(cloud, account) -> None:
    arn = account.target_groups()["tokyo-orders-stable"]["TargetGroupArn"]
    cloud.client("elbv2").add_tags(ResourceArns=[arn], Tags=[{"Key": "privatelink:role", "Value": "x"}])


def drift_retention(cloud, account) -> None:
    cloud.client("logs").put_retention_policy(logGroupName="/twoway/tokyo/services/orders", retentionInDays=1)


@pytest.mark.parametrize(
    "drift",
    [
        drift_desired_count,
        drift_definition,
        drift_health_check,
        drift_rule,
        drift_rule_gone,
        drift_tags,
        drift_retention,
    ],
    ids=lambda drift: drift.__name__,
)
def test_what_was_changed_by_hand_is_put_right(converge, cloud, account, drift):
    converge(ORDERS)
    drift(cloud, account)
    assert converge(ORDERS)["changed"] is True
    assert converge(ORDERS)["changed"] is False


def test_weights_moved_by_somebody_stay_and_are_told(converge, cloud, account):
    converge({**BILLING, "canary": CANARY})
    assert account.weights() == {"tokyo-billing-stable": 95, "tokyo-billing-canary": 5}
    (rule,) = account.rules()
    groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
    moved = [{**group, "Weight": 50} for group in groups]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": moved}}
    cloud.client("elbv2").modify_rule(RuleArn=rule["RuleArn"], Actions=[action])
    result = converge({**BILLING, "canary": CANARY})
    assert result["changed"] is False
    assert account.weights() == {"tokyo-billing-stable": 50, "tokyo-billing-canary": 50}
    assert row(result, "billing")["weights"] == {
        "live": {"stable": 50, "canary": 50},
        "listed": {"stable": 95, "canary": 5},
    }


def drift_attributes(cloud, account) -> None:
    arn = account.target_groups()["tokyo-orders-stable"]["TargetGroupArn"]
    attributes = [{"Key": "load_balancing.algorithm.type", "Value": "least_outstanding_requests"}]
    cloud.client("elbv2").modify_target_group_attributes(TargetGroupArn=arn, Attributes=attributes)


def drift_policy(cloud, account) -> None:
    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    for name in ("service", "more"):
        cloud.client("iam").put_role_policy(
            RoleName="tokyo-service-orders-execution", PolicyName=name, PolicyDocument=document
        )


def drift_attached(cloud, account) -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    cloud.client("iam").attach_role_policy(RoleName="tokyo-service-orders-task", PolicyArn=arn)


def drift_lying_tag(cloud, account) -> None:
    """Another revision, and a tag that says it is the wanted one."""
    drift_definition(cloud, account)
    service = account.services()["tokyo-orders-stable"]
    told = next(tag["value"] for tag in service["tags"] if tag["key"] == "privatelink:task-definition")
    revision = service["taskDefinition"].rpartition(":")[2]
    value = f"{revision}@{told.partition('@')[2]}"
    cloud.client("ecs").tag_resource(
        resourceArn=service["serviceArn"], tags=[{"key": "privatelink:task-definition", "value": value}]
    )


def drift_log_tags(cloud, account) -> None:
    (group,) = cloud.client("logs").describe_log_groups()["logGroups"]
    arn = group["arn"].removesuffix(":*")
    cloud.client("logs").untag_resource(resourceArn=arn, tagKeys=["privatelink:role"])


@pytest.mark.parametrize(
    "drift",
    [drift_attributes, drift_policy, drift_attached, drift_lying_tag, drift_log_tags],
    ids=lambda drift: drift.__name__,
)
def test_what_bulk_calls_do_not_tell_a_full_look_finds(converge, cloud, account, secretive, drift):
    converge(secretive, **OWN_ROLES)
    drift(cloud, account)
    assert converge(secretive, **OWN_ROLES)["changed"] is False
    looked = converge(secretive, check=True, verify_live="full", **OWN_ROLES)
    assert looked["changed"] and writes(cloud) == []
    assert row(converge(secretive, verify_live="full", **OWN_ROLES))["error"] is None
    assert converge(secretive, verify_live="full", **OWN_ROLES)["changed"] is False


@pytest.mark.parametrize("writes_left", [1, 2, 3])
@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"deregistration_delay": 60}, id="attributes"),
        pytest.param({"secrets": {"API_TOKEN": f"{SSM}another/token"}}, id="role"),
    ],
)
def test_a_change_that_was_killed_and_is_not_wanted_any_more(converge, secretive, killed_after, other, writes_left):
    converge(secretive, **OWN_ROLES)
    killed_after(writes_left)
    with pytest.raises(ValueError, match="Expecting value"):
        converge({**secretive, **other}, **OWN_ROLES)
    converge(secretive, **OWN_ROLES)
    assert converge(secretive, verify_live="full", **OWN_ROLES)["changed"] is False
