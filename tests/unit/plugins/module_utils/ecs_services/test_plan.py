"""What a run does about each difference, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.plan import plan_fleet
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import Account, service, wish_for

CANARY = {"image": "shop/orders:1.1", "weight": 10}


def only(plans, name="orders"):
    (plan,) = [plan for plan in plans if plan.name == name]
    return plan


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
    "a first destination brings the way out": (
        {"outbound": ["exchange"]},
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
    assert not only(account.converge(wish_for([service("billing")]))).changes


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


SSM = "arn:aws:ssm:ap-northeast-1:222222222222:parameter/"
NAMES = [f"s{n}" for n in range(8)]
ENTRIES = st.dictionaries(
    st.sampled_from(NAMES),
    st.fixed_dictionaries(
        {},
        optional={
            "image": st.sampled_from(["i:1", "i:2"]),
            "desired_count": st.integers(1, 3),
            "canary": st.fixed_dictionaries({"image": st.just("c:1"), "weight": st.integers(0, 100)}),
            "enabled": st.booleans(),
            "deregistration_delay": st.sampled_from([30, 300]),
            "slow_start": st.sampled_from([0, 30]),
            "stickiness": st.sampled_from([{}, {"seconds": 60}, {"cookie": "!odd"}, {"cookie": "x" * 255}]),
            "conditions": st.sampled_from([{}, {"methods": ["GET"]}, {"headers": {"X-A": ["1", "2"]}}]),
            "deployment": st.sampled_from([{}, {"circuit_breaker": "none"}]),
            "autoscaling": st.fixed_dictionaries(
                {"min": st.integers(1, 2), "max": st.integers(2, 3)},
                optional={"cpu": st.integers(1, 2), "requests": st.integers(1, 2)},
            ).filter(lambda scaling: len(scaling) > 2),
            "secrets": st.sampled_from([{}, {"A": f"{SSM}a"}, {"A": f"{SSM}a", "B": f"{SSM}b"}]),
            "task_policy": st.sampled_from([[], [{"Action": "s3:Get*", "Resource": "*"}]]),
            "health_check": st.fixed_dictionaries({"path": st.sampled_from(["/a", "/b"])}),
            "log_retention_days": st.sampled_from([30, 90]),
        },
    ),
)


def places(account: Account) -> dict[str, tuple[int, int]]:
    rules = {name: held.get(m.slot(m.RULE)) for name, held in account.services.items()}
    return {name: (rule.facts["shard"], rule.facts["priority"]) for name, rule in rules.items() if rule}


@settings(max_examples=120, deadline=None)
@given(
    edits=st.lists(ENTRIES, min_size=1, max_size=5),
    taken=st.frozensets(st.integers(2, 300), max_size=2),
    room=st.integers(5, 12),
)
def test_whatever_the_edits_a_plan_is_done_when_it_is_done(edits, taken, room):
    """plan(apply(plan)) is empty; AWS never refuses a step, its quotas included; what stays listed never moves."""
    account = Account()
    account.foreign_priorities = taken
    account.rules_allowed = account.groups_allowed = room
    quotas = {"rules_per_load_balancer": room, "target_groups_per_load_balancer": room}
    for entries in edits:
        before = places(account)
        kept = {name: dict(account.services[name]) for name in before}
        wish = wish_for([service(name, **keys) for name, keys in entries.items()], shards=8, quotas=quotas)
        plans = account.converge(wish)
        assert [plan.error for plan in plans] == [None] * len(plans)
        assert [plan.name for plan in account.converge(wish) if plan.changes] == []
        after = places(account)
        assert set(after) == set(entries)
        assert all(after[name] == before[name] for name in before.keys() & after.keys())
        assert len(set(after.values())) == len(after)
        assert not {priority for _shard, priority in after.values()} & taken
        untouched = [plan.name for plan in plans if plan.name in kept and not plan.changes]
        assert all(account.services[name] == kept[name] for name in untouched)
        assert all(matches(account, plan) for plan in plans if plan.after)


def matches(account: Account, plan) -> bool:
    """What the plan said there would be is what there is."""
    held = account.services[plan.name]
    return {place: item.settings for place, item in plan.after.resources.items()} == {
        place: item.settings for place, item in held.items()
    }
