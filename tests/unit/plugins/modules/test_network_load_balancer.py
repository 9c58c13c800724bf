"""network_load_balancer through its whole life, against the rig's control plane."""

from __future__ import annotations

import copy

import pytest

from .conftest import imported_certificate

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

    assert result["failed"] and message in result["msg"] and "\n" not in result["msg"]
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


# The call that applies each change.
CALLS = {
    "set_subnets": "SetSubnets",
    "set_security_groups": "SetSecurityGroups",
    "set_cross_zone": "ModifyLoadBalancerAttributes",
    "set_ip_address_type": "SetIpAddressType",
    "set_tags": "AddTags",
    "unset_tags": "RemoveTags",
    "create_target_group": "CreateTargetGroup",
    "set_health_check": "ModifyTargetGroup",
    "set_attributes": "ModifyTargetGroupAttributes",
    "register": "RegisterTargets",
    "deregister": "DeregisterTargets",
    "attach_auto_scaling_group": "AttachLoadBalancerTargetGroups",
    "detach_auto_scaling_group": "DetachLoadBalancerTargetGroups",
    "delete_target_group": "DeleteTargetGroup",
    "create_listener": "CreateListener",
    "modify_listener": "ModifyListener",
    "add_certificates": "AddListenerCertificates",
    "remove_certificates": "RemoveListenerCertificates",
    "set_idle_timeout": "ModifyListenerAttributes",
    "delete_listener": "DeleteListener",
}
ONE_MORE_GROUP = [*LOOK[:2], "DescribeTargetGroups", LOOK[2], *FRONT]


def drift(change, verbs, id, before=None, after=None):
    """`before` and `after` are the calls that read, around those that write."""
    return pytest.param(change, verbs, before or NOTHING_TO_DO, after or NOTHING_TO_DO, id=id)


DRIFTS = [
    drift(lambda o: {**o, "cross_zone": True}, ["set_cross_zone"], "cross-zone"),
    drift(lambda o: {**o, "ip_address_type": "dualstack"}, ["set_ip_address_type"], "address type"),
    drift(lambda o: {**o, "enforce_privatelink_security_groups": True}, ["set_security_groups"], "enforcement"),
    drift(lambda o: {**o, "tags": {**TAGS, "team": "x"}}, ["set_tags", "set_tags"], "tags of both"),
    drift(lambda o: {**o, "tags": TAGS}, ["unset_tags", "unset_tags"], "tags purged"),
    drift(
        in_group("health_check", {"protocol": "HTTP", "port": "8080", "path": "/ready", "interval": 10}),
        ["set_health_check"],
        "health check",
    ),
    drift(in_group("attributes", {"proxy_protocol_v2.enabled": False}), ["set_attributes"], "attribute"),
    drift(in_group("targets", [{"id": "10.0.1.10"}]), ["register", "deregister"], "targets: add, then remove"),
    drift(in_group("targets", []), ["deregister"], "no target"),
    drift(
        lambda o: {**o, "listeners": [*o["listeners"], {**o["listeners"][0], "port": 3129}]},
        ["create_listener"],
        "one more listener",
    ),
    drift(lambda o: changed(o, "listeners", 0, "port", to=3130), ["create_listener", "delete_listener"], "other port"),
    drift(
        in_group("name", "tokyo-proxies-2"),
        ["create_target_group", "set_attributes", "register", "modify_listener", "delete_target_group"],
        "another target group",
        before=ONE_MORE_GROUP,
    ),
    drift(
        lambda o: changed(o, "listeners", 0, "tcp_idle_timeout", to=3600),
        ["set_idle_timeout"],
        "idle timeout",
        before=[
            *LOOK,
            *DETAILS,
            "DescribeListeners",
            "DescribeListenerAttributes",
            "DescribeLoadBalancerAttributes",
            "DescribeVpcEndpointServiceConfigurations",
        ],
        after=[*LOOK, *DETAILS, "DescribeListeners", "DescribeListenerAttributes", "DescribeLoadBalancerAttributes"],
    ),
]


