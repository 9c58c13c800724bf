"""instance_fleet: a launch template and its Auto Scaling group from one description."""

from __future__ import annotations

from base64 import b64decode

import pytest

MODULE, ACCOUNT = "instance_fleet", "public"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
ABSENT = {"name": "tokyo-reverse-proxy", "state": "absent", "tags": TAGS}


@pytest.fixture
def wanted(run, network, cloud):
    there = network(ACCOUNT)
    role = {"name": "tokyo-reverse-proxy", "instance_profile": True}
    roles = run("iam_roles", ACCOUNT, roles=[role], tags=TAGS)
    target = cloud.client("elbv2", ACCOUNT).create_target_group(
        Name="tokyo-outbound", Protocol="TCP", Port=3128, VpcId=there.vpc_id, TargetType="instance"
    )
    return {
        "name": "tokyo-reverse-proxy",
        "image_id": "ami-12c6146b",
        "instance_type": "t3.micro",
        "instance_profile_arn": roles["instance_profile_arns"]["tokyo-reverse-proxy"],
        "security_group_ids": there.security_group_ids[:1],
        "user_data": "#!/bin/bash\n",
        "subnet_ids": there.subnet_ids,
        "target_group_arns": [target["TargetGroups"][0]["TargetGroupArn"]],
        "min_size": 2,
        "max_size": 4,
        "tags": TAGS,
    }


@pytest.fixture
def holdings(cloud):
    """holdings() -> (launch templates, Auto Scaling groups), by name."""
    ec2, autoscaling = cloud.client("ec2", ACCOUNT), cloud.client("autoscaling", ACCOUNT)
    return lambda: (
        [item["LaunchTemplateName"] for item in ec2.describe_launch_templates()["LaunchTemplates"]],
        [item["AutoScalingGroupName"] for item in autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]],
    )


WHOLE = (["tokyo-reverse-proxy"], ["tokyo-reverse-proxy"])
NOTHING = ([], [])


def verbs(result):
    return [action["verb"] for action in result["actions"]]


def test_check_on_an_empty_account(run, holdings):
    unknown = {"instance_profile_arn": None, "security_group_ids": [None], "subnet_ids": [None, None]}
    result = run(MODULE, ACCOUNT, check=True, name="tokyo-reverse-proxy", image_id="ami-12c6146b", tags=TAGS, **unknown)

    assert verbs(result) == ["create_template", "create_group"] and holdings() == NOTHING


def test_create(run, cloud, holdings, wanted):
    forecast = run(MODULE, ACCOUNT, check=True, **wanted)
    result = run(MODULE, ACCOUNT, **wanted)

    assert holdings() == WHOLE
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    ec2 = cloud.client("ec2", ACCOUNT)
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateName=wanted["name"])["LaunchTemplateVersions"]
    data = version["LaunchTemplateData"]
    assert b64decode(data["UserData"]).decode() == wanted["user_data"]
    assert data["MetadataOptions"]["HttpTokens"] == "required"


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, wanted, check):
    run(MODULE, ACCOUNT, **wanted)
    result = run(MODULE, ACCOUNT, check=check, **wanted)

    assert not result["changed"] and result["diff"]["before"] == result["diff"]["after"]
    assert all(call.startswith("Describe") for call in cloud.calls)


@pytest.mark.parametrize("changes", [1, 2])
def test_killed_and_run_again(run, holdings, wanted, killed_after, changes):
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **wanted)
    run(MODULE, ACCOUNT, **wanted)

    assert holdings() == WHOLE
    assert not run(MODULE, ACCOUNT, **wanted)["changed"]


@pytest.mark.parametrize(
    ("options", "mended"),
    [
        pytest.param({"max_size": 6}, ["update_group"], id="more instances at most"),
        pytest.param({"target_group_arns": []}, ["detach"], id="no target group"),
        pytest.param({"user_data": "#!/bin/sh\n"}, ["create_version", "refresh"], id="other user data"),
        pytest.param({"user_data": "#!/bin/sh\n", "refresh": False}, ["create_version"], id="instances are kept"),
    ],
)
def test_changes(run, wanted, options, mended):
    run(MODULE, ACCOUNT, **wanted)
    result = run(MODULE, ACCOUNT, **{**wanted, **options})

    assert verbs(result) == mended
    assert verbs(run(MODULE, ACCOUNT, **{**wanted, **options})) == []


def test_killed_between_the_new_template_and_the_refresh(run, engine, wanted, killed_after):
    run(MODULE, ACCOUNT, **wanted)
    engine()
    other = {**wanted, "user_data": "#!/bin/sh\n"}
    killed_after(1)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **other)

    assert verbs(run(MODULE, ACCOUNT, **other)) == ["refresh"]
    assert not run(MODULE, ACCOUNT, **other)["changed"]  # while it is under way


def test_absent_and_again(run, engine, holdings, wanted):
    run(MODULE, ACCOUNT, **wanted)
    engine()

    assert run(MODULE, ACCOUNT, **ABSENT)["changed"] and holdings() == NOTHING
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


def test_what_is_not_ours(run, cloud, holdings, wanted):
    cloud.client("ec2", ACCOUNT).create_launch_template(
        LaunchTemplateName="tokyo-reverse-proxy", LaunchTemplateData={"ImageId": "ami-12c6146b"}
    )

    assert "launch template tokyo-reverse-proxy: one without our tags" in run(MODULE, ACCOUNT, **wanted)["msg"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and holdings()[0] == ["tokyo-reverse-proxy"]


@pytest.fixture
def target_groups(cloud, network):
    """target_groups(number) -> as many more ARNs."""
    elb, vpc_id = cloud.client("elbv2", ACCOUNT), network(ACCOUNT).vpc_id

    def make(number):
        settings = {"Protocol": "TCP", "VpcId": vpc_id, "TargetType": "instance"}
        made = [elb.create_target_group(Name=f"tokyo-{n}", Port=10_000 + n, **settings) for n in range(number)]
        return [one["TargetGroups"][0]["TargetGroupArn"] for one in made]

    return make


def attached(cloud):
    (group,) = cloud.client("autoscaling", ACCOUNT).describe_auto_scaling_groups()["AutoScalingGroups"]
    return sorted(group["TargetGroupARNs"])


def test_target_groups_stay_until_they_may_go(run, cloud, wanted, target_groups):
    arns = sorted(target_groups(2))
    run(MODULE, ACCOUNT, **{**wanted, "target_group_arns": arns})
    fewer = {**wanted, "target_group_arns": arns[:1]}
    assert not run(MODULE, ACCOUNT, **fewer, purge_target_groups=False)["changed"]
    assert attached(cloud) == arns
    assert verbs(run(MODULE, ACCOUNT, **fewer)) == ["detach"]
    assert attached(cloud) == arns[:1]


def test_ten_target_groups_a_call(run, cloud, wanted, target_groups):
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachLoadBalancerTargetGroups.html"""
    arns = target_groups(21)
    run(MODULE, ACCOUNT, **wanted)
    run(MODULE, ACCOUNT, **{**wanted, "target_group_arns": arns})
    assert cloud.calls.count("AttachLoadBalancerTargetGroups") == 3 and attached(cloud) == sorted(arns)
    run(MODULE, ACCOUNT, **{**wanted, "target_group_arns": []})
    assert cloud.calls.count("DetachLoadBalancerTargetGroups") == 3 and attached(cloud) == []
