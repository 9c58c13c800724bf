"""What a run does about each difference, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.plan import plan_fleet

from .conftest import CANARY, Account, only, service, wish_for


def test_a_new_service_is_made_in_the_order_aws_wants(account, done):
    assert done(only(account.converge(wish_for([service("orders")])))) == [
        "create log group /twoway/tokyo/services/orders",
        "create stable target group tokyo-orders-stable",
        "create rule tokyo-orders",
        "register stable task definition tokyo-orders-stable",
        "create stable ECS service tokyo-orders-stable",
    ]


def test_what_is_as_listed_stays(account):
    wish = wish_for([service("orders", canary=CANARY), service("billing", deregistration_delay=30)])
    account.converge(wish)
    assert all(not plan.changes for plan in account.converge(wish))


EDITS = {
    "image": (
        {"image": "shop/orders:2.0"},
        ["register stable task definition tokyo-orders-stable", "modify stable ECS service tokyo-orders-stable"],
    ),
    "environment": (
        {"environment": {"LEVEL": "debug"}},
        ["register stable task definition tokyo-orders-stable", "modify stable ECS service tokyo-orders-stable"],
    ),
    "desired count": ({"desired_count": 3}, ["modify stable ECS service tokyo-orders-stable"]),
    "switched off": ({"enabled": False}, ["modify stable ECS service tokyo-orders-stable"]),
    "health check": ({"health_check": {"path": "/up"}}, ["modify stable target group tokyo-orders-stable"]),
    "host": ({"host": "shop.tokyo.twoway.example"}, ["modify rule tokyo-orders"]),
    "path is the door's business": ({"path": "/shop"}, []),
    "deregistration delay": (
        {"deregistration_delay": 30},
        [
            "set attributes stable target group tokyo-orders-stable",
            "record attributes stable target group tokyo-orders-stable",
        ],
    ),
    "stickiness": (
        {"stickiness": {"seconds": 60}},
        [
            "modify rule tokyo-orders",
            "set attributes stable target group tokyo-orders-stable",
            "record attributes stable target group tokyo-orders-stable",
        ],
    ),
    "conditions": ({"conditions": {"methods": ["GET"]}}, ["modify rule tokyo-orders"]),
    "deployment": ({"deployment": {"circuit_breaker": "stop"}}, ["modify stable ECS service tokyo-orders-stable"]),
    "a grace period": ({"health_check": {"grace_period": 5}}, ["modify stable ECS service tokyo-orders-stable"]),
    "scaling": ({"autoscaling": {"min": 1, "max": 3, "cpu": 50}}, ["create scaling service/tokyo/tokyo-orders-stable"]),
    "secrets": (
        {"secrets": {"KEY": "arn:aws:ssm:ap-northeast-1:222222222222:parameter/key"}},
        [
            "create execution role tokyo-service-orders-execution",
            "register stable task definition tokyo-orders-stable",
            "modify stable ECS service tokyo-orders-stable",
        ],
    ),
    "a task policy": (
        {"task_policy": [{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]},
        [
            "create task role tokyo-service-orders-task",
            "register stable task definition tokyo-orders-stable",
            "modify stable ECS service tokyo-orders-stable",
        ],
    ),
    "log retention": ({"log_retention_days": 90}, ["modify log group /twoway/tokyo/services/orders"]),
    "a canary joins": (
        {"canary": CANARY},
        [
            "create canary target group tokyo-orders-canary",
            "modify rule tokyo-orders",
            "register canary task definition tokyo-orders-canary",
            "create canary ECS service tokyo-orders-canary",
        ],
    ),
}


def way_out(port: int) -> dict:
    return {"security_group_ids": [f"sg-{port}"], "environment": {"HTTPS_PROXY": f"http://way-out:{port}"}}


def test_another_way_out_is_one_deployment_of_its_service_alone(account, done):
    """Group and environment change together: no task has the one without the other."""
    services = [service("orders", outbound=["exchange"]), service("billing", outbound=["exchange"]), service("stock")]
    before = {"orders": way_out(9), "billing": way_out(9)}
    account.converge(wish_for(services, outbound=before))
    moved = wish_for(services, outbound={**before, "orders": way_out(2)})
    plans = account.converge(moved)

    (orders,) = [plan for plan in plans if plan.changes]
    assert (orders.name, done(orders)) == (
        "orders",
        ["register stable task definition tokyo-orders-stable", "modify stable ECS service tokyo-orders-stable"],
    )
    assert set(orders.writes[-1].values["keys"]) == {"task_definition", "security_group_ids"}
    by_name = {name: wanted.resources[m.slot(m.ECS_SERVICE, m.STABLE)] for name, wanted in moved.services.items()}
    assert {name: item.settings["security_group_ids"] for name, item in by_name.items()} == {
        "orders": ["sg-1", "sg-2"],
        "billing": ["sg-1", "sg-9"],
        "stock": ["sg-1"],
    }


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_touches_only_what_it_is_about(account, done, edit):
    others = [service("billing"), service("stock", canary={"image": "shop/stock:2"})]
    account.converge(wish_for([service("orders"), *others]))
    keys, expected = EDITS[edit]
    plans = account.converge(wish_for([service("orders", **keys), *others]))
    assert done(only(plans)) == expected
    assert all(not plan.changes for plan in plans if plan.name != "orders")


def test_an_ecs_service_is_told_only_what_differs(account):
    account.converge(wish_for([service("orders")]))
    (change,) = only(account.converge(wish_for([service("orders", desired_count=2)]))).changes
    assert change.values["keys"] == ("desired_count",)


def test_a_canary_that_joins_starts_at_nought_and_keeps_what_it_is_given(account):
    account.converge(wish_for([service("orders")]))
    wish = wish_for([service("orders", canary=CANARY)])
    plan = only(account.converge(wish))
    rule = next(c for c in plan.writes if c.values["slot"] == m.slot(m.RULE))
    assert rule.values["weights"] == {"stable": 100, "canary": 0}
    assert not only(account.converge(wish)).changes


def test_a_rule_made_with_a_canary_has_its_starting_weights(account):
    plan = only(account.converge(wish_for([service("orders", canary=CANARY)])))
    assert plan.after.resources[m.slot(m.RULE)].settings["weights"] == {"stable": 90, "canary": 10}


@pytest.mark.parametrize(
    "weights", [{"stable": 0, "canary": 100}, {"stable": 1, "canary": 999}, {"stable": 50, "canary": 50}]
)
def test_weights_somebody_moved_are_left_alone(account, weights):
    wish = wish_for([service("orders", canary=CANARY)])
    account.converge(wish)
    _move_weights(account, weights)
    plan = only(account.converge(wish))
    assert plan.changes == ()
    assert plan.after.resources[m.slot(m.RULE)].settings["weights"] == weights


@pytest.mark.parametrize(("others", "fits"), [(3, True), (4, False)])
def test_a_rule_forwards_to_five_groups_at_most(account, others, fits):
    """A canary that joins a rule which somebody has given groups of his own."""
    account.converge(wish_for([service("orders")]))
    _move_weights(account, {"stable": 100, **{f"arn:group/{number}": 0 for number in range(others)}})
    plan = only(plan_fleet(wish_for([service("orders", canary=CANARY)]), account.fleet()))
    assert (plan.error is None) is fits
    assert fits or plan.error.message.startswith("rule tokyo-orders: 6 target groups, those of others among them")


def test_other_changes_of_a_rule_keep_its_weights(account):
    account.converge(wish_for([service("orders", canary=CANARY)]))
    _move_weights(account, {"stable": 25, "canary": 75})
    plan = only(account.converge(wish_for([service("orders", canary=CANARY, host="a.tokyo.twoway.example")])))
    assert plan.changes[0].values["weights"] == {"stable": 25, "canary": 75}


def test_a_canary_that_leaves_gets_no_requests_then_no_tasks_then_goes(account, done):
    account.converge(wish_for([service("orders", canary=CANARY)]))
    _move_weights(account, {"stable": 0, "canary": 100})
    plan = only(account.converge(wish_for([service("orders")])))
    assert [change.values["weights"] for change in plan.changes if change.values["slot"] == m.slot(m.RULE)] == [
        {"canary": 0, "stable": 100},
        {"stable": 100},
    ]
    assert done(plan) == [
        "modify rule tokyo-orders",
        "drain canary ECS service tokyo-orders-canary",
        "modify rule tokyo-orders",
        "delete canary ECS service tokyo-orders-canary",
        "delete canary target group tokyo-orders-canary",
        "delete canary task definition tokyo-orders-canary",
    ]
    assert len(plan.writes) == 2


def _move_weights(account: Account, weights: dict[str, int]) -> None:
    held = account.services["orders"]
    rule = held[m.slot(m.RULE)]
    held[m.slot(m.RULE)] = replace(rule, settings={**rule.settings, "weights": weights})


def test_a_service_that_is_not_listed_drains_before_it_goes_and_leaves_its_log(account, done):
    account.converge(wish_for([service("orders"), service("billing")]))
    plan = only(account.converge(wish_for([service("billing")])))
    assert done(replace_removals(plan, ())) == [
        "modify rule tokyo-orders",
        "drain stable ECS service tokyo-orders-stable",
    ]
    assert plan.writes[0].values["weights"] == {"stable": 0}
    assert done(replace_writes(plan, ())) == [
        "delete rule tokyo-orders",
        "delete stable ECS service tokyo-orders-stable",
        "delete stable target group tokyo-orders-stable",
        "delete stable task definition tokyo-orders-stable",
    ]
    assert set(account.services["orders"]) == {m.slot(m.LOG_GROUP)}
    assert [plan.name for plan in account.converge(wish_for([service("billing")]))] == ["billing"]


def replace_removals(plan, removals):
    return replace(plan, removals=removals)


def replace_writes(plan, writes):
    return replace(plan, writes=writes)


def test_without_purge_it_stays_and_is_told(account):
    account.converge(wish_for([service("orders")]))
    plan = only(account.converge(wish_for([], purge_services=False)))
    assert plan.changes == () and plan.after is plan.before


def test_absent_takes_the_logs_too(account, done):
    account.converge(wish_for([service("orders")]))
    wish = wish_for([], state="absent", shards=0)
    assert done(only(account.converge(wish)))[-1] == "delete log group /twoway/tokyo/services/orders"
    assert account.services["orders"] == {} and account.converge(wish) == ()


def test_a_half_made_service_is_completed(account, done):
    """As a run leaves it that was killed after the target group."""
    account.converge(wish_for([service("orders")]))
    held = account.services["orders"]
    kept = (m.slot(m.LOG_GROUP), m.slot(m.TARGET_GROUP, m.STABLE))
    account.services["orders"] = {place: held[place] for place in kept}
    assert done(only(account.converge(wish_for([service("orders")])))) == [
        "create rule tokyo-orders",
        "register stable task definition tokyo-orders-stable",
        "create stable ECS service tokyo-orders-stable",
    ]


def test_attributes_not_recorded_are_set_again(account, done):
    wish = wish_for([service("orders", deregistration_delay=30)])
    account.converge(wish)
    held, place = account.services["orders"], m.slot(m.TARGET_GROUP, m.STABLE)
    held[place] = replace(held[place], settings={**held[place].settings, "attributes": None})
    assert done(only(account.converge(wish))) == [
        "set attributes stable target group tokyo-orders-stable",
        "record attributes stable target group tokyo-orders-stable",
    ]


def test_an_ecs_service_that_is_still_going_is_awaited_and_made_anew(account, done):
    wish = wish_for([service("orders")])
    account.converge(wish)
    held, place = account.services["orders"], m.slot(m.ECS_SERVICE, m.STABLE)
    held[place] = replace(held[place], facts={"status": "DRAINING"})
    plan = only(account.converge(wish))
    assert done(plan) == [
        "register stable task definition tokyo-orders-stable",
        "create stable ECS service tokyo-orders-stable",
    ]
    assert plan.changes[-1].values["drain_first"] is True


def test_a_missing_tag_is_set(account, done):
    account.converge(wish_for([service("orders")]))
    plan = only(account.converge(wish_for([service("orders")], tags={"team": "shop", "cost": "42"})))
    assert done(plan) == [
        "tag stable target group tokyo-orders-stable",
        "tag rule tokyo-orders",
        "tag stable ECS service tokyo-orders-stable",
    ]
    assert plan.changes[0].values["tags"] == {"cost": "42"}


def test_a_protocol_is_never_changed_under_a_service(account):
    account.converge(wish_for([service("orders"), service("billing")]))
    plans = account.converge(wish_for([service("orders", protocol="HTTP"), service("billing", desired_count=2)]))
    assert "protocol HTTPS" in only(plans).error.message and not only(plans).changes
    assert only(plans, "billing").changes, "one broken entry must not keep the others"


def test_a_foreign_name_is_refused_and_the_others_go_on(account):
    fleet = replace(account.fleet(), taken=frozenset({(m.TARGET_GROUP, "tokyo-orders-stable")}))
    plans = plan_fleet(wish_for([service("orders"), service("billing")]), fleet)
    assert "does not carry this link's tags" in only(plans).error.message
    assert only(plans, "billing").changes


def test_two_resources_for_one_slot_are_refused(account):
    wish = wish_for([service("orders")])
    account.converge(wish)
    found = account.fleet().services["orders"]
    twins = replace(found, twins={m.slot(m.RULE): ("arn:a", "arn:b")})
    plan = only(plan_fleet(wish, replace(account.fleet(), services={"orders": twins})))
    assert "2 of them carry the tags of orders: arn:a, arn:b" in plan.error.message
