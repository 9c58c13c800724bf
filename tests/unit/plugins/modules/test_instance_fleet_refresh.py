"""instance_fleet: instances are replaced when their template changes, watched, resumed, and brought back when it fails.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
"""

from __future__ import annotations

import pytest

MODULE, ACCOUNT, NAME = "instance_fleet", "public", "tokyo-reverse-proxy"
ALARM = "tokyo-reverse-proxy-unfit"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}


@pytest.fixture
def fleet(run, cloud, network, engine):
    """Two instances that run."""
    there = network(ACCOUNT)
    wanted = {
        "name": NAME,
        "image_id": "ami-12c6146b",
        "instance_profile_arn": run("iam_roles", ACCOUNT, roles=[{"name": NAME, "instance_profile": True}], tags=TAGS)[
            "instance_profile_arns"
        ][NAME],
        "security_group_ids": there.security_group_ids[:1],
        "user_data": "#!/bin/bash\n",
        "subnet_ids": there.subnet_ids,
        "min_size": 2,
        "max_size": 4,
        "tags": TAGS,
    }
    run(MODULE, ACCOUNT, **wanted)
    for _time in range(5):
        engine()
        cloud.time.advance(1)
    engine()
    assert versions(cloud) == ["1", "1"]
    return wanted


def group(cloud):
    (found,) = cloud.client("autoscaling", ACCOUNT).describe_auto_scaling_groups()["AutoScalingGroups"]
    return found


def versions(cloud):
    return [one["LaunchTemplate"]["Version"] for one in group(cloud)["Instances"]]


def refreshes(cloud):
    told = cloud.client("autoscaling", ACCOUNT).describe_instance_refreshes(AutoScalingGroupName=NAME)
    return [
        (one["Status"], one["DesiredConfiguration"]["LaunchTemplate"]["Version"]) for one in told["InstanceRefreshes"]
    ]


def verbs(result):
    assert not result.get("failed"), result["msg"]
    return [action["verb"] for action in result["actions"]]


def other(fleet, number=2, **preferences):
    return {**fleet, "user_data": f"#!/bin/bash\n# {number}\n", "refresh_preferences": preferences}


def ring(cloud, state="ALARM"):
    cloudwatch = cloud.client("cloudwatch", ACCOUNT)
    cloudwatch.put_metric_alarm(
        AlarmName=ALARM, Namespace="TwoWay/PrivateLink", MetricName="Unfit", Statistic="Maximum", Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold", TreatMissingData="ignore",
    )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue=state, StateReason="a test")


def test_it_is_followed_to_its_end(run, cloud, fleet, tmp_path):
    progress = tmp_path / "progress"
    result = run(MODULE, ACCOUNT, **other(fleet, bake_time=60), progress_path=str(progress))
    assert verbs(result) == ["create_version", "refresh"]
    assert (versions(cloud), group(cloud)["LaunchTemplate"]["Version"]) == (["2", "2"], "2")
    assert result["fleet"]["refresh"]["status"] == "Successful" and result["fleet"]["launch_template_version"] == "2"
    lines = progress.read_text().splitlines()
    assert any("InProgress" in line and "to go" in line for line in lines)
    assert any("Baking, 100 % replaced" in line for line in lines)
    assert verbs(run(MODULE, ACCOUNT, **other(fleet))) == []


def test_what_is_asked_of_aws(run, cloud, fleet):
    told = {"checkpoint_percentages": [50, 100], "checkpoint_delay": 10, "bake_time": 20, "alarms": [ALARM]}
    run(MODULE, ACCOUNT, **other(fleet, **told, instance_warmup=5))
    (made,) = cloud.client("autoscaling", ACCOUNT).describe_instance_refreshes(AutoScalingGroupName=NAME)[
        "InstanceRefreshes"
    ]
    assert made["Preferences"] == {
        "MinHealthyPercentage": 100,
        "MaxHealthyPercentage": 200,
        "InstanceWarmup": 5,
        "CheckpointPercentages": [50, 100],
        "CheckpointDelay": 10,
        "BakeTime": 20,
        "AlarmSpecification": {"Alarms": [ALARM]},
        "AutoRollback": True,
        "SkipMatching": True,
    }


