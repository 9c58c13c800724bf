"""shard_load_balancers: equal load balancers, one a shard, that leave the services' rules alone."""

from __future__ import annotations

import pytest

MODULE, ACCOUNT = "shard_load_balancers", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
ABSENT = {"name": "tokyo-services", "state": "absent", "tags": TAGS}


@pytest.fixture
def wanted(network, certificate_arn):
    there = network(ACCOUNT)
    return {
        "name": "tokyo-services",
        "subnet_ids": there.subnet_ids,
        "security_group_ids": there.security_group_ids[:1],
        "certificate_arn": certificate_arn,
        "tags": TAGS,
    }


@pytest.fixture
def names(cloud):
    elbv2 = cloud.client("elbv2", ACCOUNT)
    return lambda: sorted(one["LoadBalancerName"] for one in elbv2.describe_load_balancers()["LoadBalancers"])


def verbs(result):
    return [action["verb"] for action in result["actions"]]


def test_check_on_an_empty_account(run, names):
    unknown = {"subnet_ids": [None, None], "security_group_ids": [None], "certificate_arn": None}
    result = run(MODULE, ACCOUNT, check=True, name="tokyo-services", count=2, tags=TAGS, **unknown)

    assert result["changed"] and not names()
    assert result["shards"] == [
        {"number": 1, "listener_arn": None, "port": 443},
        {"number": 2, "listener_arn": None, "port": 444},
    ]
    assert result["load_balancer_arns"] == {"tokyo-services-1": None, "tokyo-services-2": None}


def test_create(run, cloud, names, wanted):
    forecast = run(MODULE, ACCOUNT, check=True, **wanted)
    result = run(MODULE, ACCOUNT, **wanted)

    assert names() == ["tokyo-services-1"]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    elbv2 = cloud.client("elbv2", ACCOUNT)
    listener_arn = result["shards"][0]["listener_arn"]
    first, default = elbv2.describe_rules(ListenerArn=listener_arn)["Rules"]
    assert first["Conditions"][0]["PathPatternConfig"]["Values"] == ["/_link/health"]
    assert [rule["Actions"][0]["FixedResponseConfig"]["StatusCode"] for rule in (first, default)] == ["200", "404"]


@pytest.mark.parametrize("check", [False, True])
def test_idempotent_beside_the_rules_of_services(run, cloud, wanted, check):
    arn = run(MODULE, ACCOUNT, **wanted)["shards"][0]["listener_arn"]
    cloud.client("elbv2", ACCOUNT).create_rule(
        ListenerArn=arn,
        Priority=100,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["orders.tokyo.twoway.example"]}}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
    )
    result = run(MODULE, ACCOUNT, check=check, **wanted)

    assert not result["changed"] and all(call.startswith("Describe") for call in cloud.calls)
    assert result["shards"][0]["listener_arn"] == arn
    assert len(cloud.client("elbv2", ACCOUNT).describe_rules(ListenerArn=arn)["Rules"]) == 3


@pytest.mark.parametrize("changes", range(1, 5))
def test_killed_and_run_again(run, names, wanted, killed_after, changes):
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **wanted)
    run(MODULE, ACCOUNT, **wanted)

    assert names() == ["tokyo-services-1"]
    assert not run(MODULE, ACCOUNT, **wanted)["changed"]


@pytest.mark.parametrize(
    ("options", "mended"),
    [
        pytest.param({"idle_timeout": 120}, ["set_attributes"], id="idle timeout"),
        pytest.param({"ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}, ["modify_listener"], id="TLS policy"),
        pytest.param({"health_path": "/healthy"}, ["modify_rule"], id="health path"),
        pytest.param({"count": 2}, ["create", "set_attributes", "create_listener", "create_rule"], id="a shard more"),
        pytest.param({"tags": {**TAGS, "team": "shop"}}, ["tag"], id="a tag"),
    ],
)
def test_changes(run, wanted, options, mended):
    run(MODULE, ACCOUNT, **wanted)
    result = run(MODULE, ACCOUNT, **{**wanted, **options})

    assert verbs(result) == mended
    assert not run(MODULE, ACCOUNT, **{**wanted, **options})["changed"]


def test_a_shard_fewer_is_left_alone(run, names, wanted):
    run(MODULE, ACCOUNT, **{**wanted, "count": 2})

    assert not run(MODULE, ACCOUNT, **wanted)["changed"] and len(names()) == 2


def test_absent_takes_all_of_ours_and_no_other(run, cloud, names, wanted):
    elbv2 = cloud.client("elbv2", ACCOUNT)
    elbv2.create_load_balancer(
        Name="tokyo-services-9", Subnets=wanted["subnet_ids"], Type="application", Scheme="internal"
    )
    run(MODULE, ACCOUNT, **{**wanted, "count": 2})

    assert run(MODULE, ACCOUNT, **ABSENT)["changed"] and names() == ["tokyo-services-9"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


def test_a_name_that_is_taken(run, cloud, wanted):
    elbv2 = cloud.client("elbv2", ACCOUNT)
    elbv2.create_load_balancer(
        Name="tokyo-services-1", Subnets=wanted["subnet_ids"], Type="application", Scheme="internal"
    )

    assert "load balancer tokyo-services-1: one without our tags" in run(MODULE, ACCOUNT, **wanted)["msg"]
