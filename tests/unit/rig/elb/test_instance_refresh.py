"""Checkpoints, bake time, alarms and rollback of an instance refresh.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
"""

from __future__ import annotations

import pytest
from unit.rig.elb.scenery import error_of

GROUP = {"AutoScalingGroupName": "proxies"}
NEW_FIRST = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0, "SkipMatching": True}
ALARM = "proxies-unhealthy"


class Fleet:
    """The group, pinned to version 1 of its template, of which there is a version 2."""

    def __init__(self, proxies, autoscaling, cloudwatch):
        self.proxies, self.autoscaling, self.cloudwatch = proxies, autoscaling, cloudwatch

    def to_two(self, **preferences):
        template = {"LaunchTemplateId": self.proxies.template, "Version": "2"}
        started = self.autoscaling.start_instance_refresh(
            **GROUP, DesiredConfiguration={"LaunchTemplate": template}, Preferences={**NEW_FIRST, **preferences}
        )
        return started["InstanceRefreshId"]

    def refresh(self):
        return self.autoscaling.describe_instance_refreshes(**GROUP)["InstanceRefreshes"][0]

    def versions(self):
        return sorted(one["LaunchTemplate"]["Version"] for one in self.proxies.group()["Instances"])

    def saved(self):
        return self.proxies.group()["LaunchTemplate"]["Version"]

    def ring(self):
        self.cloudwatch.put_metric_alarm(
            AlarmName=ALARM, Namespace="TwoWay/PrivateLink", MetricName="Unfit", Statistic="Maximum", Period=60,
            EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold",
        )  # fmt: skip
        self.cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="a test")


@pytest.fixture
def fleet(proxies, network, plane, autoscaling, cloud) -> Fleet:
    proxies.create(network, LaunchTemplate={"LaunchTemplateId": proxies.template, "Version": "1"})
    plane.round(5)
    proxies.new_version("#!/bin/bash\necho 2")
    return Fleet(proxies, autoscaling, cloud.client("isolated", "cloudwatch"))


def test_the_desired_configuration_is_the_groups_once_it_succeeded(fleet, plane):
    fleet.to_two()
    plane.round(1)
    assert fleet.saved() == "1" and fleet.refresh()["Status"] == "InProgress"
    plane.round(20)
    assert (fleet.refresh()["Status"], fleet.saved(), fleet.versions()) == ("Successful", "2", ["2", "2"])


def test_a_group_that_grows_meanwhile_grows_by_new_ones(fleet, plane):
    fleet.to_two(CheckpointPercentages=[50, 100], CheckpointDelay=1000)
    plane.round(12)
    fleet.proxies.update(DesiredCapacity=3)
    plane.round(5)
    assert fleet.versions() == ["1", "2", "2"]


def test_it_waits_at_a_checkpoint(fleet, plane, cloud):
    fleet.to_two(CheckpointPercentages=[50, 100], CheckpointDelay=100)
    plane.round(30)
    told = fleet.refresh()
    assert (told["Status"], told["PercentageComplete"], fleet.versions()) == ("InProgress", 50, ["1", "2"])
    cloud.clock.advance(100)
    plane.round(20)
    assert (fleet.refresh()["Status"], fleet.versions()) == ("Successful", ["2", "2"])


def test_the_last_checkpoint_may_leave_some(fleet, plane):
    """asg-adding-checkpoints-instance-refresh.html: To partially refresh the Auto Scaling group"""
    fleet.to_two(CheckpointPercentages=[50], CheckpointDelay=100)
    plane.round(30)
    assert (fleet.refresh()["Status"], fleet.versions(), fleet.saved()) == ("Successful", ["1", "2"], "2")


def test_it_bakes_before_it_is_done(fleet, plane, cloud):
    fleet.to_two(BakeTime=100)
    plane.round(20)
    assert (fleet.refresh()["Status"], fleet.saved(), fleet.versions()) == ("Baking", "1", ["2", "2"])
    cloud.clock.advance(100)
    plane.round(1)
    assert (fleet.refresh()["Status"], fleet.saved()) == ("Successful", "2")


