"""ecs_services against the rig: from an empty account to a fleet, through every change, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import ecs_api, elb_api
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import priority_for
from rig.control import snapshot
from rig.fabric.null import NullDataPlane
from rig.world import WorkloadStatus
from unit.plugins.modules.fleet import BILLING, CANARY, ORDERS, row, verbs, writes

OURS = {"privatelink:link": "tokyo", "privatelink:side": "isolated", "privatelink:role": "ecs_services"}


def test_check_mode_on_an_empty_account_names_every_resource(run, cloud):
    result = run(
        "ecs_services",
        "isolated",
        check=True,
        link="tokyo",
        link_domain="tokyo.twoway.example",
        cluster="tokyo",
        vpc_id=None,
        subnet_ids=["subnet-00000000", None],
        security_group_ids=[None],
        execution_role_arn=None,
        shards=[{"number": 1, "listener_arn": None, "port": 443}],
        services=[ORDERS, {**BILLING, "canary": CANARY}],
    )
    assert result["changed"] and writes(cloud) == []
    assert verbs(result) == [
        "create log group /twoway/tokyo/services/orders",
        "create stable target group tokyo-orders-stable",
        "create rule tokyo-orders",
        "register stable task definition tokyo-orders-stable",
        "create stable ECS service tokyo-orders-stable",
    ]
    assert result["diff"]["after"].keys() == {"orders", "billing"}
    assert [entry["port"] for entry in result["catalog"]] == [443, 443]


def test_ids_that_are_not_known_are_refused_outside_of_check_mode(converge, cloud):
    result = converge(ORDERS, vpc_id=None, execution_role_arn="")
    assert result["failed"] and result["failure"]["where"] == "vpc_id, execution_role_arn"
    assert writes(cloud) == []


def test_a_bad_entry_never_reaches_aws(converge, cloud):
    result = converge(ORDERS, {**BILLING, "port": 0})
    assert result["failed"] and "services[1].port: found 0" in result["msg"]
    assert cloud.calls == []


def test_a_service_stands_with_all_it_takes(converge, account, site):
    result = converge(ORDERS)
    assert row(result)["error"] is None
    group = account.target_groups()["tokyo-orders-stable"]
    assert (group["TargetType"], group["Protocol"], group["HealthCheckPath"]) == ("ip", "HTTPS", "/healthz")
    assert OURS.items() <= account.tags(group["TargetGroupArn"]).items()
    (rule,) = account.rules()
    assert rule["Conditions"][0]["HostHeaderConfig"]["Values"] == ["orders.tokyo.twoway.example"]
    assert account.tags(rule["RuleArn"])["privatelink:service"] == "orders"
    service = account.services()["tokyo-orders-stable"]
    assert (service["runningCount"], service["launchType"]) == (1, "FARGATE")
    assert service["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"
    assert service["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    container = account.definition("tokyo-orders-stable")["containerDefinitions"][0]
    assert container["logConfiguration"]["options"]["awslogs-group"] == "/twoway/tokyo/services/orders"
    assert account.logs() == {"/twoway/tokyo/services/orders": 30}
    assert result["catalog"] == [
        {
            "name": "orders",
            "host": "orders.tokyo.twoway.example",
            "path": "/orders",
            "port": 443,
            "version": "1.0",
            "health_check": {"path": "/healthz", "matcher": "200"},
            "canary": None,
        }
    ]


def test_the_catalogue_tells_the_canarys_share_as_it_is_and_not_as_it_is_listed(converge, account, cloud):
    listed = {**BILLING, "canary": CANARY}
    first = converge(listed)["catalog"][0]["canary"]
    (rule,) = account.rules()
    groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
    weighted = [{**group, "Weight": weight} for group, weight in zip(groups, (3, 1), strict=True)]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}
    cloud.client("elbv2").modify_rule(RuleArn=rule["RuleArn"], Actions=[action])
    canary = next(n for n, group in enumerate(groups) if "canary" in group["TargetGroupArn"])
    assert first["weight"] == CANARY["weight"]
    assert converge(listed)["catalog"][0]["canary"] == {"version": first["version"], "weight": (75.0, 25.0)[canary]}


def test_a_second_run_changes_nothing_and_reads_in_bulk(converge, cloud):
    converge(ORDERS, {**BILLING, "canary": CANARY})
    result = converge(ORDERS, {**BILLING, "canary": CANARY})
    assert result["changed"] is False and result["actions"] == []
    assert sorted(cloud.calls) == sorted(
        ["DescribeLogGroups", "DescribeRules", "DescribeScalableTargets", "DescribeServices"]
        + ["DescribeTags", "DescribeTags", "DescribeTargetGroups"]
        + ["ListRoles", "ListServices", "ListTaskDefinitionFamilies"]
    )


def test_check_mode_on_what_stands_changes_nothing(converge):
    converge(ORDERS)
    assert converge(ORDERS, check=True)["changed"] is False


# That the tag does not tell any more, the attributes, and what the tag tells.
SETTING = ["AddTags", "ModifyTargetGroupAttributes"]
EDITS = {
    "image": ({"image": "shop/orders:1.1"}, ["RegisterTaskDefinition", "TagResource", "UpdateService"]),
    "desired count": ({"desired_count": 2}, ["UpdateService"]),
    "health check": ({"health_check": {"path": "/up"}}, ["ModifyTargetGroup"]),
    "host": ({"host": "shop.tokyo.twoway.example"}, ["ModifyRule"]),
    "deregistration delay": ({"deregistration_delay": 30}, ["AddTags", *SETTING]),
    "slow start": ({"slow_start": 30}, ["AddTags", *SETTING]),
    "stickiness": (
        {"stickiness": {"seconds": 60}},
        ["AddTags", "AddTags", "ModifyRule", "ModifyTargetGroupAttributes"],
    ),
    "conditions": ({"conditions": {"paths": ["/v1/*"], "methods": ["GET"]}}, ["ModifyRule"]),
    "deployment": ({"deployment": {"circuit_breaker": "stop", "maximum_percent": 150}}, ["UpdateService"]),
    "grace period": ({"health_check": {"grace_period": 5}}, ["UpdateService"]),
    "scaling": (
        {"autoscaling": {"min": 1, "max": 3, "cpu": 50, "requests": 600}},
        ["PutScalingPolicy", "PutScalingPolicy", "RegisterScalableTarget"],
    ),
    "log retention": ({"log_retention_days": 90}, ["PutRetentionPolicy"]),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_costs_its_own_calls_alone_and_is_done_once(converge, cloud, edit):
    keys, expected = EDITS[edit]
    converge(ORDERS, BILLING)
    result = converge({**ORDERS, **keys}, BILLING)
    assert sorted(writes(cloud)) == expected
    assert [line["name"] for line in result["services"] if line["changed"]] == ["orders"]
    assert converge({**ORDERS, **keys}, BILLING)["changed"] is False


def test_a_new_image_rolls_out(converge, account):
    converge(ORDERS)
    result = converge({**ORDERS, "image": "shop/orders:1.1"})
    before, after = (result["diff"][key]["orders"]["stable task definition"] for key in ("before", "after"))
    assert before["containerDefinitions"][0]["image"] == "shop/orders:1.0"
    assert after["containerDefinitions"][0]["image"] == "shop/orders:1.1"
    assert account.definition("tokyo-orders-stable")["containerDefinitions"][0]["image"] == "shop/orders:1.1"
    assert account.services()["tokyo-orders-stable"]["runningCount"] == 1


def test_a_revision_whose_answer_is_lost_is_registered_once(converge, cloud):
    cloud.fault("RegisterTaskDefinition", "lost", times=2)
    result = converge(ORDERS)

    arns = cloud.client("ecs").list_task_definitions(familyPrefix="tokyo-orders-stable")["taskDefinitionArns"]
    assert "failed" not in result and len(arns) == 1
    assert not converge(ORDERS)["changed"]


def test_a_newer_revision_is_not_taken_for_the_one_before(converge, cloud, account):
    converge(ORDERS)
    cloud.fault("RegisterTaskDefinition", "unavailable")
    converge({**ORDERS, "image": "shop/orders:1.1"})

    assert account.definition("tokyo-orders-stable")["containerDefinitions"][0]["image"] == "shop/orders:1.1"


def test_one_that_fails_keeps_no_other_and_all_are_named(converge, cloud, site, account):
    cloud.client("elbv2").create_target_group(
        Name="tokyo-orders-stable", Protocol="HTTPS", Port=443, VpcId=site.vpc_id, TargetType="ip"
    )
    stock = {"name": "stock", "image": "shop/stock:1", "port": 8443, "protocol": "HTTPS"}
    result = converge(ORDERS, BILLING, stock)
    assert result["failed"] and result["changed"]
    assert result["msg"].startswith(
        "1 of 3 failed:\n- orders: target group tokyo-orders-stable: one that does not carry"
    )
    assert set(account.services()) == {"tokyo-billing-stable", "tokyo-stock-stable"}
    assert row(result, "billing")["error"] is None
    assert [entry["name"] for entry in result["failure"]["catalog"]] == ["billing", "stock"]
    assert result["failure"]["spare_shards"] == []


def test_a_plan_with_one_that_cannot_be_shows_all_the_others(converge, cloud, site):
    cloud.client("elbv2").create_target_group(
        Name="tokyo-orders-stable", Protocol="HTTPS", Port=443, VpcId=site.vpc_id, TargetType="ip"
    )
    result = converge(ORDERS, BILLING, check=True)
    assert result["failed"] and result["changed"]
    assert list(result["diff"]["after"]) == ["billing"]
    assert row(result)["actions"] == [] and row(result, "billing")["actions"] != []
    assert row(result)["listed"], "it cannot be had, but the list has it"


def test_what_aws_refuses_is_that_services_own_trouble(converge, account, monkeypatch):
    register = ecs_api.register_task_definition

    def refuse_orders(ecs, settings, tags):
        if "orders" in settings["family"]:
            raise AwsError(where="register task definition", found="ClientException: no", code="ClientException")
        return register(ecs, settings, tags)

    monkeypatch.setattr(ecs_api, "register_task_definition", refuse_orders)
    result = converge(ORDERS, BILLING)
    assert result["msg"] == "1 of 2 failed:\n- orders: register task definition: ClientException: no"
    assert verbs(result)[-1] == "create rule tokyo-orders", "what was done until then, and no more"
    assert account.services().keys() == {"tokyo-billing-stable"}
    assert account.target_groups().keys() == {"tokyo-billing-stable", "tokyo-orders-stable"}


def test_a_run_that_was_cut_short_is_finished_by_the_next(converge, account, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr(ecs_api, "create_service", _killed)
        assert converge(ORDERS)["failed"]
    result = converge(ORDERS)
    assert verbs(result) == [
        "register stable task definition tokyo-orders-stable",
        "create stable ECS service tokyo-orders-stable",
    ]
    assert len(account.rules()) == len(account.target_groups()) == 1


def _killed(*_args):
    raise AwsError(where="create service", found="the run was killed here")


def test_two_runs_at_once_cannot_both_make_the_rule_of_a_service(converge, account, cloud, site, monkeypatch):
    """They choose one priority, by the service's name; the slower one finds what the quicker one made."""
    create = elb_api.create_rule

    def create_after_the_other(elb, *args):
        create(elb, *args)
        return create(elb, *args)

    monkeypatch.setattr(elb_api, "create_rule", create_after_the_other)
    assert row(converge(ORDERS))["error"] is None
    assert len(account.rules()) == 1
    assert converge(ORDERS)["changed"] is False


