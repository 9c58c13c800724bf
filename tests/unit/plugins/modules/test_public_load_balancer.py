"""public_load_balancer: the door of a fleet to the Internet."""

from __future__ import annotations

import pytest
from unit.plugins.modules.examples.sceneries import open_to_the_internet

MODULE, ACCOUNT, NAME = "public_load_balancer", "public", "tokyo-public-door"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
ABSENT = {"name": NAME, "state": "absent", "tags": TAGS}
READS = ["DescribeLoadBalancers", "DescribeTargetGroups"]
READS_ALL = [
    *READS,
    "DescribeTags",
    "DescribeLoadBalancerAttributes",
    "DescribeListeners",
    "GetWebACLForResource",
]


@pytest.fixture
def wanted(cloud, network):
    there = network(ACCOUNT)
    open_to_the_internet(cloud.client("ec2", ACCOUNT), vars(there))
    certificate = cloud.client("acm", ACCOUNT).request_certificate(DomainName="tokyo.twoway.example")
    return {
        "name": NAME,
        "vpc_id": there.vpc_id,
        "subnet_ids": there.subnet_ids,
        "security_group_ids": there.security_group_ids[:1],
        "certificate_arn": certificate["CertificateArn"],
        "tags": TAGS,
    }


@pytest.fixture
def acl(cloud):
    """acl("strict") -> the ARN of a regional web ACL."""
    wafv2 = cloud.client("wafv2", ACCOUNT)
    visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "acl"}

    def make(name):
        made = wafv2.create_web_acl(
            Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility, Rules=[]
        )
        return made["Summary"]["ARN"]

    return make


@pytest.fixture
def holdings(cloud):
    """holdings() -> the names of load balancers and of target groups."""
    elb = cloud.client("elbv2", ACCOUNT)
    return lambda: (
        [one["LoadBalancerName"] for one in elb.describe_load_balancers()["LoadBalancers"]],
        [one["TargetGroupName"] for one in elb.describe_target_groups()["TargetGroups"]],
    )


NOTHING = ([], [])


def verbs(result):
    assert not result.get("failed"), result["msg"]
    return [action["verb"] for action in result["actions"]]


def test_check_on_an_empty_account(run, holdings):
    unknown = {"vpc_id": None, "subnet_ids": [None], "security_group_ids": [None], "certificate_arn": None}
    result = run(MODULE, ACCOUNT, check=True, name=NAME, tags=TAGS, **unknown)
    assert verbs(result) == ["create_target_group", "create", "set_attributes", "create_listener", "create_listener"]
    assert holdings() == NOTHING


def test_create(run, cloud, holdings, wanted):
    forecast = run(MODULE, ACCOUNT, check=True, **wanted)
    result = run(MODULE, ACCOUNT, **wanted)

    assert (verbs(result), result["diff"]) == (verbs(forecast), forecast["diff"])
    writes = ["CreateTargetGroup", "CreateLoadBalancer", "ModifyLoadBalancerAttributes", "CreateListener"]
    assert [call for call in cloud.calls if call not in READS_ALL] == [*writes, "CreateListener"]
    assert cloud.calls[:2] == READS
    elb = cloud.client("elbv2", ACCOUNT)
    (door,) = elb.describe_load_balancers()["LoadBalancers"]
    assert (door["Scheme"], door["Type"]) == ("internet-facing", "application")
    assert result["public_load_balancer"]["dns_name"] == door["DNSName"]
    arn = door["LoadBalancerArn"]
    attributes = {
        one["Key"]: one["Value"] for one in elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    }
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert attributes["deletion_protection.enabled"] == "true"
    listeners = {one["Port"]: one for one in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]}
    assert set(listeners) == {80, 443} and listeners[443]["Protocol"] == "HTTPS"
    (redirect,) = listeners[80]["DefaultActions"]
    assert redirect["RedirectConfig"]["Protocol"] == "HTTPS" and redirect["RedirectConfig"]["StatusCode"] == "HTTP_301"
    (group,) = elb.describe_target_groups()["TargetGroups"]
    (forward,) = listeners[443]["DefaultActions"]
    assert forward["TargetGroupArn"] == group["TargetGroupArn"] == result["public_load_balancer"]["target_group_arn"]
    assert (group["Protocol"], group["HealthCheckPath"], group["HealthCheckPort"]) == ("HTTPS", "/healthz", "8080")


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, wanted, check):
    run(MODULE, ACCOUNT, **wanted)
    result = run(MODULE, ACCOUNT, check=check, **wanted)
    assert not result["changed"] and result["diff"]["before"] == result["diff"]["after"]
    assert cloud.calls == READS_ALL


