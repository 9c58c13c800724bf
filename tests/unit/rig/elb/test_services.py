"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html"""

from __future__ import annotations

import pytest
from rig.world import WorkloadStatus
from unit.rig.elb.fleet import address_of, detail
from unit.rig.elb.scenery import error_of


@pytest.fixture
def steady(fleet, plane):
    """Two tasks of version 1, in a steady state."""
    fleet.create(fleet.definition("1"))
    plane.round(6)
    assert fleet.deployments() == [("PRIMARY", "COMPLETED", "1")]
    return fleet


def test_tasks_go_from_provisioning_to_running_in_the_target_group(fleet, plane):
    fleet.create(fleet.definition())
    assert fleet.counts() == (0, 0)
    plane.round(seconds=0)
    assert {task["lastStatus"] for task in fleet.tasks()} == {"PROVISIONING"}
    plane.round()
    plane.round(2)
    assert fleet.counts() == (2, 0)
    assert {id_ for id_, _port in fleet.balancing.health(fleet.target_group)} == fleet.addresses()
    plane.round(2)
    assert set(fleet.balancing.health(fleet.target_group).values()) == {("healthy", "")}
    assert fleet.deployments() == [("PRIMARY", "COMPLETED", "1")]
    assert fleet.service()["events"][0]["message"].endswith("deployment completed.")


def test_tasks_spread_over_the_zones_with_interfaces_of_their_own(steady, ec2, network):
    tasks = steady.tasks()
    assert {task["availabilityZone"] for task in tasks} == {"ap-northeast-1a", "ap-northeast-1d"}
    ids = [detail(task, "networkInterfaceId") for task in tasks]
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    assert {one["PrivateIpAddress"] for one in found} == {address_of(task) for task in tasks}
    assert {one["SubnetId"] for one in found} == set(network.subnet_ids)
    assert [one["Groups"][0]["GroupId"] for one in found] == [network.group_id] * 2


def test_the_data_plane_gets_all_it_needs(steady, plane):
    first = plane.round().workloads[0]
    task = next(one for one in steady.tasks() if one["taskArn"].endswith(first.metadata["task"]))
    assert (first.kind, first.image, first.ports, first.account_id) == (
        "task",
        "shop/orders:1",
        (8080,),
        "222222222222",
    )
    assert first.interface_id == detail(task, "networkInterfaceId")
    assert (first.log_group, first.log_stream) == (
        "/twoway/tokyo/services",
        f"orders/app/{first.metadata['task']}",
    )
    told = ("service", "version", "protocol", "zone_id")
    assert [first.metadata[key] for key in told][:3] == ["orders", "1", "HTTP"]
    assert first.metadata["zone_id"] in ("apne1-az1", "apne1-az4")


def test_a_new_version_starts_before_the_old_one_ends(steady, plane):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html"""
    old = steady.addresses()
    steady.update(taskDefinition=steady.definition("2"))
    healthy, running = [], []
    for _time in range(20):
        running.append(len(plane.round().workloads))
        states = [state for state, _reason in steady.balancing.health(steady.target_group).values()]
        healthy.append(states.count("healthy"))
    assert min(healthy) == 2, "100 % stay healthy all the time"
    assert max(running) == 4, "200 % at most"
    assert steady.deployments() == [("PRIMARY", "COMPLETED", "2")]
    assert not old & steady.addresses()
    assert {workload.image for workload in plane.round().workloads} == {"shop/orders:2"}


def test_an_old_task_leaves_the_target_group_before_it_ends(steady, plane, cloud):
    old = steady.addresses()
    steady.update(taskDefinition=steady.definition("2"))
    plane.round(4, seconds=0.3)
    leaving = steady.tasks(desiredStatus="STOPPED")
    assert {task["lastStatus"] for task in leaving} == {"DEACTIVATING"}
    health = steady.balancing.health(steady.target_group)
    assert {id_ for (id_, _port), (state, _reason) in health.items() if state == "draining"} == old
    assert len(plane.round(seconds=0).workloads) == 4, "its containers still run"
    cloud.clock.advance(cloud.settings.delay("draining"))
    plane.round(2)
    assert {task["lastStatus"] for task in steady.tasks(desiredStatus="STOPPED")} == {"STOPPED"}
    assert len(plane.round().workloads) == 2


def test_maximum_percent_holds_new_tasks_back(fleet, plane):
    fleet.create(fleet.definition("1"), deploymentConfiguration={"maximumPercent": 100, "minimumHealthyPercent": 50})
    plane.round(6)
    fleet.update(taskDefinition=fleet.definition("2"))
    most = 0
    for _time in range(40):
        plane.round()
        most = max(most, len([task for task in fleet.tasks() if task["desiredStatus"] == "RUNNING"]))
    assert most == 2
    assert fleet.deployments() == [("PRIMARY", "COMPLETED", "2")]


def test_desired_count_scales_without_a_deployment(steady, plane):
    deployment = steady.service()["deployments"][0]["id"]
    steady.update(desiredCount=3)
    plane.round(4)
    assert steady.counts() == (3, 0)
    steady.update(desiredCount=1)
    plane.round(10)
    assert steady.counts() == (1, 0)
    assert len(steady.balancing.health(steady.target_group)) == 1
    assert steady.service()["deployments"][0]["id"] == deployment


def test_force_new_deployment_replaces_every_task(steady, plane):
    old = {task["taskArn"] for task in steady.tasks()}
    steady.update(forceNewDeployment=True)
    plane.round(16)
    assert not old & {task["taskArn"] for task in steady.tasks()}
    assert steady.counts() == (2, 0)


def test_a_task_that_dies_is_replaced(steady, plane):
    victim = steady.tasks()[0]
    workload = next(one for one in plane.round().workloads if victim["taskArn"].endswith(one.metadata["task"]))
    plane.exits[workload.id] = WorkloadStatus(state="exited", exit_code=137)
    plane.round(20)
    stopped = steady.task(victim["taskArn"])
    assert (stopped["lastStatus"], stopped["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert stopped["stoppedReason"] == "Essential container in task exited"
    assert stopped["containers"][0]["exitCode"] == 137
    assert steady.counts() == (2, 0)
    assert victim["taskArn"] not in {task["taskArn"] for task in steady.tasks()}


def test_a_task_that_the_load_balancer_calls_unhealthy_is_replaced(steady, plane):
    victim = steady.tasks()[0]
    plane.ill.add(address_of(victim))
    plane.round(4)
    stopped = steady.task(victim["taskArn"])
    assert stopped["stoppedReason"].startswith("Task failed ELB health checks in (target-group arn:")
    assert stopped["stopCode"] == "ServiceSchedulerInitiated"


def test_the_grace_period_keeps_a_slow_starter(fleet, plane):
    fleet.create(fleet.definition(), count=1, healthCheckGracePeriodSeconds=60)
    plane.round(2)
    plane.ill |= fleet.addresses()
    plane.round(10)
    (task,) = fleet.tasks()
    assert task["lastStatus"] == "RUNNING"
    assert fleet.deployments() == [("PRIMARY", "IN_PROGRESS", "1")], "not steady while unhealthy"
    plane.round(1, seconds=60)
    plane.round(1)
    assert fleet.task(task["taskArn"])["desiredStatus"] == "STOPPED"


@pytest.mark.parametrize("rollback", [False, True])
def test_the_circuit_breaker_ends_a_deployment_that_cannot_start(fleet, plane, rollback):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html"""
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": rollback}}
    fleet.create(fleet.definition("1"), deploymentConfiguration=breaker)
    plane.round(6)
    fleet.update(taskDefinition=fleet.definition("2"))
    broken = WorkloadStatus(state="exited", exit_code=1)
    for _time in range(120):
        world = plane.round()
        plane.exits.update({one.id: broken for one in world.workloads if one.image == "shop/orders:2"})
    assert fleet.counts()[0] == 2, "the old version served all the time"
    states = {"2": "FAILED", "1": "COMPLETED"}
    if rollback:
        assert fleet.deployments() == [("PRIMARY", "COMPLETED", "1")]
    else:
        assert {revision: state for _status, state, revision in fleet.deployments()} == states
        assert fleet.service()["deployments"][0]["rolloutStateReason"].startswith("ECS deployment circuit breaker")


