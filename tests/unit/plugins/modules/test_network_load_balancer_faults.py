"""network_load_balancer on AWS's bad days, beside another run of itself, and after a run that was killed."""

from __future__ import annotations

import pytest

MODULE, HERE = "network_load_balancer", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
READS = [
    "DescribeLoadBalancers",
    "DescribeTargetGroups",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetHealth",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
]
WRITES = [
    "CreateLoadBalancer",
    "SetSecurityGroups",
    "CreateTargetGroup",
    "ModifyTargetGroupAttributes",
    "RegisterTargets",
    "CreateListener",
]
DELETES = ["DeleteLoadBalancer", "DeleteTargetGroup"]


@pytest.fixture
def options(network):
    here = network(HERE)
    group = {
        "name": "tokyo-proxies",
        "target_type": "ip",
        "port": 3128,
        "targets": [{"id": "10.0.0.10"}],
        "attributes": {"proxy_protocol_v2.enabled": True},
    }
    return {
        "name": "tokyo-outbound",
        "subnet_ids": here.subnet_ids,
        "security_group_ids": here.security_group_ids[:1],
        "listeners": [{"port": 3128, "target_group": group}],
        "tags": TAGS,
    }


@pytest.fixture
def holds(cloud):
    """How many (load balancers, target groups, listeners) there are, as AWS tells it."""

    def look():
        elbv2 = cloud.client("elbv2", HERE)
        balancers = elbv2.describe_load_balancers()["LoadBalancers"]
        arns = [one["LoadBalancerArn"] for one in balancers]
        listeners = [one for arn in arns for one in elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]]
        return len(balancers), len(elbv2.describe_target_groups()["TargetGroups"]), len(listeners)

    return look


ONE_OF_EACH, NOTHING = (1, 1, 1), (0, 0, 0)


@pytest.mark.parametrize("kind", ["throttle", "unavailable"])
def test_a_busy_aws_is_asked_again(run, cloud, holds, options, kind):
    """Each call of the whole way up is refused twice."""
    for action in [*READS, *WRITES]:
        cloud.fault(action, kind, times=2)
    result = run(MODULE, HERE, **options)

    assert result["network_load_balancer"]["state"] == "active"
    assert all(cloud.calls.count(action) >= 3 for action in [*READS, *WRITES])
    assert holds() == ONE_OF_EACH and not run(MODULE, HERE, **options)["changed"]


@pytest.mark.parametrize("kind", ["throttle", "lost"])
def test_and_when_all_shall_go(run, cloud, holds, options, kind):
    run(MODULE, HERE, **options)
    for action in DELETES:
        cloud.fault(action, kind, times=2)

    assert run(MODULE, HERE, **options, state="absent")["changed"] and holds() == NOTHING


def test_a_throttle_that_does_not_end_is_told_in_one_line(run, cloud, options):
    cloud.fault("CreateLoadBalancer", "throttle", times=1000)
    result = run(MODULE, HERE, **options)

    assert result["failed"] and result["failure"]["code"].startswith("Throttling") and result["failure"]["request_id"]
    assert result["msg"].startswith("create load balancer tokyo-outbound: ") and "\n" not in result["msg"]


def test_a_lost_answer_makes_no_second_one(run, cloud, holds, options):
    """No call of Elastic Load Balancing takes a client token; each of these may be said again."""
    for action in WRITES:
        cloud.fault(action, "lost")
    result = run(MODULE, HERE, **options)

    assert [cloud.calls.count(action) for action in WRITES] == [2] * len(WRITES) and holds() == ONE_OF_EACH
    assert result["network_load_balancer"]["state"] == "active"
    assert not run(MODULE, HERE, **options)["changed"]


NOT_FOUND = {
    "SetSecurityGroups": "LoadBalancerNotFound",
    "ModifyTargetGroupAttributes": "TargetGroupNotFound",
    "RegisterTargets": "TargetGroupNotFound",
    "CreateListener": "LoadBalancerNotFound",
    "DescribeTags": "LoadBalancerNotFound",
    "DescribeLoadBalancerAttributes": "LoadBalancerNotFound",
}


