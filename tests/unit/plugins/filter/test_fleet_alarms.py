"""fleet_alarms: what a fleet is watched by, and what rolls its refresh back."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.filter.fleet_alarms import fleet_alarms

ELB = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:"
DOOR = f"{ELB}loadbalancer/net/tokyo-service-proxy/0123456789abcdef"
GROUPS = [f"{ELB}targetgroup/tokyo-b/2222222222222222", f"{ELB}targetgroup/tokyo-a/1111111111111111"]


def alarms(**more):
    return {one["name"]: one for one in fleet_alarms("tokyo-service-proxy", "tokyo", "service", **more)}


def test_the_load_balancer_is_asked_about_one_group_that_all_instances_are_in():
    unhealthy = alarms(load_balancer_arn=DOOR, target_group_arns=GROUPS)["tokyo-service-proxy-unhealthy"]
    assert unhealthy["dimensions"] == {
        "LoadBalancer": "net/tokyo-service-proxy/0123456789abcdef",
        "TargetGroup": "targetgroup/tokyo-a/1111111111111111",
    }
    assert unhealthy["evaluation_periods"] * unhealthy["period"] > 300, "longer than the grace period of the group"


def test_the_proxies_themselves_are_asked():
    told = alarms()
    for name, metric in (("unfit", "Unfit"), ("stale", "ParametersAgeSeconds")):
        one = told[f"tokyo-service-proxy-{name}"]
        assert (one["metric_name"], one["dimensions"]) == (metric, {"Link": "tokyo", "Proxy": "service"})
        assert one["statistic"] == "Maximum", "one of them is enough"


def test_what_is_not_known_yet_has_no_dimensions():
    assert alarms(load_balancer_arn=None, target_group_arns=[None])["tokyo-service-proxy-unhealthy"]["dimensions"] == {}


def test_whoever_is_named_is_told():
    topic = "arn:aws:sns:ap-northeast-1:111111111111:ops"
    assert {tuple(one["alarm_actions"]) for one in alarms(actions=[topic]).values()} == {(topic,)}
