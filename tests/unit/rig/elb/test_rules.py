"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""

from __future__ import annotations

import pytest
from unit.rig.elb.scenery import FIXED, error_of, forward, make_certificate


@pytest.fixture
def application(balancing):
    return balancing.balancer("application", "application")


@pytest.fixture
def listener(balancing, application):
    return balancing.listener(application, 80, "HTTP", FIXED)


@pytest.fixture
def group(balancing):
    return balancing.target_group("group")


def priorities(elbv2, listener):
    return [rule["Priority"] for rule in elbv2.describe_rules(ListenerArn=listener)["Rules"]]


def test_rules_come_by_priority_the_default_one_last(balancing, elbv2, listener, group):
    for priority in (30, 10, 20):
        balancing.rule(listener, priority, forward(group))
    assert priorities(elbv2, listener) == ["10", "20", "30", "default"]


def test_a_priority_is_used_once(balancing, listener, group):
    balancing.rule(listener, 10, forward(group))
    assert error_of(balancing.rule, listener=listener, priority=10, actions=forward(group))[0] == "PriorityInUse"


def test_two_rules_swap_in_one_call(balancing, elbv2, listener, group):
    first, second = (balancing.rule(listener, priority, forward(group)) for priority in (10, 20))
    swap = [{"RuleArn": first, "Priority": 20}, {"RuleArn": second, "Priority": 10}]
    elbv2.set_rule_priorities(RulePriorities=swap)
    assert [rule["RuleArn"] for rule in elbv2.describe_rules(ListenerArn=listener)["Rules"]][:2] == [second, first]
    alone = [{"RuleArn": first, "Priority": 10}]
    assert error_of(elbv2.set_rule_priorities, RulePriorities=alone)[0] == "PriorityInUse"


def test_one_bad_priority_changes_none(balancing, elbv2, listener, group):
    arns = [balancing.rule(listener, priority, forward(group)) for priority in (10, 20, 30)]
    bad = [{"RuleArn": arns[0], "Priority": 15}, {"RuleArn": arns[1], "Priority": 30}]
    assert error_of(elbv2.set_rule_priorities, RulePriorities=bad)[0] == "PriorityInUse"
    assert priorities(elbv2, listener) == ["10", "20", "30", "default"]


def test_actions_and_conditions_are_told_both_ways(balancing, elbv2, listener, group):
    arn = balancing.rule(listener, 10, [{"Type": "forward", "TargetGroupArn": group}], host="orders.example")
    (rule,) = elbv2.describe_rules(RuleArns=[arn])["Rules"]
    assert rule["Actions"][0]["TargetGroupArn"] == group
    assert rule["Actions"][0]["ForwardConfig"] == {
        "TargetGroups": [{"TargetGroupArn": group, "Weight": 1}],
        "TargetGroupStickinessConfig": {"Enabled": False},
    }
    (condition,) = rule["Conditions"]
    assert condition["Values"] == condition["HostHeaderConfig"]["Values"] == ["orders.example"]


@pytest.mark.parametrize("weight", [-1, 1000])
def test_weights_are_0_to_999(balancing, listener, group, weight):
    actions = forward((group, weight))
    assert error_of(balancing.rule, listener=listener, priority=1, actions=actions)[0] == "ValidationError"


def test_weights_reach_the_data_plane(balancing, elbv2, listener, plane):
    stable, canary = balancing.target_group("stable"), balancing.target_group("canary")
    arn = balancing.rule(listener, 10, forward((stable, 999), (canary, 0)))
    elbv2.modify_rule(RuleArn=arn, Actions=forward((stable, 900), (canary, 100)))
    (seen,) = plane.round().listeners
    (rule,) = seen.rules
    assert [(group.arn, group.weight) for group in rule.action.target_groups] == [(stable, 900), (canary, 100)]
    assert (rule.priority, rule.conditions[0].values) == (10, ("a.example",)), "conditions not given are kept"


def test_five_target_groups_an_action(balancing, listener):
    groups = [balancing.target_group(f"g{number}") for number in range(6)]
    balancing.rule(listener, 1, forward(*groups[:5]))
    refused = error_of(balancing.rule, listener=listener, priority=2, actions=forward(*groups))
    assert refused[0] == "TooManyTargetGroups"


def test_five_condition_values_a_rule(elbv2, listener, group):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"""
    paths = [{"Field": "path-pattern", "PathPatternConfig": {"Values": [f"/{number}" for number in range(6)]}}]
    wanted = {"ListenerArn": listener, "Priority": 1, "Conditions": paths, "Actions": forward(group)}
    assert error_of(elbv2.create_rule, **wanted)[0] == "ValidationError"


def test_a_hundred_rules_and_a_hundred_target_groups(balancing, elbv2, application, listener):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"""
    groups = [balancing.target_group(f"g{number}") for number in range(101)]
    for number in range(50):
        balancing.rule(listener, number + 1, forward(groups[2 * number], groups[2 * number + 1]))
    refused = error_of(balancing.rule, listener=listener, priority=60, actions=forward(groups[100]))
    assert refused[0] == "TooManyUniqueTargetGroupsPerLoadBalancer"
    for number in range(50, 100):
        balancing.rule(listener, number + 1, FIXED)
    assert error_of(balancing.rule, listener=listener, priority=101, actions=FIXED)[0] == "TooManyRules"
    pages = elbv2.get_paginator("describe_rules").paginate(ListenerArn=listener, PaginationConfig={"PageSize": 40})
    assert [len(page["Rules"]) for page in pages] == [40, 40, 21]


