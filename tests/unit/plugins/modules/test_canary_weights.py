"""canary_weights and canary_weights_info against the rig, read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights import api
from unit.plugins.modules.canary import COGNITO, HOST, OIDC, REWRITE, TAGS, Shop, tag_list, without_weights

BY_SERVICE = {"link": "tokyo", "service": "orders"}
STABLE, CANARY = "tokyo-orders-stable", "tokyo-orders-canary"
FIND_BY_TAGS = ["GetResources", "DescribeRules"]
FIND_BY_ARN = ["DescribeRules", "DescribeTags"]


@pytest.fixture
def shop(cloud, site, engine) -> Shop:
    return Shop(cloud, site, engine)


@pytest.fixture
def groups(shop: Shop) -> tuple[str, str]:
    return shop.group("stable", "10.0.0.10", "10.0.0.11"), shop.group("canary", "10.0.1.10", "10.0.1.11")


@pytest.fixture
def rule(shop: Shop, groups) -> str:
    stable, canary = groups
    return shop.rule({stable: 100, canary: 0})


@pytest.fixture
def move(run):
    def move(check: bool = False, **options: Any) -> dict[str, Any]:
        return run("canary_weights", "isolated", check=check, **{**BY_SERVICE, **options})

    return move


def test_weights_move_with_four_calls(move, shop: Shop, rule, cloud):
    result = move(canary_percent=5)
    assert cloud.calls == [*FIND_BY_TAGS, "DescribeTargetHealth", "ModifyRule"]
    assert shop.weights(rule) == {STABLE: 95, CANARY: 5}
    assert result["changed"]
    assert result["actions"] == [
        {"verb": "shift", "target": "rule of orders", "why": "stable 100, canary 0 -> stable 95, canary 5"}
    ]
    told = result["canary"]
    assert (told["weights"], told["canary_percent"]) == ({"stable": 95, "canary": 5}, 5.0)
    assert (told["rule_arn"], told["healthy"]) == (rule, {"canary": 2})
    assert told["load_balancer"] == rule.partition(":listener-rule/")[2].rpartition("/")[0].rpartition("/")[0]


def test_by_arn_it_takes_four_calls_too(run, shop: Shop, rule, cloud):
    assert run("canary_weights", "isolated", rule_arn=rule, weights={"stable": 900, "canary": 99})["changed"]
    assert cloud.calls == [*FIND_BY_ARN, "DescribeTargetHealth", "ModifyRule"]
    assert shop.weights(rule) == {STABLE: 900, CANARY: 99}


def test_a_second_run_looks_twice_and_changes_nothing(move, rule, cloud):
    move(canary_percent=2.5)
    result = move(canary_percent=2.5)
    assert (result["changed"], result["actions"]) == (False, [])
    assert cloud.calls == FIND_BY_TAGS
    assert result["canary"]["weights"] == {"stable": 975, "canary": 25}


def test_check_mode_tells_the_same_and_writes_nothing(move, shop: Shop, rule, cloud):
    checked = move(check=True, canary_percent=20, stickiness={"enabled": True, "seconds": 60})
    assert shop.weights(rule) == {STABLE: 100, CANARY: 0}
    done = move(canary_percent=20, stickiness={"enabled": True, "seconds": 60})
    assert (checked["changed"], checked["diff"], checked["actions"]) == (True, done["diff"], done["actions"])
    assert checked["canary"]["weights"] == done["canary"]["weights"]
    assert done["diff"] == {
        "before": {
            "weights": {"stable": 100, "canary": 0},
            "stickiness": {"enabled": False, "seconds": None},
            "test_rule": None,
        },
        "after": {
            "weights": {"stable": 80, "canary": 20},
            "stickiness": {"enabled": True, "seconds": 60},
            "test_rule": None,
        },
    }


@pytest.mark.parametrize("before", [[COGNITO], [OIDC]], ids=["cognito", "oidc"])
def test_all_but_the_weights_survives_byte_for_byte(move, shop: Shop, groups, before):
    stable, canary = groups
    more = [*HOST, {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "POST"]}}]
    rule = shop.rule({stable: 100, canary: 0}, before=before, sticky=300, Conditions=more, Transforms=REWRITE)
    untouched = without_weights(shop.rules()[rule])
    assert untouched["Transforms"] and untouched["Actions"][0]["Type"].startswith("authenticate")
    move(canary_percent=10)
    assert shop.weights(rule) == {STABLE: 90, CANARY: 10}
    assert without_weights(shop.rules()[rule]) == untouched
    move(canary_percent=0)
    assert without_weights(shop.rules()[rule]) == untouched


def test_the_client_secret_is_still_there(move, shop: Shop, groups):
    """The rig refuses to use an existing secret where there is none, as AWS does."""
    stable, canary = groups
    rule = shop.rule({stable: 100, canary: 0}, before=[OIDC])
    assert move(canary_percent=10)["changed"] and move(canary_percent=20)["changed"]
    assert shop.weights(rule) == {STABLE: 80, CANARY: 20}


def test_stickiness_alone(move, shop: Shop, rule, cloud):
    result = move(stickiness={"enabled": True, "seconds": 3600})
    assert cloud.calls == [*FIND_BY_TAGS, "ModifyRule"]
    assert "3600 s" in result["note"]
    config = shop.rules()[rule]["Actions"][0]["ForwardConfig"]
    assert config["TargetGroupStickinessConfig"] == {"Enabled": True, "DurationSeconds": 3600}
    assert shop.weights(rule) == {STABLE: 100, CANARY: 0}
    assert move(canary_percent=5)["canary"]["stickiness"] == {"enabled": True, "seconds": 3600}
    assert move(stickiness={"enabled": False})["note"] == ""


def test_who_else_is_in_the_rule_stays_if_it_gets_nothing(move, shop: Shop, groups):
    stable, canary = groups
    left_behind = shop.group("old", service="nobody")
    rule = shop.rule({left_behind: 0, stable: 100, canary: 0})
    move(canary_percent=5)
    assert shop.weights(rule) == {"tokyo-nobody-old": 0, STABLE: 95, CANARY: 5}


def test_shares_that_would_not_be_what_they_seem_are_refused(move, shop: Shop, groups, cloud):
    stable, canary = groups
    stranger = shop.group("stable", service="stock")
    shop.rule({stranger: 50, stable: 50, canary: 0})
    result = move(canary_percent=5)
    assert result["failed"] and stranger in result["msg"]
    assert "ModifyRule" not in cloud.calls


# The lock


def test_expected_weights_let_the_change_through(move, rule):
    assert move(canary_percent=5, expected={"stable": 100, "canary": 0})["changed"]


def test_weights_that_somebody_else_moved_are_told(move, shop: Shop, rule, cloud):
    move(canary_percent=30)
    result = move(canary_percent=5, expected={"stable": 100, "canary": 0})
    assert result["failed"]
    assert result["msg"] == (
        "rule of orders: weights stable 70, canary 30; allowed: stable 100, canary 0, as expected; "
        "somebody else has moved them: find out who, then say what is expected now"
    )
    assert "ModifyRule" not in cloud.calls
    assert shop.weights(rule) == {STABLE: 70, CANARY: 30}


def test_a_run_that_was_killed_after_its_write_can_be_repeated(move, rule, killed_after):
    killed_after(1)
    with pytest.raises(ValueError, match="Expecting value"):  # it has printed nothing
        move(canary_percent=5, expected={"stable": 100, "canary": 0})
    again = move(canary_percent=5, expected={"stable": 100, "canary": 0})
    assert (again["changed"], again["canary"]["weights"]) == (False, {"stable": 95, "canary": 5})


# Health


def test_a_group_with_too_few_healthy_targets_gets_nothing(move, shop: Shop, rule, cloud):
    result = move(canary_percent=5, min_healthy=3)
    assert result["failed"]
    assert "canary target group of orders: 2 healthy; allowed: 3 healthy" in result["msg"]
    assert cloud.calls == [*FIND_BY_TAGS, "DescribeTargetHealth"]
    assert shop.weights(rule) == {STABLE: 100, CANARY: 0}


def test_a_group_without_targets_gets_nothing_even_in_check_mode(move, shop: Shop):
    shop.rule({shop.group("stable", "10.0.0.10"): 100, shop.group("canary"): 0})
    for check in (True, False):
        assert "canary target group of orders: no targets" in move(check=check, canary_percent=5)["msg"]


def test_taking_away_asks_for_the_health_of_the_one_that_gets_more(move, shop: Shop, groups):
    stable, canary = groups
    rule = shop.rule({stable: 50, canary: 50})
    shop.elb.deregister_targets(TargetGroupArn=stable, Targets=[{"Id": "10.0.0.10"}, {"Id": "10.0.0.11"}])
    refused = move(canary_percent=0)
    assert "stable target group of orders: 2 draining" in refused["msg"]
    assert move(canary_percent=0, min_healthy=0)["changed"]
    assert shop.weights(rule) == {STABLE: 100, CANARY: 0}


def test_min_healthy_nought_does_not_ask(move, rule, cloud):
    move(canary_percent=5, min_healthy=0)
    assert cloud.calls == [*FIND_BY_TAGS, "ModifyRule"]


def test_targets_that_were_just_registered_are_waited_for(move, shop: Shop, groups, cloud):
    stable, canary = groups
    rule = shop.rule({stable: 100, canary: 0})
    shop.elb.register_targets(TargetGroupArn=canary, Targets=[{"Id": "10.0.1.12"}])
    assert move(canary_percent=5, min_healthy=3)["canary"]["healthy"] == {"canary": 3}
    assert cloud.calls == [*FIND_BY_TAGS, *["DescribeTargetHealth"] * 2, "ModifyRule"]
    assert shop.weights(rule) == {STABLE: 95, CANARY: 5}


def test_targets_that_do_not_come_in_time_leave_the_weights_alone(move, shop: Shop, groups, monkeypatch):
    stable, canary = groups
    rule = shop.rule({stable: 100, canary: 0})
    shop.elb.register_targets(TargetGroupArn=canary, Targets=[{"Id": "10.0.1.12"}])
    monkeypatch.setattr("rig.control.feedback.take", lambda _report: None)
    result = move(canary_percent=5, min_healthy=3, wait_timeout=20)
    assert "after 20 s: 2 healthy, 1 coming, of 3 healthy ones needed" in result["msg"]
    assert (result["changed"], shop.weights(rule)) == (False, {STABLE: 100, CANARY: 0})


def test_a_group_that_no_rule_uses_is_attached_and_judged_first(move, shop: Shop, groups, cloud):
    """Target.NotInUse says nothing about health."""
    stable, _canary = groups
    rule = shop.rule({stable: 1})
    result = move(canary_percent=5)
    assert [action["verb"] for action in result["actions"]] == ["attach", "shift"]
    assert result["actions"][0]["why"] == "no canary group in it"
    health = "DescribeTargetHealth"
    assert cloud.calls == [*FIND_BY_TAGS, health, "ModifyRule", health, "ModifyRule"]
    assert shop.weights(rule) == {STABLE: 95, CANARY: 5}


def test_by_arn_a_group_that_no_rule_uses_is_found_by_its_tags(run, shop: Shop, groups):
    stable, canary = groups
    rule = shop.rule({stable: 1})
    result = run("canary_weights", "isolated", rule_arn=rule, weights={"stable": 100, "canary": 0})
    assert result["canary"]["target_groups"] == {"stable": stable, "canary": canary}
    assert shop.weights(rule) == {STABLE: 100, CANARY: 0}


# Whose rule it is


def test_a_rule_without_our_tags_is_left_alone(run, shop: Shop, groups, cloud):
    stable, canary = groups
    rule = shop.rule({stable: 100, canary: 0}, Tags=tag_list({"Owner": "somebody"}))
    result = run("canary_weights", "isolated", rule_arn=rule, canary_percent=5)
    assert result["failed"] and "none of our tags" in result["msg"]
    assert "ModifyRule" not in cloud.calls


def test_a_rule_of_another_service_is_left_alone(run, rule):
    result = run("canary_weights", "isolated", rule_arn=rule, link="tokyo", service="stock", canary_percent=5)
    assert result["failed"]
    assert "privatelink:service=orders" in result["msg"] and "privatelink:service=stock" in result["msg"]


def test_two_rules_of_one_service_are_an_error(move, shop: Shop, groups, rule):
    stable, canary = groups
    shop.rule({stable: 100, canary: 0}, priority=200)
    assert "2 of them carry our tags" in move(canary_percent=5)["msg"]


@pytest.mark.parametrize("options", [{"service": "stock"}, {"link": "osaka"}, {"side": "public"}])
def test_a_service_that_is_not_there(move, rule, options):
    result = move(canary_percent=5, **options)
    assert result["failed"] and "no rule with these tags" in result["msg"]


def test_a_rule_that_is_gone(run, shop: Shop, rule):
    shop.elb.delete_rule(RuleArn=rule)
    result = run("canary_weights", "isolated", rule_arn=rule, canary_percent=5)
    assert result["failed"] and "no such rule" in result["msg"]


def test_a_service_without_a_canary_says_how_to_get_one(move, shop: Shop):
    rule = shop.rule({shop.group("stable", "10.0.0.10"): 100})
    assert not move(canary_percent=0)["changed"]
    result = move(canary_percent=5)
    assert result["failed"] and "privatelink:variant=canary" in result["msg"]
    assert shop.weights(rule) == {STABLE: 100}


def test_an_answer_that_is_not_what_was_sent_is_an_error(move, shop: Shop, rule, monkeypatch):
    """Somebody else's write may come between ours and its answer."""
    real = api.modify_rule

    def overtaken(elb: Any, rule_arn: str, settings: Any) -> dict[str, Any]:
        answer = real(elb, rule_arn, settings)
        answer["Actions"][-1]["ForwardConfig"]["TargetGroups"][0]["Weight"] = 50
        return answer

    monkeypatch.setattr(api, "modify_rule", overtaken)
    result = move(canary_percent=5)
    assert result["failed"] and "AWS has other actions than it was sent" in result["msg"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"canary_percent": 100.1}, "canary_percent: 100.1"),
        ({"canary_percent": 0.05}, "canary_percent: 0.05; allowed: 0 to 100, in tenths"),
        ({"weights": {"stable": 1000, "canary": 0}}, "weights.stable: 1000; allowed: 0 to 999"),
        ({"weights": {"stable": 0, "canary": 0}}, "weights: 0 and 0"),
        ({"stickiness": {"enabled": True}}, "stickiness.seconds: None"),
        ({"stickiness": {"enabled": True, "seconds": 604801}}, "stickiness.seconds: 604801"),
        ({"test_rule": {"header": "X", "cookie": "y", "matches": ["1"]}}, "one of header and cookie"),
        ({"test_rule": {"header": "X"}}, "one of header and cookie"),
        ({"min_healthy": -1}, "min_healthy: -1"),
        ({"canary_percent": 5, "weights": {"stable": 1, "canary": 1}}, "mutually exclusive"),
    ],
)
def test_what_makes_no_sense_never_reaches_aws(move, cloud, options, said):
    result = move(**options)
    assert result["failed"] and said in result["msg"]
    assert cloud.calls == []


