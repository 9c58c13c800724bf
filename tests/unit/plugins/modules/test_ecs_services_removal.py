"""ecs_services: variants and services that leave, and what is left of them."""

from __future__ import annotations

import pytest
from unit.plugins.modules.fleet import BILLING, CANARY, ORDERS, OWN_ROLES, row, writes


def test_a_canary_joins_and_leaves(converge, account):
    converge(BILLING)
    converge({**BILLING, "canary": CANARY})
    assert account.weights() == {"tokyo-billing-stable": 100, "tokyo-billing-canary": 0}
    assert account.services()["tokyo-billing-canary"]["runningCount"] == 1
    assert row(converge(BILLING), "billing")["error"] is None
    assert account.weights() == {"tokyo-billing-stable": 100}
    assert set(account.services()) == {"tokyo-billing-stable"} == set(account.target_groups())
    assert converge(BILLING)["changed"] is False


def test_a_service_taken_out_goes_and_leaves_its_log(converge, account):
    converge(ORDERS, BILLING)
    (before,) = [rule["Priority"] for rule in account.rules() if "billing" in str(rule["Conditions"])]
    result = converge(BILLING)
    assert row(result)["changed"] and not row(result, "billing")["changed"]
    assert set(account.services()) == {"tokyo-billing-stable"} == set(account.target_groups())
    assert [rule["Priority"] for rule in account.rules()] == [before]
    assert "/twoway/tokyo/services/orders" in account.logs()
    again = converge(BILLING)
    assert again["changed"] is False
    assert [one["name"] for one in again["services"]] == ["billing"], "a log left behind on purpose is no service"


def test_without_purge_it_stays_and_is_told(converge, account, tmp_path):
    converge(ORDERS, BILLING)
    progress = tmp_path / "progress"
    result = converge(BILLING, purge_services=False, progress_path=str(progress))
    assert progress.read_text() == "not listed, and kept: orders\n"
    assert result["changed"] is False
    assert (row(result)["listed"], row(result, "billing")["listed"]) == (False, True)
    assert "tokyo-orders-stable" in account.services()


def test_a_service_switched_off_runs_nothing_and_leaves_the_catalogue(converge, account):
    converge(ORDERS)
    result = converge({**ORDERS, "enabled": False})
    assert result["catalog"] == []
    assert account.services()["tokyo-orders-stable"]["runningCount"] == 0
    assert len(account.rules()) == 1