def test_not_found_right_after_creation_is_waited_for(run, cloud, holds, options):
    """By what changes it, by the list, and by what tells its tags."""
    for action, code in NOT_FOUND.items():
        cloud.fault(action, "error", code=code, times=3)
    cloud.fault("DescribeLoadBalancers", "error", code="LoadBalancerNotFound", after=1, times=3)
    result = run(MODULE, HERE, **options)

    assert result["network_load_balancer"]["state"] == "active" and holds() == ONE_OF_EACH
    assert [cloud.calls.count(action) for action in WRITES] == [1, 4, 1, 4, 4, 4]


@pytest.mark.parametrize("after", range(1, len(WRITES) + 1))
def test_killed_after_any_call_and_run_again(run, holds, options, killed_after, after):
    killed_after(after)
    run_to_its_death(run, options)
    run(MODULE, HERE, **options)

    assert holds() == ONE_OF_EACH and not run(MODULE, HERE, **options)["changed"]


@pytest.mark.parametrize("after", range(1, len(DELETES) + 1))
def test_killed_while_all_goes_and_run_again(run, holds, options, killed_after, after):
    run(MODULE, HERE, **options)
    killed_after(after)
    run_to_its_death(run, {**options, "state": "absent"})
    run(MODULE, HERE, **options, state="absent")

    assert holds() == NOTHING


def run_to_its_death(run, wanted):
    with pytest.raises(ValueError, match="Expecting value"):  # it printed nothing
        run(MODULE, HERE, **wanted)


@pytest.mark.parametrize("point", ["DescribeLoadBalancers", *WRITES])
def test_two_runs_at_once_make_one_of_each(run, holds, options, meanwhile, point):
    """The other one comes and goes between any two steps of this one."""
    meanwhile(point, lambda: run(MODULE, HERE, **options))
    result = run(MODULE, HERE, **options)

    assert not result.get("failed"), result
    assert holds() == ONE_OF_EACH and not run(MODULE, HERE, **options)["changed"]


@pytest.mark.parametrize("point", ["DescribeLoadBalancers", "DescribeListeners", "DeleteLoadBalancer"])
def test_two_runs_at_once_delete_once(run, holds, options, meanwhile, point):
    run(MODULE, HERE, **options)
    meanwhile(point, lambda: run(MODULE, HERE, **options, state="absent"))
    result = run(MODULE, HERE, **options, state="absent")

    assert not result.get("failed"), result
    assert holds() == NOTHING


def test_a_refusal_of_aws_carries_code_and_request_id(run, options):
    result = run(MODULE, HERE, **{**options, "subnet_ids": ["subnet-0123456789abcdef0"]})

    assert result["failed"] and result["failure"]["code"] and result["failure"]["request_id"]
    assert result["failure"]["code"] in result["msg"] and "\n" not in result["msg"]
    assert result["actions"] == [] and not result["changed"]


def test_a_refusal_half_way_tells_what_was_done(run, cloud, options):
    cloud.fault("RegisterTargets", "error", code="InvalidTarget", message="not\nthis one")
    result = run(MODULE, HERE, **options)

    assert [action["verb"] for action in result["actions"]] == [
        "create_load_balancer",
        "set_security_groups",
        "create_target_group",
        "set_attributes",
    ]
    assert result["changed"] and result["msg"].endswith(": InvalidTarget: not this one")


def test_a_target_group_that_is_not_in_the_lists_yet_is_waited_for(run, cloud, holds, options):
    """Its targets cannot be looked at before."""
    cloud.fault("DescribeTargetGroups", "error", code="TargetGroupNotFound", after=1, times=2)
    result = run(MODULE, HERE, **options)

    assert result["network_load_balancer"]["target_groups"]["tokyo-proxies"] and holds() == ONE_OF_EACH
    assert cloud.calls.count("RegisterTargets") == 1
