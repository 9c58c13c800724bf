"""ecs_services against the rig: from an empty account to a fleet, through every change, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import ecs_api, elb_api
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import priority_for
from rig.control import snapshot
from rig.fabric.null import NullDataPlane
from rig.world import WorkloadStatus

ORDERS = {"name": "orders", "image": "shop/orders:1.0", "port": 8443}
BILLING = {"name": "billing", "image": "shop/billing:2.0", "port": 8444}
CANARY = {"image": "shop/billing:2.1", "weight": 5}
OURS = {"privatelink:link": "tokyo", "privatelink:side": "isolated", "privatelink:role": "ecs_services"}


@pytest.fixture
def converge(run, site):
    def converge(*services: dict, check: bool = False, **more: Any) -> dict[str, Any]:
        return run("ecs_services", "isolated", check=check, **site.options(services=list(services), **more))

    return converge


def row(result: dict, name: str = "orders") -> dict:
    rows = result["failure"]["services"] if result.get("failed") else result["services"]
    return next(row for row in rows if row["name"] == name)


def verbs(result: dict, name: str = "orders") -> list[str]:
    return [f"{action['verb']} {action['target']}" for action in row(result, name)["actions"]]


class Account:
    """Reads back with plain boto3, not with our own code."""

    def __init__(self, cloud, site) -> None:
        self._cloud, self._site = cloud, site

    def target_groups(self) -> dict[str, dict]:
        found = self._cloud.client("elbv2").describe_target_groups()["TargetGroups"]
        return {group["TargetGroupName"]: group for group in found}

    def rules(self) -> list[dict]:
        rules = self._cloud.client("elbv2").describe_rules(ListenerArn=self._site.listener_arn)["Rules"]
        return [rule for rule in rules if not rule["IsDefault"]]

    def weights(self) -> dict[str, int]:
        """By target group name, of the only rule."""
        (rule,) = self.rules()
        groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
        return {group["TargetGroupArn"].split("/")[1]: group["Weight"] for group in groups}

    def tags(self, arn: str) -> dict[str, str]:
        (found,) = self._cloud.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
        return {tag["Key"]: tag["Value"] for tag in found["Tags"]}

    def services(self) -> dict[str, dict]:
        ecs = self._cloud.client("ecs")
        arns = ecs.list_services(cluster="tokyo")["serviceArns"]
        found = ecs.describe_services(cluster="tokyo", services=arns, include=["TAGS"])["services"] if arns else []
        return {service["serviceName"]: service for service in found}

    def definition(self, service: str) -> dict:
        ecs = self._cloud.client("ecs")
        arn = self.services()[service]["taskDefinition"]
        return ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]

    def logs(self) -> dict[str, int]:
        groups = self._cloud.client("logs").describe_log_groups()["logGroups"]
        return {group["logGroupName"]: group["retentionInDays"] for group in groups}


@pytest.fixture
def account(cloud, site) -> Account:
    return Account(cloud, site)


def writes(cloud) -> list[str]:
    return [call for call in cloud.calls if not call.startswith(("Describe", "List", "Get"))]


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


EDITS = {
    "image": ({"image": "shop/orders:1.1"}, ["RegisterTaskDefinition", "TagResource", "UpdateService"]),
    "desired count": ({"desired_count": 2}, ["UpdateService"]),
    "health check": ({"health_check": {"path": "/up"}}, ["ModifyTargetGroup"]),
    "host": ({"host": "shop.tokyo.twoway.example"}, ["ModifyRule"]),
    "deregistration delay": ({"deregistration_delay": 30}, ["AddTags", "ModifyTargetGroupAttributes"]),
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


def test_a_canary_joins_and_leaves(converge, account):
    converge(BILLING)
    converge({**BILLING, "canary": CANARY})
    assert account.weights() == {"tokyo-billing-stable": 100, "tokyo-billing-canary": 0}
    assert account.services()["tokyo-billing-canary"]["runningCount"] == 1
    assert row(converge(BILLING), "billing")["error"] is None
    assert account.weights() == {"tokyo-billing-stable": 100}
    assert set(account.services()) == {"tokyo-billing-stable"} == set(account.target_groups())
    assert converge(BILLING)["changed"] is False


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


def test_what_aws_refuses_is_that_services_own_trouble(converge, account, monkeypatch):
    register = ecs_api.register_task_definition

    def refuse_orders(ecs, settings, tags):
        if "orders" in settings["family"]:
            raise AwsError(where="register task definition", found="ClientException: no", code="ClientException")
        return register(ecs, settings, tags)

    monkeypatch.setattr(ecs_api, "register_task_definition", refuse_orders)
    result = converge(ORDERS, BILLING)
    assert result["msg"] == "1 of 2 failed:\n- orders: register task definition: ClientException: no"
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


def test_a_service_taken_out_goes_and_leaves_its_log(converge, account):
    converge(ORDERS, BILLING)
    (before,) = [rule["Priority"] for rule in account.rules() if "billing" in str(rule["Conditions"])]
    result = converge(BILLING)
    assert row(result)["changed"] and not row(result, "billing")["changed"]
    assert set(account.services()) == {"tokyo-billing-stable"} == set(account.target_groups())
    assert [rule["Priority"] for rule in account.rules()] == [before]
    assert "/twoway/tokyo/services/orders" in account.logs()
    assert converge(BILLING)["changed"] is False


def test_without_purge_it_stays(converge, account):
    converge(ORDERS, BILLING)
    result = converge(BILLING, purge_services=False)
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


def test_absent_in_an_empty_account(run):
    result = run("ecs_services", "isolated", link="tokyo", cluster="tokyo", state="absent")
    assert result["changed"] is False and result["services"] == []


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