def test_a_priority_that_is_taken_meanwhile_is_not_fought_over(converge, account, cloud, site, monkeypatch):
    """Somebody else's rule comes in between our reading and our writing."""
    create, priority = elb_api.create_target_group, priority_for("orders", ())

    def create_with_a_rival(elb, *args):
        action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        condition = {"Field": "host-header", "Values": ["rival.example"]}
        cloud.client("elbv2").create_rule(
            ListenerArn=site.listener_arn, Priority=priority, Conditions=[condition], Actions=[action]
        )
        return create(elb, *args)

    monkeypatch.setattr(elb_api, "create_target_group", create_with_a_rival)
    assert row(converge(ORDERS))["error"] is None
    assert {int(rule["Priority"]) for rule in account.rules()} == {priority, priority_for("orders", {priority})}


def test_a_service_that_never_becomes_steady_is_named_with_its_reason(converge, monkeypatch):
    well = NullDataPlane.report
    broken = WorkloadStatus(state="exited", exit_code=1, reason="Essential container in task exited")

    def report(plane):
        found = well(plane)
        orders = {w.id: broken for w in snapshot.world().workloads if "orders" in w.image}
        return replace(found, workloads={**found.workloads, **orders})

    monkeypatch.setattr(NullDataPlane, "report", report)
    result = converge(ORDERS, BILLING, wait_timeout=120)
    assert result["failed"]
    assert [line["name"] for line in result["failure"]["services"] if line["error"]] == ["orders"]
    assert "orders: tokyo-orders-stable: " in result["msg"]


def test_progress_is_told_while_it_waits(converge, tmp_path):
    converge(ORDERS, BILLING, progress_path=str(tmp_path / "progress"))
    lines = (tmp_path / "progress").read_text().splitlines()
    assert lines[0].startswith("0 of 2 steady; waiting for tokyo-billing-stable: 0 of 1 tasks run")