@pytest.mark.parametrize("preferences", [{"CheckpointPercentages": [50, 100]}, {"BakeTime": 1000}])
def test_an_alarm_rolls_it_back(fleet, plane, preferences):
    fleet.to_two(AlarmSpecification={"Alarms": [ALARM]}, AutoRollback=True, **preferences)
    plane.round(20)
    assert "2" in fleet.versions()
    fleet.ring()
    plane.round(1)
    assert fleet.refresh()["Status"] == "RollbackInProgress"
    plane.round(20)
    told = fleet.refresh()
    assert (told["Status"], fleet.versions(), fleet.saved()) == ("RollbackSuccessful", ["1", "1"], "1")
    assert ALARM in told["StatusReason"] and ALARM in told["RollbackDetails"]["RollbackReason"]


def test_without_rollback_an_alarm_leaves_it_half_done(fleet, plane):
    fleet.to_two(AlarmSpecification={"Alarms": [ALARM]}, CheckpointPercentages=[50, 100])
    plane.round(20)
    fleet.ring()
    plane.round(10)
    assert (fleet.refresh()["Status"], fleet.versions(), fleet.saved()) == ("Failed", ["1", "2"], "1")


def test_an_alarm_that_rings_already_stops_it_at_once(fleet, plane):
    before = fleet.proxies.ids()
    fleet.ring()
    fleet.to_two(AlarmSpecification={"Alarms": [ALARM]}, AutoRollback=True)
    plane.round(10)
    assert (fleet.refresh()["Status"], fleet.proxies.ids()) == ("RollbackSuccessful", before)


def test_instances_that_never_become_healthy_are_rolled_back(fleet, plane, cloud):
    before = fleet.proxies.ids()
    fleet.to_two(AutoRollback=True)
    for _time in range(10):
        plane.round(1)
        plane.ill |= fleet.proxies.ids() - before
    assert fleet.refresh()["PercentageComplete"] == 0 and before <= fleet.proxies.ids()
    cloud.clock.advance(cloud.settings.delay("refresh_patience"))
    plane.round(20)
    assert (fleet.refresh()["Status"], fleet.proxies.ids()) == ("RollbackSuccessful", before)


def test_a_person_rolls_it_back(fleet, plane, autoscaling):
    assert error_of(autoscaling.rollback_instance_refresh, **GROUP)[0] == "ActiveInstanceRefreshNotFound"
    fleet.to_two(CheckpointPercentages=[50, 100])
    plane.round(20)
    autoscaling.rollback_instance_refresh(**GROUP)
    plane.round(20)
    assert (fleet.refresh()["Status"], fleet.versions()) == ("RollbackSuccessful", ["1", "1"])


@pytest.mark.parametrize(
    "preferences",
    [
        pytest.param({"MaxHealthyPercentage": 200, "MinHealthyPercentage": 90}, id="too far apart"),
        pytest.param({"CheckpointPercentages": [50, 20]}, id="checkpoints out of order"),
        pytest.param({"CheckpointDelay": 10}, id="a delay without checkpoints"),
        pytest.param({"AlarmSpecification": {"Alarms": [str(n) for n in range(11)]}}, id="eleven alarms"),
    ],
)
def test_what_it_may_not_be_asked_for(fleet, preferences):
    assert error_of(fleet.to_two, **preferences)[0] == "ValidationError"


def test_rollback_needs_a_desired_configuration(fleet, autoscaling):
    """instance-refresh-rollback.html: Prerequisites"""
    wanted = {**GROUP, "Preferences": {"AutoRollback": True}}
    assert "desired configuration" in error_of(autoscaling.start_instance_refresh, **wanted)[1]


def test_a_group_of_the_latest_version_cannot_be_rolled_back(running, autoscaling):
    template = {"LaunchTemplate": {"LaunchTemplateId": running.template, "Version": "1"}}
    wanted = {**GROUP, "Preferences": {"AutoRollback": True}, "DesiredConfiguration": template}
    assert "$Latest" in error_of(autoscaling.start_instance_refresh, **wanted)[1]
