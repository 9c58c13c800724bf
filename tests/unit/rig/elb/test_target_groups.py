"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"""

from __future__ import annotations

import pytest
from unit.rig.elb.scenery import FIXED, error_of, forward


@pytest.fixture
def used(balancing):
    """A target group behind an active listener."""
    group = balancing.target_group("used")
    balancing.listener(balancing.balancer("a", "application"), 80, "HTTP", forward(group))
    return group


@pytest.fixture
def door(balancing, cloud):
    """An active application load balancer with a listener on port 80, and a group that may hold it."""
    balancer = balancing.balancer("a", "application")
    balancing.listener(balancer, 80, "HTTP", FIXED)
    group = balancing.target_group("door", "alb", "TCP", 80, HealthCheckPath="/_link/health")
    balancing.listener(balancing.balancer("n", "network"), 80, "TCP", forward(group))
    cloud.clock.advance(5)
    return balancer, group


def register(elbv2, group, *targets):
    elbv2.register_targets(TargetGroupArn=group, Targets=list(targets))


def test_creating_the_same_again_hands_back_the_first(balancing):
    arn = balancing.target_group("g", port=80)
    assert balancing.target_group("g", port=80) == arn
    assert error_of(balancing.target_group, name="g", port=81)[0] == "DuplicateTargetGroupName"


def test_an_http_check_of_a_tcp_group_wants_200_to_399(balancing, elbv2):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"""
    arn = balancing.target_group("g", "ip", "TCP", 3128, HealthCheckProtocol="HTTP", HealthCheckPort="8080")
    (told,) = elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    assert (told["HealthCheckPath"], told["Matcher"], told["HealthCheckTimeoutSeconds"]) == (
        "/",
        {"HttpCode": "200-399"},
        6,
    )


def test_attributes_have_awss_defaults(balancing, elbv2):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html"""

    def attributes(arn):
        found = elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        return {one["Key"]: one["Value"] for one in found}

    instance = balancing.target_group("i", "instance", "TCP", 3128)
    ip = balancing.target_group("p", "ip", "TCP", 3128)
    assert attributes(instance)["preserve_client_ip.enabled"] == "true"
    assert attributes(ip)["preserve_client_ip.enabled"] == "false"
    assert attributes(ip)["deregistration_delay.timeout_seconds"] == "300"
    assert "proxy_protocol_v2.enabled" not in attributes(balancing.target_group("h"))
    proxied = [{"Key": "proxy_protocol_v2.enabled", "Value": "true"}]
    told = elbv2.modify_target_group_attributes(TargetGroupArn=instance, Attributes=proxied)["Attributes"]
    assert {one["Key"]: one["Value"] for one in told} == attributes(instance)
    assert attributes(instance)["proxy_protocol_v2.enabled"] == "true"


def test_the_same_address_at_two_ports_is_two_targets(balancing, elbv2, used):
    register(elbv2, used, {"Id": "10.0.0.9"}, {"Id": "10.0.0.9", "Port": 9090})
    assert set(balancing.health(used)) == {("10.0.0.9", 8080), ("10.0.0.9", 9090)}
    elbv2.deregister_targets(TargetGroupArn=used, Targets=[{"Id": "10.0.0.9", "Port": 9090}])
    assert balancing.health(used)["10.0.0.9", 8080][0] == "initial"
    assert balancing.health(used)["10.0.0.9", 9090] == ("draining", "Target.DeregistrationInProgress")