def test_an_alarm_brings_the_former_instances_back_and_fails_the_task(run, cloud, fleet):
    before = {one["InstanceId"] for one in group(cloud)["Instances"]}
    ring(cloud)
    result = run(MODULE, ACCOUNT, **other(fleet, alarms=[ALARM]))
    assert result["failed"] and result["changed"]
    for word in ("RollbackSuccessful", ALARM, "former launch template", "run again"):
        assert word in result["msg"], result["msg"]
    assert {one["InstanceId"] for one in group(cloud)["Instances"]} == before
    assert group(cloud)["LaunchTemplate"]["Version"] == "1"

    ring(cloud, "OK")
    assert verbs(run(MODULE, ACCOUNT, **other(fleet, alarms=[ALARM]))) == ["refresh"]
    assert versions(cloud) == ["2", "2"]


def test_an_alarm_while_it_bakes(run, cloud, fleet, meanwhile):
    ring(cloud, "OK")
    started = run(MODULE, ACCOUNT, **other(fleet, alarms=[ALARM], bake_time=600), wait=False)
    assert started["fleet"]["refresh"]["status"] in ("Pending", "InProgress")
    meanwhile("DescribeInstanceRefreshes", lambda: ring(cloud), after=20)
    result = run(MODULE, ACCOUNT, **other(fleet, alarms=[ALARM], bake_time=600))
    assert "RollbackSuccessful" in result["msg"] and versions(cloud) == ["1", "1"]


@pytest.mark.parametrize("changes", [1, 2])
def test_a_killed_run_is_resumed(run, cloud, fleet, killed_after, changes):
    """After the new version, and after the refresh began: it begins once."""
    killed_after(changes)
    with pytest.raises(ValueError, match="Expecting value"):
        run(MODULE, ACCOUNT, **other(fleet))
    result = run(MODULE, ACCOUNT, **other(fleet))
    assert verbs(result) == (["refresh"] if changes == 1 else [])
    assert (versions(cloud), refreshes(cloud)) == (["2", "2"], [("Successful", "2")])


def test_one_that_leads_elsewhere_is_cancelled(run, cloud, fleet):
    run(MODULE, ACCOUNT, **other(fleet, 2), wait=False)
    result = run(MODULE, ACCOUNT, **other(fleet, 3))
    assert verbs(result) == ["create_version", "cancel_refresh", "refresh"]
    assert versions(cloud) == ["3", "3"] and refreshes(cloud) == [("Successful", "3"), ("Cancelled", "2")]


def test_one_that_is_being_rolled_back_is_waited_for_and_begun_again(run, cloud, fleet):
    patient = {"checkpoint_percentages": [50, 100], "checkpoint_delay": 120}
    run(MODULE, ACCOUNT, **other(fleet, **patient), wait=False)
    run(MODULE, ACCOUNT, **other(fleet, **patient), wait_timeout=30)  # to the first checkpoint
    assert sorted(versions(cloud)) == ["1", "2"]
    cloud.client("autoscaling", ACCOUNT).rollback_instance_refresh(AutoScalingGroupName=NAME)
    assert verbs(run(MODULE, ACCOUNT, **other(fleet))) == ["refresh"]
    assert versions(cloud) == ["2", "2"] and refreshes(cloud) == [("Successful", "2"), ("RollbackSuccessful", "2")]


def test_it_does_not_wait_for_ever(run, cloud, fleet):
    patient = {"checkpoint_percentages": [50, 100], "checkpoint_delay": 120}
    result = run(MODULE, ACCOUNT, **other(fleet, **patient), wait_timeout=40)
    assert (
        result["failed"] and "Checkpoint 50% reached" in result["msg"] and "run again to go on waiting" in result["msg"]
    )
    assert verbs(run(MODULE, ACCOUNT, **other(fleet, **patient))) == [] and versions(cloud) == ["2", "2"]
