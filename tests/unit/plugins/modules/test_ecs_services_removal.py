"""ecs_services: variants and services that leave, and what is left of them."""

from __future__ import annotations

from unit.plugins.modules.fleet import BILLING, CANARY, ORDERS, row, writes


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