@pytest.mark.parametrize(("change", "expected", "before", "after"), DRIFTS)
def test_drift(run, cloud, options, balancer, change, expected, before, after):
    wanted = change(options)
    forecast = run(MODULE, HERE, check=True, **wanted)
    assert forecast["changed"] and cloud.calls == before

    result = run(MODULE, HERE, **wanted)

    assert verbs(result) == expected
    assert cloud.calls == [*before, *map(CALLS.get, expected), *after]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert result["network_load_balancer"]["arn"] == balancer["arn"]
    again = run(MODULE, HERE, **wanted)
    assert not again["changed"] and cloud.calls == after
    assert again["diff"]["before"]["load_balancer"] == result["diff"]["after"]["load_balancer"]
    assert again["diff"]["before"]["listeners"] == result["diff"]["after"]["listeners"]


SECURE = [*LOOK, *DETAILS, "DescribeListeners", "DescribeListenerCertificates", "DescribeLoadBalancerAttributes"]


@pytest.fixture
def certificates(cloud):
    return sorted(imported_certificate(cloud) for _each in range(3))


@pytest.fixture
def secure(options, certificates):
    """The options with a listener that ends TLS."""
    listener = {**options["listeners"][0], "protocol": "TLS", "certificate_arns": certificates[:1]}
    return {**options, "listeners": [listener]}


def test_a_listener_that_ends_tls(run, cloud, secure, certificates):
    result = run(MODULE, HERE, **secure)

    assert verbs(result)[-1] == "create_listener"
    (listener,) = cloud.client("elbv2", HERE).describe_listeners(
        LoadBalancerArn=result["network_load_balancer"]["arn"]
    )["Listeners"]
    assert (listener["Protocol"], listener["SslPolicy"]) == ("TLS", "ELBSecurityPolicy-TLS13-1-2-2021-06")
    assert [one["CertificateArn"] for one in listener["Certificates"]] == certificates[:1]
    assert not run(MODULE, HERE, **secure)["changed"] and cloud.calls == SECURE


SECURE_DRIFTS = [
    pytest.param({"ssl_policy": "ELBSecurityPolicy-TLS-1-2-2017-01"}, ["modify_listener"], id="policy"),
    pytest.param({"alpn_policy": "HTTP2Preferred"}, ["modify_listener"], id="ALPN"),
    pytest.param({"certificate_arns": [1]}, ["modify_listener"], id="default certificate"),
    pytest.param({"certificate_arns": [0, 1, 2]}, ["add_certificates"], id="more certificates"),
    pytest.param({"certificate_arns": [1, 0]}, ["modify_listener", "add_certificates"], id="the other one first"),
]


@pytest.mark.parametrize(("change", "expected"), SECURE_DRIFTS)
def test_drift_of_tls(run, cloud, secure, certificates, change, expected):
    run(MODULE, HERE, **secure)
    if numbers := change.get("certificate_arns"):
        change = {"certificate_arns": [certificates[number] for number in numbers]}
    wanted = {**secure, "listeners": [{**secure["listeners"][0], **change}]}
    result = run(MODULE, HERE, **wanted)

    assert verbs(result) == expected
    assert cloud.calls == [*SECURE, *map(CALLS.get, expected), *SECURE]
    (told,) = result["network_load_balancer"]["listeners"]
    assert {key: told[key] for key in change} == change
    assert not run(MODULE, HERE, **wanted)["changed"]


def test_a_certificate_that_is_not_wanted_any_more_is_taken_off(run, secure, certificates):
    run(MODULE, HERE, **changed(secure, "listeners", 0, "certificate_arns", to=certificates))
    result = run(MODULE, HERE, **changed(secure, "listeners", 0, "certificate_arns", to=certificates[:2]))

    assert verbs(result) == ["remove_certificates"]
    assert result["network_load_balancer"]["listeners"][0]["certificate_arns"] == certificates[:2]


