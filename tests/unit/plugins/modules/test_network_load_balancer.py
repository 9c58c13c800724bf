"""network_load_balancer through its whole life, against the rig's control plane."""

from __future__ import annotations

import copy

import pytest

MODULE, HERE = "network_load_balancer", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
LOOK = ["DescribeLoadBalancers", "DescribeTargetGroups", "DescribeTags"]
DETAILS = ["DescribeTargetGroupAttributes", "DescribeTargetHealth"]
FRONT = ["DescribeListeners", "DescribeLoadBalancerAttributes"]
NOTHING_TO_DO = [*LOOK, *DETAILS, *FRONT]
NOTHING_THERE = ["DescribeLoadBalancers", "DescribeTargetGroups"]


@pytest.fixture
def here(network):
    return network(HERE)


@pytest.fixture
def options(here):
    return {
        "name": "tokyo-outbound",
        "subnet_ids": here.subnet_ids,
        "security_group_ids": here.security_group_ids[:1],
        "listeners": [
            {
                "port": 3128,
                "target_group": {
                    "name": "tokyo-proxies",
                    "target_type": "ip",
                    "port": 3128,
                    "targets": [{"id": "10.0.0.10"}],
                    "health_check": {"protocol": "HTTP", "port": "8080", "path": "/healthz"},
                    "attributes": {"proxy_protocol_v2.enabled": True},
                },
            }
        ],
        "tags": {**TAGS, "team": "links"},
    }


@pytest.fixture
def balancer(run, options):
    return run(MODULE, HERE, **options)["network_load_balancer"]


def changed(options, *path, to):
    """The options with one of them changed, by its path."""
    wanted = copy.deepcopy(options)
    inner = wanted
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return wanted


def in_group(key, to):
    return lambda options: changed(options, "listeners", 0, "target_group", key, to=to)


def verbs(result):
    return [action["verb"] for action in result["actions"]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param(lambda o: changed(o, "name", to="internal-tokyo"), "name: internal-tokyo; allowed", id="name"),
        pytest.param(lambda o: changed(o, "name", to="t" * 33), "at most 32 letters", id="long name"),
        pytest.param(
            lambda o: changed(o, "listeners", 0, "port", to=70000),
            "listeners[0].port: 70000; allowed: 1 to 65535",
            id="port",
        ),
        pytest.param(
            lambda o: {**o, "listeners": o["listeners"] * 2}, "listeners[1].port: 3128 again", id="port twice"
        ),
        pytest.param(
            lambda o: {**o, "listeners": [*o["listeners"], {**in_group("port", 80)(o)["listeners"][0], "port": 80}]},
            "tokyo-proxies, described otherwise before",
            id="group told twice",
        ),
        pytest.param(in_group("name", "a_b"), "listeners[0].target_group.name: a_b", id="group name"),
        pytest.param(
            in_group("target_type", "alb"),
            "attributes: proxy_protocol_v2.enabled; allowed: none with target_type: alb",
            id="attributes of an alb group",
        ),
        pytest.param(lambda o: changed(o, "subnet_ids", to=[]), "subnet_ids: no subnet", id="no subnet"),
        pytest.param(lambda o: changed(o, "subnet_ids", to=[None]), "subnet_ids: no value", id="subnet not known"),
        pytest.param(
            in_group("targets", [{"id": None}]),
            "listeners[0].target_group.targets: no value",
            id="target not known in a real run",
        ),
        pytest.param(lambda o: changed(o, "tags", to={}), "tags: no privatelink:link", id="whose"),
    ],
)
def test_invalid(run, cloud, options, wrong, message):
    result = run(MODULE, HERE, **wrong(options))

    assert result["failed"] and message in result["msg"]
    assert cloud.calls in ([], NOTHING_THERE)


def test_check_on_an_empty_account_with_ids_not_known(run, cloud, options):
    unknown = {**in_group("targets", [{"id": None}])(options), "subnet_ids": [None], "security_group_ids": ["sg-0"]}
    result = run(MODULE, HERE, check=True, **unknown)

    assert result["changed"] and cloud.calls == NOTHING_THERE
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"]["target_groups"]["tokyo-proxies"]["targets"] == [{"id": None, "port": 3128}]
    made = result["network_load_balancer"]
    assert made["arn"] is None and made["target_groups"] == {"tokyo-proxies": None}


CREATED = ["create_load_balancer", "set_security_groups", "create_target_group", "set_attributes", "register"]


