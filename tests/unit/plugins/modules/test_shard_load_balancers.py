"""shard_load_balancers: equal load balancers, one a shard, that leave the services' rules alone."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.subject import ShardLoadBalancers

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


# Five services fill a shard: its own rule is one, and each service has room for two target groups.
SMALL = {"rules_per_load_balancer": 6, "target_groups_per_load_balancer": 10}
SEVEN = [f"s{number}" for number in range(7)]
TWO = {"services": SEVEN, "quotas": SMALL}


@pytest.fixture
def place(cloud):
    """Puts a service's rule on a listener, as ecs_services would, or somebody else's with other tags."""

    def place(listener_arn: str, name: str, priority: int, **tags: str) -> str:
        owned = tags or {**TAGS, "privatelink:service": name}
        made = cloud.client("elbv2", ACCOUNT).create_rule(
            ListenerArn=listener_arn,
            Priority=priority,
            Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [f"{name}.twoway.example"]}}],
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
            Tags=[{"Key": key, "Value": value} for key, value in owned.items()],
        )
        return made["Rules"][0]["RuleArn"]

    return place


@pytest.fixture
def names(cloud):
    elbv2 = cloud.client("elbv2", ACCOUNT)
    return lambda: sorted(one["LoadBalancerName"] for one in elbv2.describe_load_balancers()["LoadBalancers"])


def verbs(result):
    return [action["verb"] for action in result["actions"]]


def test_check_on_an_empty_account(run, names):
    unknown = {"subnet_ids": [None, None], "security_group_ids": [None], "certificate_arn": None}
    result = run(MODULE, ACCOUNT, check=True, name="tokyo-services", **TWO, tags=TAGS, **unknown)

    assert result["changed"] and not names()
    assert result["shards"] == [
        {"number": n, "name": f"tokyo-services-{n}", "load_balancer_arn": None, "listener_arn": None, "port": 442 + n}
        for n in (1, 2)
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
        pytest.param(TWO, ["create", "set_attributes", "create_listener", "create_rule"], id="a shard more"),
        pytest.param({"tags": {**TAGS, "team": "shop"}}, ["tag"], id="a tag"),
    ],
)
def test_changes(run, wanted, options, mended):
    run(MODULE, ACCOUNT, **wanted)
    result = run(MODULE, ACCOUNT, **{**wanted, **options})

    assert verbs(result) == mended
    assert not run(MODULE, ACCOUNT, **{**wanted, **options})["changed"]


def test_services_keep_their_shard_whatever_the_list(run, names, wanted, place):
    """Two of seven are left, one of them on the second shard: both shards stay, and nothing is asked of AWS."""
    first, second = run(MODULE, ACCOUNT, **{**wanted, **TWO})["shards"]
    place(first["listener_arn"], "s0", 100)
    place(second["listener_arn"], "s6", 110)
    result = run(MODULE, ACCOUNT, **{**wanted, **TWO, "services": ["s0", "s6"], "purge_shards": True})

    assert not result["changed"] and result["needed"] == [1, 2]


def test_spare_shards_go_when_asked_and_leave_a_gap_behind(run, names, wanted, place):
    first, second = run(MODULE, ACCOUNT, **{**wanted, **TWO})["shards"]
    place(second["listener_arn"], "s6", 110)
    shrunk = {**wanted, **TWO, "services": ["s6"]}
    assert not run(MODULE, ACCOUNT, **shrunk)["changed"] and len(names()) == 2

    forecast = run(MODULE, ACCOUNT, check=True, **shrunk, purge_shards=True)
    result = run(MODULE, ACCOUNT, **shrunk, purge_shards=True)
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert names() == ["tokyo-services-2"]
    assert [(shard["number"], shard["port"]) for shard in result["shards"]] == [(2, 444)]
    grown = run(MODULE, ACCOUNT, **{**wanted, **TWO, "services": ["s6", *SEVEN[:5]]})
    assert [shard["number"] for shard in grown["shards"]] == [1, 2]


def test_the_last_shard_stays(run, names, wanted):
    run(MODULE, ACCOUNT, **wanted)

    assert not run(MODULE, ACCOUNT, **wanted, purge_shards=True)["changed"] and names() == ["tokyo-services-1"]


def test_a_shard_with_somebody_elses_rule_stays(run, names, wanted, place):
    first, second = run(MODULE, ACCOUNT, **{**wanted, **TWO})["shards"]
    place(second["listener_arn"], "legacy", 7, owner="another team")

    assert not run(MODULE, ACCOUNT, **wanted, purge_shards=True)["changed"] or names() == ["tokyo-services-2"]
    assert "tokyo-services-2" in names()


def test_a_service_that_came_in_between_saves_its_shard(run, cloud, names, wanted, place, monkeypatch):
    _first, second = run(MODULE, ACCOUNT, **{**wanted, **TWO})["shards"]
    delete = ShardLoadBalancers._refuse_occupied

    def refuse_after_a_rival(subject, name):
        place(second["listener_arn"], "late", 200)
        delete(subject, name)

    monkeypatch.setattr(ShardLoadBalancers, "_refuse_occupied", refuse_after_a_rival)
    result = run(MODULE, ACCOUNT, **wanted, purge_shards=True)
    assert "tokyo-services-2: rules with priority 200" in result["msg"] and len(names()) == 2


def test_more_services_than_shards_may_hold(run, names, wanted):
    quotas = {**SMALL, "load_balancers_per_region": 1}
    result = run(MODULE, ACCOUNT, **{**wanted, **TWO, "quotas": quotas})

    assert "7 of them, which take 2 shards; allowed: 1 shards" in result["msg"] and not names()


def test_a_quota_that_means_nothing(run, wanted):
    result = run(MODULE, ACCOUNT, **{**wanted, "quotas": {"rules_per_load_balancr": 1}})

    assert "quotas.rules_per_load_balancr: found a key" in result["msg"]


def test_absent_takes_all_of_ours_and_no_other(run, cloud, names, wanted):
    elbv2 = cloud.client("elbv2", ACCOUNT)
    elbv2.create_load_balancer(
        Name="tokyo-services-9", Subnets=wanted["subnet_ids"], Type="application", Scheme="internal"
    )
    run(MODULE, ACCOUNT, **{**wanted, **TWO})
    forecast = run(MODULE, ACCOUNT, check=True, **ABSENT)
    gone = run(MODULE, ACCOUNT, **ABSENT)

    assert gone["changed"] and names() == ["tokyo-services-9"]
    assert [shard["name"] for shard in forecast["shards"]] == ["tokyo-services-1", "tokyo-services-2"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


def test_a_name_that_is_taken_is_passed_over(run, cloud, names, wanted):
    elbv2 = cloud.client("elbv2", ACCOUNT)
    elbv2.create_load_balancer(
        Name="tokyo-services-1", Subnets=wanted["subnet_ids"], Type="application", Scheme="internal"
    )
    result = run(MODULE, ACCOUNT, **wanted)

    assert [shard["number"] for shard in result["shards"]] == [2]
    assert names() == ["tokyo-services-1", "tokyo-services-2"]
