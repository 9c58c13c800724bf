"""What a plan does about places, scaling, stickiness, roles and logs: the order AWS wants, and what is not ours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.plan import plan_fleet

from .conftest import CANARY, only, service, wish_for


def test_a_full_shard_sends_new_services_to_the_next(account):
    plans = account.converge(wish_for([service(f"s{n:02}") for n in range(51)], shards=2))
    shards = [plan.shard.number for plan in plans]
    assert shards == [1] * 50 + [2]


def test_every_service_of_a_full_shard_can_have_its_canary(account):
    names = [f"s{n:02}" for n in range(50)]
    account.converge(wish_for([service(name) for name in names]))
    plans = account.converge(wish_for([service(name, canary={"image": "x"}) for name in names]))
    assert [plan.error for plan in plans] == [None] * 50


def test_no_room_is_told_for_those_it_hits_alone(account):
    plans = account.converge(wish_for([service(f"s{n:02}") for n in range(51)]))
    (error,) = [plan.error.message for plan in plans if plan.error]
    assert "no room on 1 of them" in error and "playbooks/provider.yml" in error


def test_a_new_service_waits_for_the_place_of_one_that_leaves(account):
    names = [f"s{n:02}" for n in range(50)]
    account.converge(wish_for([service(name) for name in names]))
    plans = account.converge(wish_for([service(name) for name in (*names[1:], "zebra")]))
    assert only(plans, "zebra").waits and only(plans, "zebra").shard.number == 1
    assert only(plans, "s00").removals


def test_a_place_is_free_again_for_a_service_that_comes_later(account):
    names = [f"s{n:02}" for n in range(51)]
    account.converge(wish_for([service(name) for name in names], shards=2))
    account.converge(wish_for([service(name) for name in names[1:]], shards=2))
    plans = account.converge(wish_for([service(name) for name in (*names[1:], "zebra")], shards=2))
    assert only(plans, "zebra").shard.number == 1 and not only(plans, "zebra").waits
    assert only(plans, "s50").shard.number == 2 and not only(plans, "s50").changes


SCALED = {"autoscaling": {"min": 2, "max": 4, "cpu": 50, "requests": 100}}


def test_where_aws_chooses_the_count_it_is_not_compared(account):
    wish = wish_for([service("orders", desired_count=3, **SCALED)])
    account.converge(wish)
    assert desired(account) == 3
    set_desired(account, 4)
    assert not only(account.converge(wish)).changes


@pytest.mark.parametrize(("count", "after"), [(0, 2), (9, 4)])
def test_a_count_out_of_bounds_is_brought_back(account, count, after):
    wish = wish_for([service("orders", **SCALED)])
    account.converge(wish)
    set_desired(account, count)
    (change,) = only(account.converge(wish)).changes
    assert change.values["keys"] == ("desired_count",) and desired(account) == after


def test_scaling_ends_before_the_count_is_ours_again(account, done):
    account.converge(wish_for([service("orders", **SCALED)]))
    assert done(only(account.converge(wish_for([service("orders", desired_count=1)])))) == [
        "delete scaling service/tokyo/tokyo-orders-stable",
        "modify stable ECS service tokyo-orders-stable",
    ]
    assert desired(account) == 1


def test_a_scaled_service_that_is_switched_off_stays_off(account):
    account.converge(wish_for([service("orders", **SCALED)]))
    wish = wish_for([service("orders", enabled=False, **SCALED)])
    account.converge(wish)
    assert desired(account) == 0 and not only(account.converge(wish)).changes


def test_a_policy_of_somebody_else_is_taken_away_and_a_stale_one_put_again(account):
    wish = wish_for([service("orders", **SCALED)])
    account.converge(wish)
    held, place = account.services["orders"], m.slot(m.SCALING)
    policies = {**held[place].settings["policies"], "by-hand": {"metric": None}}
    labels = {"tokyo-orders-stable-requests": "app/a/1/targetgroup/gone/2"}
    held[place] = replace(
        held[place], settings={**held[place].settings, "policies": policies}, facts={"labels": labels}
    )
    (change,) = only(account.converge(wish)).changes
    assert (change.values["put"], change.values["delete"]) == (("tokyo-orders-stable-requests",), ("by-hand",))


def desired(account) -> int:
    return account.services["orders"][m.slot(m.ECS_SERVICE, m.STABLE)].settings["desired_count"]


def set_desired(account, count: int) -> None:
    held, place = account.services["orders"], m.slot(m.ECS_SERVICE, m.STABLE)
    held[place] = replace(held[place], settings={**held[place].settings, "desired_count": count})


def test_stickiness_ends_at_the_targets_before_it_ends_in_the_rule(account, done):
    account.converge(wish_for([service("orders", stickiness={"seconds": 60}, canary=CANARY)]))
    assert done(only(account.converge(wish_for([service("orders", canary=CANARY)])))) == [
        "set attributes canary target group tokyo-orders-canary",
        "set attributes stable target group tokyo-orders-stable",
        "modify rule tokyo-orders",
        "record attributes canary target group tokyo-orders-canary",
        "record attributes stable target group tokyo-orders-stable",
    ]


def test_a_canarys_own_stickiness_of_the_rule_is_left_alone(account):
    wish = wish_for([service("orders", canary=CANARY)])
    account.converge(wish)
    held, place = account.services["orders"], m.slot(m.RULE)
    held[place] = replace(held[place], settings={**held[place].settings, "sticky_seconds": 300})
    plan = only(account.converge(wish))
    assert not plan.changes and plan.after.resources[place].settings["sticky_seconds"] == 300


def test_a_canarys_test_rule_goes_with_the_canary_and_before_it(account, done):
    wish = wish_for([service("orders", canary=CANARY)])
    account.converge(wish)
    held, place = account.services["orders"], m.slot(m.TEST_RULE)
    held[place] = m.Resource(name="tokyo-orders-testers", settings={}, tags=None, arn="arn:test")
    assert not only(account.converge(wish)).changes
    plan = only(plan_fleet(wish_for([service("orders")]), account.fleet()))
    assert done(plan)[:2] == ["delete test rule tokyo-orders-testers", "modify rule tokyo-orders"]
    assert done(only(plan_fleet(wish_for([]), account.fleet())))[0] == "delete test rule tokyo-orders-testers"


def test_a_role_goes_after_the_revision_that_named_it(account, done):
    account.converge(wish_for([service("orders", secrets={"K": "arn:aws:ssm:r:222222222222:parameter/k"})]))
    assert done(only(account.converge(wish_for([service("orders")])))) == [
        "register stable task definition tokyo-orders-stable",
        "modify stable ECS service tokyo-orders-stable",
        "delete execution role tokyo-service-orders-execution",
    ]


def test_purged_logs_go_too_even_long_after(account, done):
    account.converge(wish_for([service("orders")]))
    account.converge(wish_for([]))
    assert done(only(account.converge(wish_for([], purge_logs=True)))) == [
        "delete log group /twoway/tokyo/services/orders"
    ]
    assert account.converge(wish_for([], purge_logs=True)) == ()
