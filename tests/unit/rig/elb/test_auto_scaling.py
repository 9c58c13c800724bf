"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html"""

from __future__ import annotations

import pytest
from rig.world import WorkloadStatus
from unit.rig.elb.scenery import error_of


def test_instances_are_pending_then_in_service(proxies, network, plane):
    proxies.create(network)
    assert proxies.group()["Instances"] == [], "they come in their own time"
    plane.round(seconds=0)
    assert proxies.states() == ["Pending", "Pending"]
    assert {one["State"]["Name"] for one in proxies.instances().values()} == {"pending"}
    plane.round(3)
    assert proxies.states() == ["InService", "InService"]
    assert {one["State"]["Name"] for one in proxies.instances().values()} == {"running"}


def test_instances_are_made_as_the_template_says(running, network, plane, ec2):
    instances = running.instances()
    assert {one["SubnetId"] for one in instances.values()} == set(network.subnet_ids)
    for id_, instance in instances.items():
        assert [group["GroupId"] for group in instance["SecurityGroups"]] == [network.group_id], id_
        tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
        assert (tags["Name"], tags["privatelink:link"]) == ("proxies", "tokyo")
        assert tags["aws:autoscaling:groupName"] == "proxies"
        assert "PublicIpAddress" not in instance
    workloads = {one.id: one for one in plane.round().workloads}
    assert set(workloads) == set(instances)
    for workload in workloads.values():
        assert (workload.kind, workload.user_data) == ("instance", "#!/bin/bash\necho 1")
        assert (workload.role_name, workload.image) == ("proxy-role", "ami-0123456789abcdef0")
        assert workload.credentials.session_token
        assert workload.metadata["instance_id"] == workload.id


def test_instances_are_registered_with_their_addresses(running, balancing, plane):
    health = balancing.health(running.target_group)
    assert health == {(id_, 3128): ("healthy", "") for id_ in running.ids()}
    (seen,) = plane.round().target_groups
    addresses = {one["InstanceId"]: one["PrivateIpAddress"] for one in running.instances().values()}
    assert {target.id: target.address for target in seen.targets} == addresses


def test_one_that_is_terminated_is_replaced(running, ec2, plane):
    victim = sorted(running.ids())[0]
    ec2.terminate_instances(InstanceIds=[victim])
    plane.round(12)
    assert victim not in running.ids()
    assert running.states() == ["InService", "InService"]


def test_one_that_dies_is_replaced(running, plane):
    victim = sorted(running.ids())[0]
    plane.exits[victim] = WorkloadStatus(state="exited", exit_code=1)
    plane.round(12)
    assert victim not in running.ids()
    assert running.instances()[victim]["State"]["Name"] == "terminated"
    assert running.states() == ["InService", "InService"]


@pytest.mark.parametrize(("kind", "replaced"), [("EC2", False), ("ELB", True)])
def test_load_balancer_health_counts_if_asked_for(proxies, network, plane, kind, replaced):
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html"""
    proxies.create(network, HealthCheckType=kind, HealthCheckGracePeriod=1)
    plane.round(4)
    victim = sorted(proxies.ids())[0]
    plane.ill.add(victim)
    plane.round(14)
    assert (victim not in proxies.ids()) == replaced


def test_scaling_in_drains_before_it_ends(running, balancing, plane, cloud):
    running.update(DesiredCapacity=1)
    plane.round(1, seconds=0.1)
    assert sorted(running.states()) == ["InService", "Terminating"]
    assert sorted(state for state, _reason in balancing.health(running.target_group).values()) == [
        "draining",
        "healthy",
    ]
    assert len(plane.round(seconds=0).workloads) == 2, "it runs on while it drains"
    cloud.clock.advance(cloud.settings.delay("draining"))
    plane.round(3)
    assert running.states() == ["InService"]
    assert len(plane.round().workloads) == 1


def test_bounds_move_the_desired_capacity_along(running, plane):
    running.update(MinSize=3)
    assert running.group()["DesiredCapacity"] == 3
    refused = error_of(running.update, DesiredCapacity=9)
    assert refused[0] == "ValidationError"
    plane.round(4)
    assert len(running.ids()) == 3


def test_an_instance_refresh_rolls(running, plane):
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html"""
    old = running.ids()
    running.new_version("#!/bin/bash\necho 2")
    running.refresh(MinHealthyPercentage=50, InstanceWarmup=1)
    assert error_of(running.refresh)[0] == "InstanceRefreshInProgress"
    fewest = 2
    for _time in range(40):
        plane.round()
        fewest = min(fewest, running.states().count("InService"))
    assert fewest == 1, "one at a time"
    assert running.refreshes() == [("Successful", 100)]
    assert not old & running.ids()
    assert {one["LaunchTemplate"]["Version"] for one in running.group()["Instances"]} == {"2"}
    workloads = plane.round().workloads
    assert {(one.user_data, one.role_name) for one in workloads} == {("#!/bin/bash\necho 2", "proxy-role")}


def test_above_a_hundred_percent_new_ones_come_first(running, plane):
    running.refresh(MinHealthyPercentage=100, MaxHealthyPercentage=150, InstanceWarmup=0)
    fewest, most = 2, 2
    for _time in range(40):
        plane.round()
        states = running.states()
        fewest, most = min(fewest, states.count("InService")), max(most, len(states))
    assert (fewest, running.refreshes()) == (2, [("Successful", 100)])
    assert most > 2


def test_skip_matching_leaves_what_is_up_to_date(running, plane):
    before = running.ids()
    running.refresh(SkipMatching=True)
    plane.round(4)
    assert (running.refreshes(), running.ids()) == ([("Successful", 100)], before)


def test_a_failing_launch_is_an_activity(proxies, network, plane, cloud):
    iam = cloud.client("isolated", "iam")
    iam.remove_role_from_instance_profile(InstanceProfileName="proxy", RoleName="proxy-role")
    iam.delete_instance_profile(InstanceProfileName="proxy")
    proxies.create(network)
    plane.round(2)
    activity = proxies.autoscaling.describe_scaling_activities(AutoScalingGroupName="proxies")["Activities"][0]
    assert activity["StatusCode"] == "Failed"
    assert proxies.group()["Instances"] == []


def test_deleting_needs_force_while_instances_are_left(running, autoscaling, ec2, plane):
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html"""
    refused = error_of(autoscaling.delete_auto_scaling_group, AutoScalingGroupName="proxies")
    assert refused[0] == "ResourceInUse"
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName="proxies", ForceDelete=True)
    assert running.group()["Status"] == "Delete in progress"
    plane.round(4)
    assert autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []
    assert {one["State"]["Name"] for one in running.instances().values()} == {"terminated"}
    left = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert not [one for one in left if not one["Description"].startswith("ELB ")]
    assert plane.round().workloads == ()


def test_a_group_registers_its_instances_with_what_is_attached_and_takes_them_out_again(
    running, autoscaling, balancing, plane
):
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html"""
    more = balancing.target_group("more", "instance", "TCP", 9000)
    wanted = {"AutoScalingGroupName": "proxies", "TargetGroupARNs": [more]}
    autoscaling.attach_load_balancer_target_groups(**wanted)
    assert {id_ for id_, _port in balancing.health(more)} == running.ids()
    running.update(DesiredCapacity=3)
    plane.round(5)
    assert len(balancing.health(more)) == 3
    autoscaling.detach_load_balancer_target_groups(**wanted)
    plane.round(5)
    assert balancing.health(more) == {}
    assert running.states() == ["InService"] * 3
    assert running.group()["TargetGroupARNs"] == [running.target_group]
