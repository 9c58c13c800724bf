"""instance_fleet: a launch template and its Auto Scaling group from one description."""

from __future__ import annotations

from base64 import b64decode

import pytest

MODULE, ACCOUNT = "instance_fleet", "public"
CPU = {"name": "cpu", "predefined_metric": "ASGAverageCPUUtilization", "target": 50}
TUNNELS = {
    "name": "tunnels",
    "metric": {"namespace": "TwoWay/PrivateLink", "name": "OpenConnections", "dimensions": {"Link": "tokyo"}},
    "target": 5000,
    "scale_in": False,
}
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
        "drain_timeout": 100,
        "scaling_policies": [CPU],
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


def group(cloud):
    (found,) = cloud.client("autoscaling", ACCOUNT).describe_auto_scaling_groups()["AutoScalingGroups"]
    return found


def verbs(result):
    return [action["verb"] for action in result["actions"]]


def test_check_on_an_empty_account(run, holdings):
    unknown = {"instance_profile_arn": None, "security_group_ids": [None], "subnet_ids": [None, None]}
    result = run(MODULE, ACCOUNT, check=True, name="tokyo-reverse-proxy", image_id="ami-12c6146b", tags=TAGS, **unknown)

    assert verbs(result) == ["create_template", "create_group"] and holdings() == NOTHING


READS = ["DescribeLaunchTemplates", "DescribeImages", "DescribeAutoScalingGroups"]
READS_ALL = [
    "DescribeLaunchTemplates",
    "DescribeLaunchTemplateVersions",
    "DescribeImages",
    "DescribeAutoScalingGroups",
    "DescribeLifecycleHooks",
    "DescribePolicies",
]
READS_AGAIN = [call for call in READS_ALL if call != "DescribeImages"]


def test_create(run, cloud, holdings, wanted):
    forecast = run(MODULE, ACCOUNT, check=True, **wanted)
    result = run(MODULE, ACCOUNT, **wanted)

    assert cloud.calls == [*READS, "CreateLaunchTemplate", "CreateAutoScalingGroup", "PutScalingPolicy", *READS_AGAIN]
    assert holdings() == WHOLE
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    ec2 = cloud.client("ec2", ACCOUNT)
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateName=wanted["name"])["LaunchTemplateVersions"]
    data = version["LaunchTemplateData"]
    assert b64decode(data["UserData"]).decode() == wanted["user_data"]
    assert data["MetadataOptions"]["HttpTokens"] == "required" and "KeyName" not in data
    (image,) = ec2.describe_images(ImageIds=[wanted["image_id"]])["Images"]
    (volume,) = data["BlockDeviceMappings"]
    assert volume["DeviceName"] == image["RootDeviceName"] and volume["Ebs"]["Encrypted"] is True
    autoscaling = cloud.client("autoscaling", ACCOUNT)
    assert group(cloud)["LaunchTemplate"]["Version"] == "1", "by its number, or nothing could be rolled back"
    (hook,) = autoscaling.describe_lifecycle_hooks(AutoScalingGroupName=wanted["name"])["LifecycleHooks"]
    assert (hook["LifecycleHookName"], hook["HeartbeatTimeout"], hook["DefaultResult"]) == ("drain", 100, "CONTINUE")
    assert hook["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, wanted, check):
    run(MODULE, ACCOUNT, **wanted)
    result = run(MODULE, ACCOUNT, check=check, **wanted)

    assert not result["changed"] and result["diff"]["before"] == result["diff"]["after"]
    assert cloud.calls == READS_ALL


INVALID = {
    "a hook that AWS refuses": ({"drain_timeout": 29}, "drain_timeout: 29; allowed: 30 to 7200"),
    "no such image": ({"image_id": "ami-0"}, "image_id: ami-0, which is not there"),
    "too much at once": (
        {"refresh_preferences": {"min_healthy_percentage": 50}},
        "refresh_preferences.max_healthy_percentage: 200",
    ),
    "checkpoints in disorder": ({"refresh_preferences": {"checkpoint_percentages": [50, 20, 100]}}, "ascending"),
    "half a fleet": ({"refresh_preferences": {"checkpoint_percentages": [50]}}, "100 as the last one"),
    "two policies of one name": ({"scaling_policies": [CPU, CPU]}, "scaling_policies[1].name: cpu"),
    "a policy of nothing": ({"scaling_policies": [{"name": "x", "target": 1}]}, "one of the following is required"),
    "eleven alarms": ({"refresh_preferences": {"alarms": [str(n) for n in range(11)]}}, "alarms: 11 names"),
    "three days of baking": ({"refresh_preferences": {"bake_time": 259_200}}, "bake_time: 259200"),
}


@pytest.mark.parametrize(("options", "message"), INVALID.values(), ids=INVALID)
def test_mistakes_are_told_before_anything_is_made(run, holdings, wanted, options, message):
    assert message in run(MODULE, ACCOUNT, **{**wanted, **options})["msg"]
    assert holdings() == NOTHING


@pytest.mark.parametrize("changes", [1, 2, 3])
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
        pytest.param({"drain_timeout": None}, [], id="a hook that nobody asks for is left alone"),
        pytest.param({"scaling_policies": [TUNNELS]}, ["put_policy", "delete_policy"], id="another policy"),
        pytest.param({"scaling_policies": None}, [], id="policies that nobody asks for are left alone"),
        pytest.param({"tags": {**TAGS, "team": "shop"}}, ["tag_template", "tag"], id="tags"),
        pytest.param({"user_data": "#!/bin/sh\n"}, ["create_version", "refresh"], id="other user data"),
        pytest.param({"image_id": "ami-785db401"}, ["create_version", "refresh"], id="other image"),
        pytest.param(
            {"user_data": "#!/bin/sh\n", "refresh": False}, ["create_version", "pin"], id="instances are kept"
        ),
    ],
)
def test_changes(run, engine, wanted, options, mended):
    run(MODULE, ACCOUNT, **wanted)
    engine()
    forecast = run(MODULE, ACCOUNT, check=True, **{**wanted, **options})
    result = run(MODULE, ACCOUNT, **{**wanted, **options})

    assert not result.get("failed"), result["msg"]
    assert verbs(result) == verbs(forecast) == mended and result["diff"] == forecast["diff"]
    assert verbs(run(MODULE, ACCOUNT, **{**wanted, **options})) == []


