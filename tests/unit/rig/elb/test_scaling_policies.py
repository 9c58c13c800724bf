"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html"""

from __future__ import annotations

import pytest
from rig.control.cloudwatch import elastic_compute
from rig.world import Usage
from unit.rig.elb.scenery import error_of

GROUP = {"AutoScalingGroupName": "proxies"}
TRACKING = {**GROUP, "PolicyName": "load", "PolicyType": "TargetTrackingScaling"}
CPU = {
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
    "TargetValue": 50.0,
}
TUNNELS = {
    "CustomizedMetricSpecification": {
        "Namespace": "TwoWay/PrivateLink",
        "MetricName": "OpenConnections",
        "Dimensions": [{"Name": "Link", "Value": "tokyo"}],
        "Statistic": "Average",
    },
    "TargetValue": 100.0,
}


@pytest.fixture
def cloudwatch(cloud):
    return cloud.client("isolated", "cloudwatch")


@pytest.fixture
def busy(cloudwatch, cloud, plane):
    """busy(150, minutes): every instance tells of so many open connections, minute by minute."""

    def go_on(value: float, minutes: int) -> None:
        for _minute in range(minutes):
            data = {"MetricName": "OpenConnections", "Value": value, "Dimensions": [{"Name": "Link", "Value": "tokyo"}]}
            cloudwatch.put_metric_data(Namespace="TwoWay/PrivateLink", MetricData=[data])
            cloud.clock.advance(60)
            plane.round(2)

    return go_on


def test_a_policy_is_told_with_its_alarms_and_takes_them_along(running, autoscaling, cloudwatch):
    made = autoscaling.put_scaling_policy(**TRACKING, TargetTrackingConfiguration=CPU)
    (told,) = autoscaling.describe_policies(**GROUP)["ScalingPolicies"]
    assert told["TargetTrackingConfiguration"] == {**CPU, "DisableScaleIn": False}
    assert {one["AlarmName"] for one in told["Alarms"]} == {one["AlarmName"] for one in made["Alarms"]}
    (high,) = cloudwatch.describe_alarms(AlarmNamePrefix="TargetTracking-proxies-AlarmHigh")["MetricAlarms"]
    assert (high["Namespace"], high["Threshold"], high["EvaluationPeriods"]) == ("AWS/EC2", 50.0, 3)
    again = autoscaling.put_scaling_policy(**TRACKING, TargetTrackingConfiguration={**CPU, "DisableScaleIn": True})
    assert again["PolicyARN"] == made["PolicyARN"] and len(again["Alarms"]) == 1
    autoscaling.delete_policy(**GROUP, PolicyName="load")
    assert autoscaling.describe_policies(**GROUP)["ScalingPolicies"] == []
    assert cloudwatch.describe_alarms(AlarmNamePrefix="TargetTracking-")["MetricAlarms"] == []


def test_a_busy_group_grows_and_an_idle_one_shrinks(running, autoscaling, busy):
    autoscaling.put_scaling_policy(**TRACKING, TargetTrackingConfiguration=TUNNELS)
    busy(190, 6)
    assert running.group()["DesiredCapacity"] == 4, "in proportion, up to its maximum"
    busy(20, 25)
    assert running.group()["DesiredCapacity"] == 1


def test_what_is_no_policy(running, autoscaling):
    refused = {**CPU, "CustomizedMetricSpecification": TUNNELS["CustomizedMetricSpecification"]}
    assert error_of(autoscaling.put_scaling_policy, **TRACKING, TargetTrackingConfiguration=refused)[0] == (
        "ValidationError"
    )
    assert error_of(autoscaling.delete_policy, **GROUP, PolicyName="none")[0] == "ValidationError"


def test_the_processors_of_a_group_are_a_metric(running, cloud):
    """One second of two processors in two seconds is a quarter of them, two seconds are half of them."""
    ids = sorted(running.ids())
    now = {id_: Usage(cpu_seconds=n, memory_bytes=0) for n, id_ in enumerate(ids, start=1)}
    (point,) = elastic_compute.points(now, {}, 2.0)
    assert (point.metric.name, dict(point.metric.dimensions)) == ("CPUUtilization", {"AutoScalingGroupName": "proxies"})
    assert point.summary.statistic("Average") == 37.5