def test_absent_leaves_nothing_of_ours_and_everything_of_others(converge, run, cloud, site, account):
    elb = cloud.client("elbv2")
    foreign = elb.create_target_group(
        Name="tokyo-legacy", Protocol="HTTP", Port=80, VpcId=site.vpc_id, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.create_rule(
        ListenerArn=site.listener_arn,
        Priority=100,
        Conditions=[{"Field": "host-header", "Values": ["legacy.example"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": foreign}],
    )
    converge(ORDERS, {**BILLING, "canary": CANARY})
    assert len(account.rules()) == 3
    gone = run("ecs_services", "isolated", link="tokyo", cluster="tokyo", state="absent")
    assert gone["changed"] and all(line["error"] is None for line in gone["services"])
    assert account.services() == {} == account.logs()
    assert set(account.target_groups()) == {"tokyo-legacy"}
    assert [rule["Priority"] for rule in account.rules()] == ["100"]
    ecs = cloud.client("ecs")
    assert ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"] == []
    again = run("ecs_services", "isolated", link="tokyo", cluster="tokyo", state="absent")
    assert again["changed"] is False and writes(cloud) == []


EAST = {"privatelink:link": "tokyo-east", "privatelink:side": "isolated", "privatelink:service": "orders"}


@pytest.mark.parametrize("tags", [pytest.param({}, id="without tags"), pytest.param(EAST, id="another link's")])
def test_what_only_has_a_name_like_ours_stays(converge, run, cloud, site, account, secretive, tags):
    """A log group, a role and task definitions where ours are: of a service of ours, and of one that we do not know."""
    logs, iam, ecs = (cloud.client(service) for service in ("logs", "iam", "ecs"))
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    path = "/privatelink/tokyo/isolated/services/"
    family = {"containerDefinitions": [{"name": "app", "image": "theirs/app", "memory": 64}]}
    if tags:
        family["tags"] = [{"key": key, "value": value} for key, value in tags.items()]
    converge(secretive, **OWN_ROLES)
    assert {role["Path"] for role in iam.list_roles(PathPrefix="/privatelink/")["Roles"]} == {path}
    name = next(role["RoleName"] for role in iam.list_roles(PathPrefix=path)["Roles"])
    logs.create_log_group(logGroupName="/twoway/tokyo/services/theirs", tags=tags)
    logs.put_retention_policy(logGroupName="/twoway/tokyo/services/theirs", retentionInDays=1)
    iam.create_role(RoleName=name.replace("orders", "theirs"), Path=path, AssumeRolePolicyDocument="{}", Tags=listed)
    for service in ("theirs", "orders"):
        ecs.register_task_definition(family=f"tokyo-{service}-stable", **family)
    result = run("ecs_services", "isolated", link="tokyo", cluster="tokyo", state="absent")

    assert not result.get("failed"), result["msg"]
    assert [role["RoleName"] for role in iam.list_roles(PathPrefix="/privatelink/")["Roles"]] == [
        name.replace("orders", "theirs")
    ]
    assert set(account.logs()) == {"/twoway/tokyo/services/theirs"}
    left = ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
    assert sorted(arn.rpartition("/")[2] for arn in left) == ["tokyo-orders-stable:2", "tokyo-theirs-stable:1"]
    again = run("ecs_services", "isolated", link="tokyo", cluster="tokyo", state="absent")
    assert again["changed"] is False and writes(cloud) == []


def test_absent_in_an_empty_account(run):
    result = run("ecs_services", "isolated", link="tokyo", cluster="tokyo", state="absent")
    assert result["changed"] is False and result["services"] == []


def test_absent_takes_roles_and_scaling_too(converge, run, cloud, account, secretive):
    scaled = {"autoscaling": {"min": 1, "max": 3, "cpu": 50}}
    converge({**secretive, **scaled}, **OWN_ROLES)
    gone = run("ecs_services", "isolated", link="tokyo", cluster="tokyo", state="absent")
    assert not gone.get("failed"), gone
    assert account.roles() == [] and account.services() == {}
    scaling = cloud.client("application-autoscaling")
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []


def test_logs_are_purged_when_asked(converge, account):
    converge(ORDERS, BILLING)
    converge(BILLING)
    assert account.logs().keys() == {"/twoway/tokyo/services/orders", "/twoway/tokyo/services/billing"}
    converge(BILLING, purge_logs=True)
    assert account.logs().keys() == {"/twoway/tokyo/services/billing"}


def test_what_stands_among_ours_is_told_and_left_alone(converge, cloud, site, account):
    converge(ORDERS)
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    condition = {"Field": "host-header", "Values": ["legacy.example"]}
    cloud.client("elbv2").create_rule(
        ListenerArn=site.listener_arn, Priority=7, Conditions=[condition], Actions=[action]
    )
    definition = account.services()["tokyo-orders-stable"]["taskDefinition"]
    cloud.client("ecs").create_service(
        cluster="tokyo",
        serviceName="legacy",
        taskDefinition=definition,
        desiredCount=0,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": site.subnet_ids}},
    )
    result = converge(ORDERS)
    assert result["changed"] is False
    assert result["strangers"] == [
        {"kind": "ECS service", "name": "legacy", "where": "cluster tokyo"},
        {"kind": "rule", "name": "priority 7", "where": "shard 1"},
    ]


def test_a_shard_that_nobody_is_on_any_more_is_told(converge, site):
    shards = [
        {"number": 2, "listener_arn": site.listener_arn, "port": 444},
        {"number": 5, "listener_arn": None, "port": 447},
    ]
    assert converge(ORDERS, check=True, shards=shards)["spare_shards"] == [5]
    assert converge(check=True, shards=shards)["spare_shards"] == [5]