# Testers

HEADER = {"header": "X-Canary", "matches": ["always"]}


def test_testers_have_a_rule_right_before(move, shop: Shop, rule, groups, cloud):
    result = move(test_rule=HEADER)
    assert cloud.calls == [*FIND_BY_TAGS, "DescribeTargetHealth", "CreateRule"]
    told = result["canary"]["test_rule"]
    made = shop.rules()[told["rule_arn"]]
    assert (made["Priority"], told["priority"]) == ("99", 99)
    assert [condition["Field"] for condition in made["Conditions"]] == ["host-header", "http-header"]
    assert made["Actions"][0]["TargetGroupArn"] == groups[1]
    assert shop.tags(told["rule_arn"]) == {
        "privatelink:link": "tokyo",
        "privatelink:side": "isolated",
        "privatelink:service": "orders",
        "privatelink:variant": "canary",
        "privatelink:role": "canary_weights",
        "Name": "tokyo-orders-testers",
    }
    assert {key: told[key] for key in ("header", "cookie", "matches")} == {**HEADER, "cookie": None}
    assert not move(test_rule=HEADER)["changed"]
    assert cloud.calls == FIND_BY_TAGS
    assert shop.weights(rule) == {STABLE: 100, CANARY: 0}


def test_a_cookie_is_one_of_many(move, shop: Shop, rule):
    told = move(test_rule={"cookie": "canary", "matches": ["on", "yes"]})["canary"]["test_rule"]
    header = shop.rules()[told["rule_arn"]]["Conditions"][1]["HttpHeaderConfig"]
    assert header == {"HttpHeaderName": "Cookie", "Values": ["*canary=on*", "*canary=yes*"]}
    assert (told["cookie"], told["matches"]) == ("canary", ["on", "yes"])