def test_drift_of_groups(run, cloud, options, balancer, here):
    wanted = {**options, "security_group_ids": here.security_group_ids}
    result = run(MODULE, HERE, **wanted)

    assert verbs(result) == ["set_security_groups"]
    assert cloud.calls == [*NOTHING_TO_DO, "SetSecurityGroups", *NOTHING_TO_DO]
    assert result["network_load_balancer"]["security_group_ids"] == sorted(here.security_group_ids)
    assert result["network_load_balancer"]["enforce_privatelink_security_groups"] is False


def test_drift_of_zones(run, cloud, options, here):
    run(MODULE, HERE, **{**options, "subnet_ids": here.subnet_ids[:1]})
    result = run(MODULE, HERE, **options)

    assert verbs(result) == ["set_subnets"]
    assert cloud.calls == [*NOTHING_TO_DO, "SetSubnets", *NOTHING_TO_DO]
    assert result["network_load_balancer"]["subnet_ids"] == sorted(here.subnet_ids)


def twin_of(cloud, here):
    """Another subnet in the zone of the network's second one."""
    ec2 = cloud.client("ec2", HERE)
    (second,) = ec2.describe_subnets(SubnetIds=here.subnet_ids[1:])["Subnets"]
    zone = second["AvailabilityZone"]
    return ec2.create_subnet(VpcId=here.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]


def test_a_subnet_takes_the_place_of_another_of_its_zone(run, cloud, options, balancer, here):
    wanted = {**options, "subnet_ids": [here.subnet_ids[0], twin_of(cloud, here)]}
    result = run(MODULE, HERE, **wanted)

    assert verbs(result) == ["set_subnets", "set_subnets"]
    assert cloud.calls == [*NOTHING_TO_DO, "DescribeSubnets", "SetSubnets", "SetSubnets", *NOTHING_TO_DO]
    assert result["network_load_balancer"]["subnet_ids"] == sorted(wanted["subnet_ids"])


def test_a_zone_that_consumers_are_connected_through_cannot_go(run, options, balancer, here, network):
    """The refusal is AWS's own; nothing has been changed by then."""
    principals = ["arn:aws:iam::111111111111:root"]
    given = {"load_balancer_arns": [balancer["arn"]], "allowed_principals": principals, "acceptance_required": False}
    service = run("endpoint_service", HERE, name="tokyo", tags=TAGS, **given)["endpoint_service"]
    there = network("public")
    run(
        "interface_endpoint",
        "public",
        name="tokyo",
        vpc_id=there.vpc_id,
        service_name=service["service_name"],
        subnet_ids=there.subnet_ids[:1],
        security_group_ids=there.security_group_ids[:1],
        tags={"privatelink:link": "tokyo", "privatelink:side": "public"},
    )
    result = run(MODULE, HERE, **{**options, "subnet_ids": here.subnet_ids[:1]})

    assert result["failed"] and result["failure"]["code"] == "InvalidConfigurationRequest"
    assert result["actions"] == [] and not result["changed"]


def test_no_idle_timeout_of_its_own_while_other_regions_reach_it(run, cloud, options, balancer):
    service = run("endpoint_service", HERE, name="tokyo", load_balancer_arns=[balancer["arn"]], tags=TAGS)
    service_id = service["endpoint_service"]["service_id"]
    ec2 = cloud.client("ec2", HERE)
    ec2.modify_vpc_endpoint_service_configuration(ServiceId=service_id, AddSupportedRegions=["us-east-1"])
    result = run(MODULE, HERE, **changed(options, "listeners", 0, "tcp_idle_timeout", to=3600))

    assert result["failed"] and f"while {service_id} publishes this load balancer to other regions" in result["msg"]
    assert not [call for call in cloud.calls if not call.startswith("Describe")]


def test_an_old_sdk_matters_only_if_the_option_is_used(run, cloud, options, old_sdk):
    old_sdk("ModifyListenerAttributes")
    result = run(MODULE, HERE, **changed(options, "listeners", 0, "tcp_idle_timeout", to=3600))

    assert result["failed"] and cloud.calls == []
    assert "does not know ModifyListenerAttributes; allowed: botocore 1.35.11 or newer" in result["msg"]
    assert run(MODULE, HERE, **options)["changed"]


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