def test_health_is_what_the_data_plane_measured(balancing, elbv2, used, plane):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"""
    register(elbv2, used, {"Id": "10.0.0.9"}, {"Id": "10.0.1.9"})
    assert balancing.health(used)["10.0.0.9", 8080] == ("initial", "Elb.RegistrationInProgress")
    plane.ill.add("10.0.1.9")
    plane.round()
    assert balancing.health(used) == {
        ("10.0.0.9", 8080): ("healthy", ""),
        ("10.0.1.9", 8080): ("unhealthy", "Target.FailedHealthChecks"),
    }
    plane.ill.clear()
    plane.round()
    assert balancing.health(used)["10.0.1.9", 8080] == ("healthy", "")


def test_targets_that_nothing_forwards_to_are_unused(balancing, elbv2, plane):
    group = balancing.target_group("idle")
    register(elbv2, group, {"Id": "10.0.0.9"})
    plane.round()
    assert balancing.health(group)["10.0.0.9", 8080] == ("unused", "Target.NotInUse")
    asked = balancing.health(group, Targets=[{"Id": "10.0.0.77"}])
    assert asked["10.0.0.77", 8080] == ("unused", "Target.NotRegistered")


def test_weight_nought_is_use_enough(balancing, elbv2, plane):
    stable, canary = balancing.target_group("stable"), balancing.target_group("canary")
    listener = balancing.listener(balancing.balancer("a", "application"), 80, "HTTP", FIXED)
    balancing.rule(listener, 1, forward((stable, 1), (canary, 0)))
    register(elbv2, canary, {"Id": "10.0.0.9"})
    plane.round()
    assert balancing.health(canary)["10.0.0.9", 8080] == ("healthy", "")


def test_a_target_drains_for_the_deregistration_delay(balancing, elbv2, used, cloud, plane):
    short = [{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}]
    elbv2.modify_target_group_attributes(TargetGroupArn=used, Attributes=short)
    register(elbv2, used, {"Id": "10.0.0.9"})
    elbv2.deregister_targets(TargetGroupArn=used, Targets=[{"Id": "10.0.0.9"}])
    ((target,),) = [group.targets for group in plane.round(seconds=0).target_groups]
    assert target.draining
    cloud.clock.advance(1)
    assert balancing.health(used) == {}
    elbv2.deregister_targets(TargetGroupArn=used, Targets=[{"Id": "10.0.0.9"}])  # not registered: succeeds


def test_registering_again_ends_the_draining(balancing, elbv2, used, cloud):
    register(elbv2, used, {"Id": "10.0.0.9"})
    elbv2.deregister_targets(TargetGroupArn=used, Targets=[{"Id": "10.0.0.9"}])
    register(elbv2, used, {"Id": "10.0.0.9"})
    cloud.clock.advance(600)
    assert balancing.health(used)["10.0.0.9", 8080][0] == "initial"


def test_a_target_in_a_zone_without_the_load_balancer_is_unused(balancing, elbv2, network):
    group = balancing.target_group("g", protocol="TCP")
    balancer = balancing.balancer("n", "network", Subnets=network.subnet_ids[:1])
    balancing.listener(balancer, 80, "TCP", forward(group))
    register(elbv2, group, {"Id": "10.0.1.9"})
    assert balancing.health(group)["10.0.1.9", 8080] == ("unused", "Target.NotInUse")


def test_an_alb_target_needs_its_listener_first(balancing, elbv2):
    """https://github.com/hashicorp/terraform-provider-aws/issues/38987"""
    balancer = balancing.balancer("a", "application")
    group = balancing.target_group("door", "alb", "TCP", 443)
    wanted = {"TargetGroupArn": group, "Targets": [{"Id": balancer}]}
    assert error_of(elbv2.register_targets, **wanted) == (
        "ValidationError",
        "If the target type is ALB, the target must have at least one listener that matches the target group port or "
        "any specified port overrides",
    )


def test_an_alb_is_no_target_before_it_is_active(balancing, elbv2, cloud):
    balancer = balancing.balancer("a", "application")
    balancing.listener(balancer, 80, "HTTP", FIXED)
    group = balancing.target_group("door", "alb", "TCP", 80)
    refused = error_of(elbv2.register_targets, TargetGroupArn=group, Targets=[{"Id": balancer}])
    assert refused == ("InvalidTarget", f"The following targets are not active: '{balancer}'")
    assert balancing.health(group) == {}
    cloud.clock.advance(5)
    register(elbv2, group, {"Id": balancer})
    assert [target for target, _port in balancing.health(group)] == [balancer]


def test_an_alb_group_holds_one_load_balancer(balancing, elbv2, door, plane, cloud):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html"""
    balancer, group = door
    register(elbv2, group, {"Id": balancer})
    other = balancing.balancer("b", "application")
    balancing.listener(other, 80, "HTTP", FIXED)
    cloud.clock.advance(5)
    wanted = {"TargetGroupArn": group, "Targets": [{"Id": other}]}
    assert error_of(elbv2.register_targets, **wanted)[0] == "TooManyTargets"
    (seen,) = plane.round().target_groups
    assert (seen.kind, seen.targets[0].address, seen.health_check.path) == ("alb", balancer, "/_link/health")
    assert seen.health_check.matcher == "200-399"


def test_an_alb_group_is_tcp_and_keeps_its_attributes(balancing, elbv2, door):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html"""
    wanted = {"name": "x", "kind": "alb", "protocol": "HTTP", "port": 80}
    assert error_of(balancing.target_group, **wanted)[0] == "ValidationError"
    delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}]
    refused = error_of(elbv2.modify_target_group_attributes, TargetGroupArn=door[1], Attributes=delay)
    assert refused[0] == "InvalidConfigurationRequest"