def test_a_test_rule_is_changed_in_its_place_and_taken_away(move, shop: Shop, rule, cloud):
    first = move(test_rule=HEADER)["canary"]["test_rule"]
    other = move(test_rule={**HEADER, "matches": ["sometimes"]})
    assert [action["why"] for action in other["actions"]] == ["other conditions"]
    assert other["canary"]["test_rule"]["rule_arn"] == first["rule_arn"]
    gone = move(test_rule={"state": "absent"})
    assert cloud.calls == [*FIND_BY_TAGS, "DeleteRule"]
    assert gone["canary"]["test_rule"] is None
    assert list(shop.rules()) == [rule]
    assert not move(test_rule={"state": "absent"})["changed"]


def test_testers_authenticate_and_are_rewritten_as_anybody(move, shop: Shop, groups):
    stable, canary = groups
    rule = shop.rule({stable: 100, canary: 0}, before=[COGNITO], sticky=300, Transforms=REWRITE)
    told = move(test_rule=HEADER)["canary"]["test_rule"]
    made, own = shop.rules()[told["rule_arn"]], shop.rules()[rule]
    assert made["Actions"][0] == own["Actions"][0]
    assert made["Transforms"] == own["Transforms"] == REWRITE
    assert made["Actions"][1]["ForwardConfig"]["TargetGroupStickinessConfig"] == {"Enabled": False}
    shop.elb.modify_rule(RuleArn=rule, ResetTransforms=True)
    assert [action["why"] for action in move(test_rule=HEADER)["actions"]] == ["other transforms"]
    assert not shop.rules()[told["rule_arn"]].get("Transforms")