def test_create(run, cloud, options):
    forecast = run(MODULE, HERE, check=True, **options)
    result = run(MODULE, HERE, **options)

    assert verbs(result) == [*CREATED, "create_listener"]
    assert cloud.calls[: len(NOTHING_THERE) + 6 + len(NOTHING_TO_DO)] == [
        *NOTHING_THERE,
        "CreateLoadBalancer",
        "SetSecurityGroups",
        "CreateTargetGroup",
        "ModifyTargetGroupAttributes",
        "RegisterTargets",
        "CreateListener",
        *NOTHING_TO_DO,
    ]
    # The wait looks at nothing but the load balancer.
    assert set(cloud.calls[len(NOTHING_THERE) + 6 + len(NOTHING_TO_DO) :]) == {"DescribeLoadBalancers"}
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    made = result["network_load_balancer"]
    assert made.keys() == forecast["network_load_balancer"].keys()
    assert made["state"] == "active" and made["enforce_privatelink_security_groups"] is False
    assert made["security_group_ids"] == options["security_group_ids"]
    assert len(made["availability_zones"]) == 2
    assert [listener["target_group_name"] for listener in made["listeners"]] == ["tokyo-proxies"]
    assert made["listeners"][0]["target_group_arn"] == made["target_groups"]["tokyo-proxies"]


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, options, balancer, check):
    result = run(MODULE, HERE, check=check, **options)

    assert not result["changed"] and result["actions"] == []
    assert result["diff"]["before"] == result["diff"]["after"]
    assert result["network_load_balancer"] == balancer
    assert cloud.calls == NOTHING_TO_DO


DRIFTS = [
    pytest.param(lambda o: {**o, "cross_zone": True}, ["set_cross_zone"], id="cross-zone"),
    pytest.param(
        lambda o: {**o, "enforce_privatelink_security_groups": True}, ["set_security_groups"], id="enforcement"
    ),
    pytest.param(lambda o: {**o, "tags": {**TAGS, "team": "x"}}, ["set_tags", "set_tags"], id="tags of both"),
    pytest.param(lambda o: {**o, "tags": TAGS}, ["unset_tags", "unset_tags"], id="tags purged"),
    pytest.param(
        in_group("health_check", {"protocol": "HTTP", "port": "8080", "path": "/ready", "interval": 10}),
        ["set_health_check"],
        id="health check",
    ),
    pytest.param(in_group("attributes", {"proxy_protocol_v2.enabled": False}), ["set_attributes"], id="attribute"),
    pytest.param(
        in_group("targets", [{"id": "10.0.1.10"}]), ["register", "deregister"], id="targets: add, then remove"
    ),
    pytest.param(in_group("targets", []), ["deregister"], id="no target"),
    pytest.param(
        lambda o: {**o, "listeners": [*o["listeners"], {**o["listeners"][0], "port": 3129}]},
        ["create_listener"],
        id="one more listener",
    ),
    pytest.param(
        lambda o: changed(o, "listeners", 0, "port", to=3130), ["create_listener", "delete_listener"], id="other port"
    ),
    pytest.param(
        in_group("name", "tokyo-proxies-2"),
        ["create_target_group", "set_attributes", "register", "modify_listener", "delete_target_group"],
        id="another target group",
    ),
]


@pytest.mark.parametrize(("drift", "expected"), DRIFTS)
def test_drift(run, cloud, options, balancer, drift, expected):
    wanted = drift(options)
    forecast = run(MODULE, HERE, check=True, **wanted)
    assert forecast["changed"] and not [call for call in cloud.calls if not call.startswith("Describe")]

    result = run(MODULE, HERE, **wanted)

    assert verbs(result) == expected
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert result["network_load_balancer"]["arn"] == balancer["arn"]
    again = run(MODULE, HERE, **wanted)
    assert not again["changed"]
    assert again["diff"]["before"]["load_balancer"] == result["diff"]["after"]["load_balancer"]
    assert again["diff"]["before"]["listeners"] == result["diff"]["after"]["listeners"]


def test_drift_of_groups(run, options, balancer, here):
    wanted = {**options, "security_group_ids": here.security_group_ids}
    result = run(MODULE, HERE, **wanted)

    assert verbs(result) == ["set_security_groups"]
    assert result["network_load_balancer"]["security_group_ids"] == sorted(here.security_group_ids)
    assert result["network_load_balancer"]["enforce_privatelink_security_groups"] is False


def test_drift_of_zones(run, options, here):
    run(MODULE, HERE, **{**options, "subnet_ids": here.subnet_ids[:1]})
    result = run(MODULE, HERE, **options)

    assert verbs(result) == ["set_subnets"]
    assert result["network_load_balancer"]["subnet_ids"] == sorted(here.subnet_ids)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda o: {**o, "scheme": "internet-facing"}, "scheme: internal", id="scheme"),
        pytest.param(
            lambda o: {**o, "security_group_ids": []}, "security_group_ids: made with some", id="groups to none"
        ),
        pytest.param(in_group("port", 80), "target group tokyo-proxies: port: 3128", id="port of a group"),
        pytest.param(in_group("target_type", "instance"), "target_type: ip", id="type of a group"),
    ],
)
def test_what_aws_cannot_change_is_an_error_and_changes_nothing(run, cloud, options, balancer, change, message):
    result = run(MODULE, HERE, **change(options))

    assert result["failed"] and message in result["msg"] and "another name" in result["msg"]
    assert not [call for call in cloud.calls if not call.startswith("Describe")]