def test_what_a_figure_of_ones_own_becomes(run, cloud, wanted):
    run(MODULE, ACCOUNT, **{**wanted, "scaling_policies": [TUNNELS]})
    told = cloud.client("autoscaling", ACCOUNT).describe_policies(AutoScalingGroupName=wanted["name"])
    (policy,) = told["ScalingPolicies"]
    assert policy["TargetTrackingConfiguration"] == {
        "CustomizedMetricSpecification": {
            "Namespace": "TwoWay/PrivateLink",
            "MetricName": "OpenConnections",
            "Dimensions": [{"Name": "Link", "Value": "tokyo"}],
            "Statistic": "Average",
        },
        "TargetValue": 5000.0,
        "DisableScaleIn": True,
    }


def by_hand(cloud, what):
    """Somebody else's changes."""
    autoscaling, name = cloud.client("autoscaling", ACCOUNT), {"AutoScalingGroupName": "tokyo-reverse-proxy"}
    hook = {**name, "LifecycleHookName": "drain"}
    template = {"LaunchTemplateName": "tokyo-reverse-proxy", "Version": "$Latest"}
    {
        "hook deleted": lambda: autoscaling.delete_lifecycle_hook(**hook),
        "hook abandons": lambda: autoscaling.put_lifecycle_hook(**hook, DefaultResult="ABANDON"),
        "latest version": lambda: autoscaling.update_auto_scaling_group(**name, LaunchTemplate=template),
        "larger": lambda: autoscaling.update_auto_scaling_group(**name, MaxSize=9),
    }[what]()


@pytest.mark.parametrize(
    ("what", "mended"),
    [
        ("hook deleted", ["put_hook"]),
        ("hook abandons", ["put_hook"]),
        ("latest version", ["pin"]),
        ("larger", ["update_group"]),
    ],
)
def test_drift_is_mended(run, cloud, wanted, what, mended):
    run(MODULE, ACCOUNT, **wanted)
    by_hand(cloud, what)
    assert verbs(run(MODULE, ACCOUNT, **wanted)) == mended
    assert not run(MODULE, ACCOUNT, **wanted)["changed"]
    assert group(cloud)["LaunchTemplate"]["Version"] == "1"


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
    return sorted(group(cloud)["TargetGroupARNs"])


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
