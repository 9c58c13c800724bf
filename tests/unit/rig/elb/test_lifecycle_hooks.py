"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html"""

from __future__ import annotations

import pytest
from unit.rig.elb.scenery import error_of

GROUP = {"AutoScalingGroupName": "proxies"}
DRAIN = {**GROUP, "LifecycleHookName": "drain"}
TERMINATING = {"LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}
LAUNCHING = {"LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}


@pytest.fixture
def leaving(running, autoscaling, plane) -> str:
    """The instance that waits for the hook `drain`, its connections drained."""
    autoscaling.put_lifecycle_hook(**DRAIN, **TERMINATING, HeartbeatTimeout=100)
    running.update(DesiredCapacity=1)
    plane.round(12)
    (waiting,) = (one for one in running.group()["Instances"] if one["LifecycleState"] == "Terminating:Wait")
    return waiting["InstanceId"]


def target_states(world) -> set[str]:
    return {one.metadata["target_lifecycle_state"] for one in world.workloads}


def test_hooks_are_told_as_they_were_put(running, autoscaling):
    autoscaling.put_lifecycle_hook(**DRAIN, **TERMINATING)
    autoscaling.put_lifecycle_hook(**DRAIN, HeartbeatTimeout=60, DefaultResult="CONTINUE")
    (told,) = autoscaling.describe_lifecycle_hooks(**GROUP)["LifecycleHooks"]
    assert told == {
        **DRAIN,
        **TERMINATING,
        "HeartbeatTimeout": 60,
        "GlobalTimeout": 6000,
        "DefaultResult": "CONTINUE",
    }
    autoscaling.delete_lifecycle_hook(**DRAIN)
    assert autoscaling.describe_lifecycle_hooks(**GROUP)["LifecycleHooks"] == []
    assert error_of(autoscaling.delete_lifecycle_hook, **DRAIN)[0] == "ValidationError"


@pytest.mark.parametrize("wrong", [{"HeartbeatTimeout": 29}, {"HeartbeatTimeout": 7201}, {"DefaultResult": "STOP"}])
def test_what_a_hook_may_not_be(running, autoscaling, wrong):
    assert error_of(autoscaling.put_lifecycle_hook, **DRAIN, **TERMINATING, **wrong)[0] == "ValidationError"


def test_it_leaves_its_target_groups_first_and_then_waits(running, autoscaling, balancing, plane, cloud):
    autoscaling.put_lifecycle_hook(**DRAIN, **TERMINATING)
    assert target_states(plane.round(seconds=0)) == {"InService"}
    running.update(DesiredCapacity=1)
    world = plane.round(1, seconds=0.1)
    assert sorted(running.states()) == ["InService", "Terminating"]
    assert target_states(world) == {"InService", "Terminated"}, "its metadata tells it at once"
    assert "draining" in {state for state, _reason in balancing.health(running.target_group).values()}
    cloud.clock.advance(cloud.settings.delay("draining"))
    plane.round(3)
    assert sorted(running.states()) == ["InService", "Terminating:Wait"]
    assert len(balancing.health(running.target_group)) == 1
    assert len(plane.round(seconds=0).workloads) == 2, "it runs on while it waits"


def test_it_goes_once_its_action_is_completed(running, leaving, autoscaling, plane):
    refused = error_of(
        autoscaling.complete_lifecycle_action, **DRAIN, InstanceId="i-0", LifecycleActionResult="CONTINUE"
    )
    assert refused == ("ValidationError", "No active Lifecycle Action found with instance ID i-0")
    autoscaling.complete_lifecycle_action(**DRAIN, InstanceId=leaving, LifecycleActionResult="CONTINUE")
    plane.round(4)
    assert running.states() == ["InService"] and leaving not in running.ids()


def test_it_goes_when_nobody_is_heard_from_for_too_long(running, leaving, autoscaling, plane, cloud):
    cloud.clock.advance(80)
    autoscaling.record_lifecycle_action_heartbeat(**DRAIN, InstanceId=leaving)
    cloud.clock.advance(80)
    plane.round(2)
    assert leaving in running.ids()
    cloud.clock.advance(21)
    plane.round(4)
    assert leaving not in running.ids()


def test_it_goes_when_the_hook_is_deleted(running, leaving, autoscaling, plane):
    autoscaling.delete_lifecycle_hook(**DRAIN)
    plane.round(4)
    assert leaving not in running.ids()


def test_a_forced_deletion_waits_for_nobody(running, leaving, autoscaling, plane):
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html"""
    autoscaling.delete_auto_scaling_group(**GROUP, ForceDelete=True)
    plane.round(4)
    assert autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []


@pytest.mark.parametrize(("result", "comes"), [("CONTINUE", True), ("ABANDON", False)])
def test_a_new_one_waits_before_it_is_in_service(running, autoscaling, balancing, plane, result, comes):
    autoscaling.put_lifecycle_hook(**DRAIN, **LAUNCHING)
    before = running.ids()
    running.update(DesiredCapacity=3)
    plane.round(5)
    (new,) = running.ids() - before
    assert sorted(running.states()) == ["InService", "InService", "Pending:Wait"]
    assert (new, 3128) not in balancing.health(running.target_group)
    autoscaling.complete_lifecycle_action(**DRAIN, InstanceId=new, LifecycleActionResult=result)
    plane.round(8)
    assert ((new, 3128) in balancing.health(running.target_group)) == comes