def test_a_rule_with_a_secret_has_no_test_rule(move, shop: Shop, groups, cloud):
    stable, canary = groups
    shop.rule({stable: 100, canary: 0}, before=[OIDC])
    result = move(test_rule=HEADER)
    assert result["failed"] and "does not tell the client secret" in result["msg"]
    assert "CreateRule" not in cloud.calls


def test_weights_come_before_testers(move, shop: Shop, rule, cloud):
    move(canary_percent=5, test_rule=HEADER)
    assert cloud.calls == [*FIND_BY_TAGS, "DescribeTargetHealth", "ModifyRule", "CreateRule"]
    back = move(canary_percent=0, min_healthy=0, test_rule={"state": "absent"})
    assert cloud.calls == [*FIND_BY_TAGS, "ModifyRule", "DeleteRule"]
    assert [action["verb"] for action in back["actions"]] == ["shift", "delete"]


def test_the_next_priority_down_is_taken_where_one_is_in_use(move, shop: Shop, rule, groups):
    for priority in (99, 97):
        shop.rule({groups[0]: 1}, priority=priority, Tags=tag_list({"Owner": "somebody"}), Conditions=HOST)
    assert move(test_rule=HEADER)["canary"]["test_rule"]["priority"] == 98


def test_a_priority_that_another_run_took_meanwhile(move, shop: Shop, rule, groups, monkeypatch):
    real = api.list_rules

    def stale(elb: Any, listener_arn: str) -> list[dict[str, Any]]:
        found = real(elb, listener_arn)
        shop.rule({groups[0]: 1}, priority=99, Tags=tag_list({"Owner": "somebody"}), Conditions=HOST)
        return found

    monkeypatch.setattr(api, "list_rules", stale)
    assert move(test_rule=HEADER)["canary"]["test_rule"]["priority"] == 98