def test_an_alb_group_is_asked_by_http_or_https(balancing, elbv2, door):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"""
    asked = {"TargetGroupArn": door[1], "HealthCheckProtocol": "TCP"}
    assert error_of(elbv2.modify_target_group, **asked)[0] == "ValidationError"
    elbv2.modify_target_group(**{**asked, "HealthCheckProtocol": "HTTPS"})
    (group,) = elbv2.describe_target_groups(TargetGroupArns=[door[1]])["TargetGroups"]
    assert group["HealthCheckProtocol"] == "HTTPS"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Id": "172.16.0.10"}, "The Availability Zone is required for IP address '172.16.0.10' because it is not in"),
        ({"Id": "172.16.0.10", "AvailabilityZone": "nowhere"}, "You must specify a valid Availability Zone or select"),
        ({"Id": "10.0.1.10", "AvailabilityZone": "all"}, "cannot have its Availability Zone overridden to 'all'"),
        ({"Id": "93.184.216.34", "AvailabilityZone": "all"}, "not within an allowed range"),
        ({"Id": "licences.example.com"}, "not a valid IPv4 address"),
    ],
)
def test_addresses_outside_the_vpc_need_a_zone_and_those_inside_have_one(elbv2, used, target, message):
    code, found = error_of(elbv2.register_targets, TargetGroupArn=used, Targets=[target])
    assert code == "ValidationError" and message in found


def test_what_is_outside_of_the_vpc_is_reached_from_all_zones(balancing, elbv2, used, plane):
    register(elbv2, used, {"Id": "172.16.0.10", "AvailabilityZone": "all"})
    (told,) = elbv2.describe_target_health(TargetGroupArn=used)["TargetHealthDescriptions"]
    assert told["Target"] == {"Id": "172.16.0.10", "Port": 8080, "AvailabilityZone": "all"}
    plane.round()
    assert balancing.health(used)["172.16.0.10", 8080] == ("healthy", "")


def test_a_changed_health_check_reaches_the_data_plane(elbv2, used, plane):
    elbv2.modify_target_group(TargetGroupArn=used, HealthCheckPath="/healthz", Matcher={"HttpCode": "204"})
    (seen,) = plane.round().target_groups
    assert (seen.health_check.path, seen.health_check.matcher) == ("/healthz", "204")


def test_an_alb_is_the_target_of_two_network_load_balancers_at_most(balancing, elbv2, door):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html"""
    balancer, first = door
    second, third = (balancing.target_group(name, "alb", "TCP", 80) for name in ("second", "third"))
    balancers = {name: balancing.balancer(name, "network") for name in ("two", "three")}
    for group in (first, second):
        register(elbv2, group, {"Id": balancer})
    balancing.listener(balancers["two"], 80, "TCP", forward(second))

    balancing.listener(balancers["three"], 80, "TCP", forward(third))
    wanted = {"TargetGroupArn": third, "Targets": [{"Id": balancer}]}
    assert error_of(elbv2.register_targets, **wanted)[0] == "TooManyRegistrationsForTargetId"
    elbv2.deregister_targets(TargetGroupArn=second, Targets=[{"Id": balancer}])
    register(elbv2, third, {"Id": balancer})

    fourth = balancing.target_group("fourth", "alb", "TCP", 80)
    register(elbv2, fourth, {"Id": balancer})
    led = {"port": 81, "protocol": "TCP", "actions": forward(fourth)}
    assert error_of(balancing.listener, balancer=balancers["two"], **led)[0] == "TooManyRegistrationsForTargetId"
    balancing.listener(balancers["three"], **led)


STICKY = [{"Key": "stickiness.enabled", "Value": "true"}]
TOGETHER = {"Enabled": True, "DurationSeconds": 60}


def test_targets_may_be_sticky_only_where_the_rule_is(balancing, elbv2):
    """https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2734"""
    groups = [balancing.target_group(name) for name in ("a", "b", "c")]
    listener = balancing.listener(balancing.balancer("l", "application"), 80, "HTTP", FIXED)
    rule = balancing.rule(listener, 1, forward(*groups[:2]))
    refused = error_of(elbv2.modify_target_group_attributes, TargetGroupArn=groups[0], Attributes=STICKY)
    assert refused[0] == "InvalidConfigurationRequest" and "behind a rule with group stickiness disabled" in refused[1]
    sticky = forward(*groups[:2])
    sticky[0]["ForwardConfig"]["TargetGroupStickinessConfig"] = TOGETHER
    elbv2.modify_rule(RuleArn=rule, Actions=sticky)
    elbv2.modify_target_group_attributes(TargetGroupArn=groups[0], Attributes=STICKY)
    refused = error_of(elbv2.modify_rule, RuleArn=rule, Actions=forward(*groups[:2]))
    assert refused[0] == "InvalidConfigurationRequest" and "You must enable group stickiness on a rule" in refused[1]
    elbv2.modify_rule(RuleArn=rule, Actions=forward(groups[0]))
    elbv2.modify_target_group_attributes(TargetGroupArn=groups[2], Attributes=STICKY)