def alb(cloud, here, port=443, seconds=600):
    """An Application Load Balancer that listens on the port, made so many seconds ago; gives its ARN."""
    elbv2 = cloud.client("elbv2", HERE)
    arn = elbv2.create_load_balancer(Name="services", Type="application", Scheme="internal", Subnets=here.subnet_ids)[
        "LoadBalancers"
    ][0]["LoadBalancerArn"]
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    elbv2.create_listener(LoadBalancerArn=arn, Port=port, Protocol="HTTP", DefaultActions=answer)
    cloud.time.advance(seconds)
    return arn


@pytest.fixture
def before_alb(cloud, here, options):
    group = {"name": "tokyo-services-1", "target_type": "alb", "port": 80, "targets": [{"id": alb(cloud, here, 80)}]}
    return {**options, "listeners": [{"port": 443, "target_group": group}]}


def test_in_front_of_an_alb(run, cloud, before_alb):
    result = run(MODULE, HERE, **before_alb)

    assert verbs(result)[2:] == ["create_target_group", "register", "create_listener"]
    assert not run(MODULE, HERE, **before_alb)["changed"]


LOOK_AT_ALB = ["DescribeSubnets", "DescribeLoadBalancers", "DescribeTargetGroups", "DescribeListeners"]


def test_what_an_alb_must_be_is_looked_at_before_the_first_change(run, cloud, before_alb):
    result = run(MODULE, HERE, **before_alb)

    writes = ["CreateLoadBalancer", "SetSecurityGroups", "CreateTargetGroup", "RegisterTargets", "CreateListener"]
    assert cloud.calls[: 2 + len(LOOK_AT_ALB) + len(writes)] == [*NOTHING_THERE, *LOOK_AT_ALB, *writes]
    assert not run(MODULE, HERE, **before_alb)["changed"]
    assert cloud.calls == [*LOOK, "DescribeTargetHealth", *FRONT]
    assert result["network_load_balancer"]["listeners"][0]["target_group_name"] == "tokyo-services-1"


def before_albs(cloud, here, options, **more):
    group = {"name": "tokyo-services-1", "target_type": "alb", "port": 80, "targets": [{"id": alb(cloud, here, 80, 0)}]}
    return {**options, "listeners": [{"port": 443, "target_group": group}], **more}


def targets_of(cloud, result):
    (arn,) = result["network_load_balancer"]["target_groups"].values()
    told = cloud.client("elbv2", HERE).describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return [one["Target"]["Id"] for one in told if one["TargetHealth"]["State"] != "draining"]


@pytest.mark.parametrize("wait", [True, False])
def test_an_alb_that_aws_still_makes_is_awaited_while_it_makes_ours(run, cloud, here, options, tmp_path, wait):
    progress = tmp_path / "progress"
    wanted = before_albs(cloud, here, options, wait=wait, progress_path=str(progress))
    (target,) = wanted["listeners"][0]["target_group"]["targets"]
    result = run(MODULE, HERE, **wanted)

    assert targets_of(cloud, result) == [target["id"]]
    begun, registered = cloud.calls.index("CreateTargetGroup"), cloud.calls.index("RegisterTargets")
    assert set(cloud.calls[begun + 1 : registered]) == {"DescribeLoadBalancers"}
    assert "CreateLoadBalancer" in cloud.calls[:begun] and cloud.calls.count("RegisterTargets") == 1
    assert progress.read_text() == "services, its target, is provisioning\n"
    assert not run(MODULE, HERE, **wanted)["changed"]


def test_an_alb_that_does_not_become_active_is_told_when_time_is_up(run, cloud, here, options):
    result = run(MODULE, HERE, **before_albs(cloud, here, options, wait_timeout=0))

    assert result["failed"] and "RegisterTargets" not in cloud.calls
    assert "load balancer tokyo-outbound: after 0 s: services, its target, is provisioning" in result["msg"]