def test_a_target_group_in_a_rule_is_in_use(balancing, elbv2, listener, group, application):
    arn = balancing.rule(listener, 10, forward(group))
    (told,) = elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    assert told["LoadBalancerArns"] == [application]
    assert error_of(elbv2.delete_target_group, TargetGroupArn=group)[0] == "ResourceInUse"
    elbv2.delete_rule(RuleArn=arn)
    (told,) = elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    assert told["LoadBalancerArns"] == []
    elbv2.delete_target_group(TargetGroupArn=group)


def test_the_default_rule_stays(elbv2, listener):
    (default,) = elbv2.describe_rules(ListenerArn=listener)["Rules"]
    assert error_of(elbv2.delete_rule, RuleArn=default["RuleArn"])[0] == "OperationNotPermitted"
    assert error_of(elbv2.delete_rule, RuleArn=default["RuleArn"][:-4] + "0000")[0] == "RuleNotFound"


OIDC = {
    "Issuer": "https://id.example",
    "AuthorizationEndpoint": "https://id.example/authorize",
    "TokenEndpoint": "https://id.example/token",
    "UserInfoEndpoint": "https://id.example/user",
    "ClientId": "shop",
}


def authenticated(group: str, **config) -> list[dict]:
    action = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {**OIDC, **config}}
    return [action, {**forward(group)[0], "Order": 2}]


@pytest.fixture
def secure(balancing, application, cloud):
    certificate, key = make_certificate("a.example")
    arn = cloud.client("isolated", "acm").import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]
    return balancing.listener(application, 443, "HTTPS", FIXED, Certificates=[{"CertificateArn": arn}])


def test_the_client_secret_is_asked_for_and_never_told(balancing, elbv2, secure, group):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html"""
    assert error_of(balancing.rule, listener=secure, priority=1, actions=authenticated(group))[0] == "ValidationError"
    arn = balancing.rule(secure, 1, authenticated(group, ClientSecret="s"))
    told = elbv2.describe_rules(RuleArns=[arn])["Rules"][0]["Actions"]
    assert told[0]["AuthenticateOidcConfig"] == {
        **OIDC,
        "OnUnauthenticatedRequest": "authenticate",
        "Scope": "openid",
        "SessionCookieName": "AWSELBAuthSessionCookie",
        "SessionTimeout": 604800,
    }
    assert error_of(elbv2.modify_rule, RuleArn=arn, Actions=told)[0] == "ValidationError"
    told[0]["AuthenticateOidcConfig"]["UseExistingClientSecret"] = True
    kept = elbv2.modify_rule(RuleArn=arn, Actions=told)["Rules"][0]["Actions"]
    assert "UseExistingClientSecret" not in kept[0]["AuthenticateOidcConfig"]


def test_authentication_is_for_https(balancing, listener, group):
    actions = authenticated(group, ClientSecret="s")
    assert error_of(balancing.rule, listener=listener, priority=1, actions=actions)[0] == "InvalidLoadBalancerAction"


def test_a_forward_says_one_thing(balancing, listener, group):
    other = balancing.target_group("other")
    both = [{**forward(group, other)[0], "TargetGroupArn": group}]
    assert error_of(balancing.rule, listener=listener, priority=1, actions=both)[0] == "ValidationError"
    balancing.rule(listener, 1, [{**forward(group)[0], "TargetGroupArn": group}])


REWRITE = [
    {
        "Type": "url-rewrite",
        "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/v1/(.*)$", "Replace": "/$1"}]},
    }
]


def test_transforms_are_kept_until_they_are_replaced_or_reset(elbv2, balancing, listener, group):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html"""
    conditions = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example"]}}]
    wanted = {"Conditions": conditions, "Actions": forward(group), "Transforms": REWRITE}
    made = elbv2.create_rule(ListenerArn=listener, Priority=1, **wanted)["Rules"][0]
    assert made["Transforms"] == REWRITE
    arn = made["RuleArn"]
    assert elbv2.modify_rule(RuleArn=arn, Actions=forward(group))["Rules"][0]["Transforms"] == REWRITE
    assert error_of(elbv2.modify_rule, RuleArn=arn, Transforms=REWRITE, ResetTransforms=True)[0] == "ValidationError"
    assert error_of(elbv2.modify_rule, RuleArn=arn, Transforms=REWRITE * 2)[0] == "ValidationError"
    assert elbv2.modify_rule(RuleArn=arn, ResetTransforms=True)["Rules"][0].get("Transforms", []) == []


def test_listeners_and_rules_are_found_by_their_tags(elbv2, balancing, application, listener, group, cloud):
    rule = balancing.rule(listener, 1, forward(group))
    arns = [application, listener, group, rule]
    for arn in arns:
        elbv2.add_tags(ResourceArns=[arn], Tags=[{"Key": "shop", "Value": "tokyo"}])
    tagging = cloud.client("isolated", "resourcegroupstaggingapi")
    asked = {"TagFilters": [{"Key": "shop", "Values": ["tokyo"]}], "ResourceTypeFilters": ["elasticloadbalancing"]}
    found = tagging.get_resources(**asked)["ResourceTagMappingList"]
    assert sorted(each["ResourceARN"] for each in found) == sorted(arns)
    elbv2.delete_rule(RuleArn=rule)
    left = tagging.get_resources(**asked)["ResourceTagMappingList"]
    assert rule not in [each["ResourceARN"] for each in left]


def test_a_rule_has_six_wildcards_at_most(elbv2, listener, group):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"""
    conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*/?/*", "/*/?/*/*"]}}]
    wanted = {"ListenerArn": listener, "Priority": 1, "Actions": forward(group)}
    assert error_of(elbv2.create_rule, Conditions=conditions, **wanted)[0] == "ValidationError"
