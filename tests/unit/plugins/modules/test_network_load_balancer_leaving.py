"""network_load_balancer: listeners that wait for their last user, and targets outside of the VPC."""

from __future__ import annotations

import pytest

MODULE, HERE = "network_load_balancer", "public"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
CHECK = {"protocol": "TCP", "port": "traffic-port"}


def listener(port, *targets):
    group = {"name": f"tokyo-{port}", "target_type": "ip", "port": port, "health_check": CHECK}
    return {"port": port, "target_group": {**group, "targets": list(targets)}}


@pytest.fixture
def options(network):
    here = network(HERE)
    return {
        "name": "tokyo-outbound",
        "subnet_ids": here.subnet_ids,
        "security_group_ids": here.security_group_ids[:1],
        "listeners": [listener(13288), listener(11677)],
        "purge_listeners": False,
        "tags": TAGS,
    }


def ports(cloud):
    elb = cloud.client("elbv2", HERE)
    (balancer,) = elb.describe_load_balancers(Names=["tokyo-outbound"])["LoadBalancers"]
    told = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return sorted(one["Port"] for one in told), sorted(
        group["TargetGroupName"] for group in elb.describe_target_groups()["TargetGroups"]
    )


def test_what_is_not_listed_stays_until_it_may_go(run, cloud, options):
    run(MODULE, HERE, **options)
    fewer = {**options, "listeners": options["listeners"][:1]}
    kept = run(MODULE, HERE, **fewer)
    assert (kept["changed"], kept["leaving"]) == (False, [11677])
    assert ports(cloud) == ([11677, 13288], ["tokyo-11677", "tokyo-13288"])
    purged = run(MODULE, HERE, **{**fewer, "purge_listeners": True})
    assert (purged["changed"], purged["leaving"]) == (True, [])
    assert ports(cloud) == ([13288], ["tokyo-13288"])


def test_a_target_outside_of_the_vpc_is_reached_from_all_zones(run, cloud, options):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html"""
    outside = {"id": "192.168.64.10", "port": 27000, "availability_zone": "all"}
    wanted = {**options, "listeners": [listener(27000, outside, {"id": "10.0.0.10", "port": 27000})]}
    made = run(MODULE, HERE, **wanted)["network_load_balancer"]
    elb = cloud.client("elbv2", HERE)
    told = elb.describe_target_health(TargetGroupArn=made["target_groups"]["tokyo-27000"])["TargetHealthDescriptions"]
    assert {one["Target"]["Id"]: one["Target"]["AvailabilityZone"] == "all" for one in told} == {
        "192.168.64.10": True,
        "10.0.0.10": False,
    }
    assert not run(MODULE, HERE, **wanted)["changed"]