@pytest.mark.parametrize("changes", [1, 2, 4])
def test_killed_and_run_again(run, wanted, killed_after, changes):
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **wanted)
    assert not run(MODULE, ACCOUNT, **wanted).get("failed")
    assert not run(MODULE, ACCOUNT, **wanted)["changed"]


@pytest.mark.parametrize(
    ("options", "mended"),
    [
        pytest.param({"deletion_protection": False}, ["set_attributes"], id="no protection"),
        pytest.param({"access_logs_bucket": "tokyo-logs"}, ["set_attributes"], id="access logs"),
        pytest.param({"ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06"}, ["modify_listener"], id="policy"),
        pytest.param({"security_group_ids": 2}, ["set_security_groups"], id="groups"),
        pytest.param({"tags": {**TAGS, "team": "shop"}}, ["tag"], id="tags"),
    ],
)
def test_changes(run, cloud, wanted, network, options, mended):
    run(MODULE, ACCOUNT, **wanted)
    if options.get("security_group_ids"):
        ec2 = cloud.client("ec2", ACCOUNT)
        group = ec2.create_security_group(GroupName="more", Description="more", VpcId=wanted["vpc_id"])["GroupId"]
        options = {"security_group_ids": [*wanted["security_group_ids"], group]}
    cloud.client("s3", ACCOUNT).create_bucket(
        Bucket="tokyo-logs", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"}
    )
    assert verbs(run(MODULE, ACCOUNT, **{**wanted, **options})) == mended
    assert verbs(run(MODULE, ACCOUNT, **{**wanted, **options})) == []


def test_a_firewall_comes_and_goes(run, cloud, wanted, acl):
    arn = acl("strict")
    run(MODULE, ACCOUNT, **wanted)
    assert verbs(run(MODULE, ACCOUNT, **wanted, web_acl_arn=arn)) == ["set_web_acl"]
    assert verbs(run(MODULE, ACCOUNT, **wanted, web_acl_arn=arn)) == []
    assert verbs(run(MODULE, ACCOUNT, **wanted)) == ["unset_web_acl"]
    assert verbs(run(MODULE, ACCOUNT, **wanted)) == []


def test_a_listener_that_somebody_deleted_or_bent_is_mended(run, cloud, wanted):
    run(MODULE, ACCOUNT, **wanted)
    elb = cloud.client("elbv2", ACCOUNT)
    (door,) = elb.describe_load_balancers()["LoadBalancers"]
    listeners = elb.describe_listeners(LoadBalancerArn=door["LoadBalancerArn"])["Listeners"]
    ports = {one["Port"]: one["ListenerArn"] for one in listeners}
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    elb.modify_listener(ListenerArn=ports[80], DefaultActions=[answer])
    elb.delete_listener(ListenerArn=ports[443])
    assert verbs(run(MODULE, ACCOUNT, **wanted)) == ["create_listener", "modify_listener"]
    assert verbs(run(MODULE, ACCOUNT, **wanted)) == []


def test_absent_and_again(run, cloud, holdings, wanted):
    """Protected against everybody else, and not against whoever tears the link down."""
    run(MODULE, ACCOUNT, **wanted)
    assert verbs(run(MODULE, ACCOUNT, check=True, **ABSENT)) == ["set_attributes", "delete", "delete_target_group"]
    assert verbs(run(MODULE, ACCOUNT, **ABSENT)) == ["set_attributes", "delete", "delete_target_group"]
    assert holdings() == NOTHING
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and cloud.calls == READS


def test_what_is_not_ours(run, cloud, holdings, wanted):
    cloud.client("elbv2", ACCOUNT).create_load_balancer(
        Name=NAME, Type="application", Scheme="internal", Subnets=wanted["subnet_ids"]
    )
    assert f"load balancer {NAME}: one without our tags" in run(MODULE, ACCOUNT, **wanted)["msg"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and holdings()[0] == [NAME]