def test_a_test_rule_that_the_tagging_api_does_not_know_yet_is_not_made_twice(move, shop: Shop, rule, monkeypatch):
    told = move(test_rule=HEADER)["canary"]["test_rule"]
    real = api.find_tagged

    def behind(tagging: Any, tags: Any) -> dict[str, dict[str, str]]:
        return {arn: found for arn, found in real(tagging, tags).items() if arn != told["rule_arn"]}

    monkeypatch.setattr(api, "find_tagged", behind)
    again = move(test_rule=HEADER)
    assert (again["changed"], again["canary"]["test_rule"]["rule_arn"]) == (False, told["rule_arn"])


# Info


def test_info_tells_all_of_a_link(run, shop: Shop, rule, groups, cloud):
    stock = shop.group("stable", "10.0.0.20", service="stock")
    tags = {**TAGS, "privatelink:service": "stock"}
    shop.rule({stock: 1}, priority=110, Tags=tag_list(tags))
    shop.rule({stock: 1}, priority=120, Tags=tag_list({**tags, "privatelink:link": "osaka"}))
    told = run("canary_weights_info", "isolated", link="tokyo")
    assert [canary["service"] for canary in told["canaries"]] == ["orders", "stock"]
    orders, only_stable = told["canaries"]
    assert (orders["weights"], orders["healthy"]) == ({"stable": 100, "canary": 0}, {"canary": 2, "stable": 2})
    assert only_stable["weights"] == {"stable": 1, "canary": None}
    assert cloud.calls[:2] == FIND_BY_TAGS and cloud.calls.count("DescribeTargetHealth") == 3
    run("canary_weights_info", "isolated", link="tokyo", health=False)
    assert cloud.calls == FIND_BY_TAGS