@pytest.mark.parametrize("code", ["InvalidTarget", "ValidationError"])
def test_an_alb_that_aws_does_not_take_yet_is_offered_again(run, cloud, before_alb, code):
    cloud.fault("RegisterTargets", "error", code=code, times=4)
    result = run(MODULE, HERE, **before_alb)

    assert cloud.calls.count("RegisterTargets") == 5 and len(targets_of(cloud, result)) == 1


def test_an_alb_that_aws_never_takes_is_told_when_time_is_up(run, cloud, before_alb):
    cloud.fault("RegisterTargets", "error", code="InvalidTarget", message="not this one", times=1000)
    result = run(MODULE, HERE, **before_alb, wait_timeout=20)

    assert result["failed"] and "after 20 s: InvalidTarget: not this one" in result["msg"] and "\n" not in result["msg"]
    assert result["msg"].startswith("load balancer tokyo-outbound: register arn:aws:elasticloadbalancing:")


def test_a_target_that_was_taken_and_does_not_appear_is_registered_again(run, cloud, before_alb, meanwhile):
    """https://github.com/aws/aws-cli/issues/6477"""
    elbv2 = cloud.client("elbv2", HERE)
    (target,) = before_alb["listeners"][0]["target_group"]["targets"]

    def forget():
        (group,) = elbv2.describe_target_groups(Names=["tokyo-services-1"])["TargetGroups"]
        elbv2.deregister_targets(TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": target["id"]}])
        cloud.time.advance(1)

    meanwhile("RegisterTargets", forget)
    result = run(MODULE, HERE, **before_alb)

    assert targets_of(cloud, result) == [target["id"]] and cloud.calls.count("RegisterTargets") == 2
    assert not run(MODULE, HERE, **before_alb)["changed"]


def elsewhere(cloud, here, network):
    return [{"id": alb(cloud, network(HERE), 80)}]


def an_nlb(cloud, here, network):
    elbv2 = cloud.client("elbv2", HERE)
    made = elbv2.create_load_balancer(Name="other", Type="network", Scheme="internal", Subnets=here.subnet_ids)
    return [{"id": made["LoadBalancers"][0]["LoadBalancerArn"]}]


def behind_two(cloud, here, network):
    arn, elbv2 = alb(cloud, here, 80), cloud.client("elbv2", HERE)
    for name in ("first", "second"):
        made = elbv2.create_load_balancer(Name=name, Type="network", Scheme="internal", Subnets=here.subnet_ids)
        group = elbv2.create_target_group(Name=name, TargetType="alb", Protocol="TCP", Port=80, VpcId=here.vpc_id)
        group_arn = group["TargetGroups"][0]["TargetGroupArn"]
        elbv2.create_listener(
            LoadBalancerArn=made["LoadBalancers"][0]["LoadBalancerArn"],
            Port=80,
            Protocol="TCP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn}],
        )
        elbv2.register_targets(TargetGroupArn=group_arn, Targets=[{"Id": arn}])
    return [{"id": arn}]


GONE = "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:loadbalancer/app/gone/0123456789abcdef"


@pytest.mark.parametrize(
    ("port", "targets", "message"),
    [
        pytest.param(81, None, "target_group.port: 81, where services does not listen; allowed: 80", id="no listener"),
        pytest.param(80, lambda *_: [{"id": GONE}], f"{GONE}, which is not there", id="not there"),
        pytest.param(80, elsewhere, "where this load balancer stands", id="another VPC"),
        pytest.param(80, an_nlb, "a network load balancer; allowed: an Application Load Balancer", id="an NLB"),
        pytest.param(80, behind_two, "services, a target of first, second already", id="two NLBs have it"),
    ],
)
def test_an_alb_that_cannot_be_a_target_is_told_before_the_first_change(
    run, cloud, here, network, request, options, port, targets, message
):
    given = targets(cloud, here, network) if targets else [{"id": alb(cloud, here, 80)}]
    group = {"name": "tokyo-services-1", "target_type": "alb", "port": port, "targets": given}
    result = run(MODULE, HERE, **{**options, "listeners": [{"port": 443, "target_group": group}]})

    assert result["failed"] and message in result["msg"] and result["msg"].startswith("listener tokyo-outbound:443")
    assert result["actions"] == [] and not result["changed"]
    assert not [call for call in cloud.calls if not call.startswith("Describe")]


ALL_GROUPS = "DescribeAutoScalingGroups"


@pytest.fixture
def auto_scaling(cloud, here):
    """auto_scaling("web") -> an Auto Scaling group of another team, without instances."""

    def make(name):
        data = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro"}
        template = cloud.client("ec2", HERE).create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
        cloud.client("autoscaling", HERE).create_auto_scaling_group(
            AutoScalingGroupName=name,
            MinSize=0,
            MaxSize=1,
            LaunchTemplate={"LaunchTemplateId": template["LaunchTemplate"]["LaunchTemplateId"]},
            VPCZoneIdentifier=",".join(here.subnet_ids),
        )
        return name

    return make


def groups_of(cloud, name):
    found = cloud.client("autoscaling", HERE).describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    return found["AutoScalingGroups"][0]["TargetGroupARNs"]


def instances_of(options, name):
    group = {"name": "tokyo-web", "target_type": "instance", "port": 8080, "auto_scaling_group": name}
    return {**options, "listeners": [{"port": 443, "target_group": group}]}


def test_an_auto_scaling_group_is_attached_and_let_go(run, cloud, options, auto_scaling):
    wanted = instances_of(options, auto_scaling("web"))
    result = run(MODULE, HERE, **wanted)
    arn = result["network_load_balancer"]["target_groups"]["tokyo-web"]
    assert "attach_auto_scaling_group" in verbs(result) and groups_of(cloud, "web") == [arn]
    assert not run(MODULE, HERE, **wanted)["changed"] and cloud.calls == [*LOOK, ALL_GROUPS, *FRONT]

    other = instances_of(options, auto_scaling("other"))
    result = run(MODULE, HERE, **other)
    assert verbs(result) == ["attach_auto_scaling_group", "detach_auto_scaling_group"]
    around = [*LOOK, ALL_GROUPS, ALL_GROUPS, *FRONT]
    assert cloud.calls == [*around, *map(CALLS.get, verbs(result)), *LOOK, ALL_GROUPS, *FRONT]
    assert (groups_of(cloud, "web"), groups_of(cloud, "other")) == ([], [arn])

    result = run(MODULE, HERE, **options)
    assert verbs(result)[-2:] == ["detach_auto_scaling_group", "delete_target_group"]
    assert groups_of(cloud, "other") == []


def test_an_auto_scaling_group_lets_go_when_the_load_balancer_goes(run, cloud, options, auto_scaling):
    wanted = instances_of(options, auto_scaling("web"))
    run(MODULE, HERE, **wanted)
    names = {"name": wanted["name"], "tags": wanted["tags"], "state": "absent"}
    result = run(MODULE, HERE, **names)

    assert verbs(result) == ["delete_load_balancer", "detach_auto_scaling_group", "delete_target_group"]
    assert groups_of(cloud, "web") == []
    assert not run(MODULE, HERE, **names)["changed"]


def test_an_auto_scaling_group_that_is_not_there_is_told_before_the_first_change(run, cloud, options):
    result = run(MODULE, HERE, **instances_of(options, "nobody"))

    assert result["failed"] and "auto_scaling_group: nobody; allowed: an Auto Scaling group" in result["msg"]
    assert not [call for call in cloud.calls if not call.startswith("Describe")]


def test_absent_and_absent_twice(run, cloud, before_alb):
    run(MODULE, HERE, **before_alb)
    names = {key: before_alb[key] for key in ("name", "listeners", "tags")}
    forecast = run(MODULE, HERE, check=True, **names, state="absent")
    looked = [*LOOK, "DescribeTargetHealth", *FRONT]
    assert cloud.calls == looked
    result = run(MODULE, HERE, **names, state="absent")

    assert verbs(result) == ["delete_load_balancer", "deregister", "delete_target_group"]
    assert cloud.calls == [*looked, "DeleteLoadBalancer", "DeregisterTargets", "DeleteTargetGroup", *NOTHING_THERE]
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