def test_a_missing_log_group_keeps_a_task_from_starting(fleet, plane, cloud):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html"""
    cloud.client("isolated", "logs").delete_log_group(logGroupName="/twoway/tokyo/services")
    fleet.create(fleet.definition(), count=1)
    plane.round(3)
    (task, *_others) = fleet.tasks(desiredStatus="STOPPED")
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("ResourceInitializationError: failed to validate logger args")
    assert fleet.service()["deployments"][0]["failedTasks"] >= 1


def test_deleting_drains_then_it_is_inactive(steady, plane, ecs, ec2):
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html"""
    assert error_of(ecs.delete_service, cluster="tokyo", service="orders")[0] == "InvalidParameterException"
    assert ecs.delete_service(cluster="tokyo", service="orders", force=True)["service"]["status"] == "DRAINING"
    assert ecs.list_services(cluster="tokyo")["serviceArns"] == []
    refused = error_of(steady.create, definition="orders")
    assert refused == ("InvalidParameterException", "Unable to Start a service that is still Draining.")
    assert error_of(steady.update, desiredCount=1)[0] == "ServiceNotActiveException"
    plane.round(10)
    assert steady.service()["status"] == "INACTIVE"
    found = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert not [one for one in found if ":attachment/" in one["Description"]]
    assert steady.balancing.health(steady.target_group) == {}
    assert steady.create(definition="orders")["status"] == "ACTIVE", "the name is free again"


def test_creating_twice_is_refused_but_for_the_same_token(fleet):
    definition = fleet.definition()
    arn = fleet.create(definition, clientToken="once")["serviceArn"]
    assert fleet.create(definition, clientToken="once")["serviceArn"] == arn
    refused = error_of(fleet.create, definition=definition)
    assert refused == ("InvalidParameterException", "Creation of service was not idempotent.")


def test_load_balancers_are_checked(fleet, balancing):
    idle = balancing.target_group("idle")
    fleet.target_group = idle
    code, message = error_of(fleet.create, definition=fleet.definition())
    assert (code, message.endswith("does not have an associated load balancer.")) == ("InvalidParameterException", True)


def test_ten_services_are_described_at_a_time(ecs, fleet):
    wanted = {"cluster": "tokyo", "services": [f"s{number}" for number in range(11)]}
    assert error_of(ecs.describe_services, **wanted)[0] == "InvalidParameterException"
    told = ecs.describe_services(cluster="tokyo", services=["nobody"])
    assert [failure["reason"] for failure in told["failures"]] == ["MISSING"]


def test_tags_reach_tasks_that_are_to_have_them(fleet, plane):
    tags = [{"key": "privatelink:link", "value": "tokyo"}]
    fleet.create(fleet.definition(), count=1, tags=tags, propagateTags="SERVICE", enableECSManagedTags=True)
    plane.round()
    (task,) = fleet.tasks()
    told = {tag["key"]: tag["value"] for tag in fleet.task(task["taskArn"])["tags"]}
    assert told == {"privatelink:link": "tokyo", "aws:ecs:clusterName": "tokyo", "aws:ecs:serviceName": "orders"}