def test_made_without_groups_cannot_get_some(run, options):
    run(MODULE, HERE, **{**options, "security_group_ids": []})
    result = run(MODULE, HERE, **options)

    assert result["failed"] and "security_group_ids: made without any" in result["msg"]


def test_targets_not_given_are_left_alone(run, cloud, options, balancer):
    result = run(MODULE, HERE, **in_group("targets", None)(options))

    assert not result["changed"] and "DescribeTargetHealth" not in cloud.calls


def test_started_early_and_awaited_late(run, cloud, options):
    started = run(MODULE, HERE, **options, wait=False)
    assert started["network_load_balancer"]["state"] == "provisioning" and "provisioning" in started["note"]

    result = run(MODULE, HERE, **options)
    assert not result["changed"] and result["network_load_balancer"]["state"] == "active"
    assert cloud.calls[: len(NOTHING_TO_DO)] == NOTHING_TO_DO
    assert set(cloud.calls[len(NOTHING_TO_DO) :]) == {"DescribeLoadBalancers"}


def alb(cloud, here, port=443):
    """An Application Load Balancer that listens on the port; gives its ARN."""
    elbv2 = cloud.client("elbv2", HERE)
    arn = elbv2.create_load_balancer(Name="services", Type="application", Scheme="internal", Subnets=here.subnet_ids)[
        "LoadBalancers"
    ][0]["LoadBalancerArn"]
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    elbv2.create_listener(LoadBalancerArn=arn, Port=port, Protocol="HTTP", DefaultActions=answer)
    return arn


@pytest.fixture
def before_alb(cloud, here, options):
    group = {"name": "tokyo-services-1", "target_type": "alb", "port": 80, "targets": [{"id": alb(cloud, here, 80)}]}
    return {**options, "listeners": [{"port": 443, "target_group": group}]}


def test_in_front_of_an_alb(run, cloud, before_alb):
    result = run(MODULE, HERE, **before_alb)

    assert verbs(result)[2:] == ["create_target_group", "register", "create_listener"]
    assert not run(MODULE, HERE, **before_alb)["changed"]


def test_an_alb_that_does_not_listen_there_is_refused(run, before_alb):
    result = run(MODULE, HERE, **in_group("port", 81)(before_alb))

    assert result["failed"] and result["failure"]["code"] and result["actions"][-1]["verb"] == "create_target_group"
    assert result["changed"]


def test_absent_and_absent_twice(run, cloud, before_alb):
    run(MODULE, HERE, **before_alb)
    names = {key: before_alb[key] for key in ("name", "listeners", "tags")}
    forecast = run(MODULE, HERE, check=True, **names, state="absent")
    result = run(MODULE, HERE, **names, state="absent")

    assert verbs(result) == ["delete_load_balancer", "deregister", "delete_target_group"]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert result["network_load_balancer"] is None
    again = run(MODULE, HERE, **names, state="absent")
    assert not again["changed"] and cloud.calls == NOTHING_THERE
    elbv2 = cloud.client("elbv2", HERE)
    assert [one["LoadBalancerName"] for one in elbv2.describe_load_balancers()["LoadBalancers"]] == ["services"]
    assert elbv2.describe_target_groups()["TargetGroups"] == []


def test_absent_finds_the_groups_that_a_killed_run_left(run, cloud, options, balancer):
    elbv2 = cloud.client("elbv2", HERE)
    elbv2.delete_load_balancer(LoadBalancerArn=balancer["arn"])
    result = run(MODULE, HERE, **options, state="absent")

    assert verbs(result) == ["delete_target_group"]
    assert elbv2.describe_target_groups()["TargetGroups"] == []


def test_create_finishes_what_a_killed_run_left(run, cloud, options, balancer):
    elbv2 = cloud.client("elbv2", HERE)
    elbv2.delete_listener(ListenerArn=balancer["listeners"][0]["arn"])
    result = run(MODULE, HERE, **options)

    assert verbs(result) == ["create_listener"]
    assert result["network_load_balancer"]["target_groups"] == balancer["target_groups"]


def test_a_namesake_without_our_tags_is_never_touched(run, cloud, options, balancer_arn):
    foreign = balancer_arn(HERE, "tokyo-outbound")
    result = run(MODULE, HERE, **options)
    assert result["failed"] and "does not carry our tags" in result["msg"]

    assert not run(MODULE, HERE, **options, state="absent")["changed"]
    elbv2 = cloud.client("elbv2", HERE)
    assert elbv2.describe_load_balancers(LoadBalancerArns=[foreign])["LoadBalancers"]


def test_one_that_publishes_a_service_is_not_deleted(run, options, balancer):
    run("endpoint_service", HERE, name="tokyo", load_balancer_arns=[balancer["arn"]], tags=TAGS)
    result = run(MODULE, HERE, **options, state="absent")

    assert result["failed"] and "ResourceInUse" in result["msg"] and result["actions"] == []
    assert not run(MODULE, HERE, **options)["changed"]