def test_info_of_one_service(run, rule):
    (told,) = run("canary_weights_info", "isolated", link="tokyo", service="orders")["canaries"]
    assert told["rule_arn"] == rule
    (by_arn,) = run("canary_weights_info", "isolated", rule_arn=rule)["canaries"]
    assert by_arn == told
    assert run("canary_weights_info", "isolated", link="tokyo", service="stock")["failed"]
    assert run("canary_weights_info", "isolated", link="osaka")["canaries"] == []


# Beside ecs_services

LISTED = {"name": "orders", "image": "shop/orders:1.0", "port": 8443}
WITH_CANARY = {**LISTED, "canary": {"image": "shop/orders:2.0", "weight": 0}}


def test_ecs_services_leaves_weights_and_testers_alone_until_the_canary_goes(run, move, site, shop: Shop):
    def converge(*services: dict[str, Any]) -> dict[str, Any]:
        return run("ecs_services", "isolated", **site.options(services=list(services)))

    converge(WITH_CANARY)
    told = move(canary_percent=25, test_rule=HEADER)["canary"]
    rule, test_rule = told["rule_arn"], told["test_rule"]["rule_arn"]
    assert set(shop.rules()) == {rule, test_rule}
    assert not converge(WITH_CANARY)["changed"]
    assert shop.weights(rule) == {STABLE: 75, CANARY: 25}
    assert set(shop.rules()) == {rule, test_rule}
    assert not move(canary_percent=25, test_rule=HEADER)["changed"]
    assert not converge(LISTED).get("failed")
    assert list(shop.rules()) == [rule]
    assert shop.weights(rule) == {STABLE: 75}
    converge(WITH_CANARY)
    move(test_rule=HEADER)
    assert not converge().get("failed")
    assert shop.rules() == {}
    assert shop.elb.describe_target_groups()["TargetGroups"] == []
