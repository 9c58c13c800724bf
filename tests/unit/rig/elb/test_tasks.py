"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html"""

from __future__ import annotations

import json

import pytest
from rig.control import logs
from rig.control.lock import lock
from rig.world import WorkloadStatus
from unit.rig.elb.fleet import LOG_GROUP
from unit.rig.elb.scenery import error_of


def command(*words, **more):
    return {"containerOverrides": [{"name": "app", "command": list(words)} | more]}


def test_a_task_runs_its_command_and_tells_its_exit_code(fleet, plane):
    environment = [{"name": "CHECKS", "value": "[]"}]
    task = fleet.run(fleet.definition(), overrides=command("probe", environment=environment), startedBy="verify")
    assert task["lastStatus"] == "PROVISIONING"
    (workload,) = plane.round().workloads
    assert (workload.command, dict(workload.environment)) == (("probe",), {"CHECKS": "[]"})
    plane.exits[workload.id] = WorkloadStatus(state="exited", exit_code=3)
    plane.round(3)
    told = fleet.task(task["taskArn"])
    assert (told["lastStatus"], told["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert told["containers"][0]["exitCode"] == 3
    assert fleet.tasks(startedBy="verify") == []
    assert len(fleet.tasks(startedBy="verify", desiredStatus="STOPPED")) == 1


def test_an_image_that_cannot_be_pulled_fails_to_start(fleet, plane):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html"""
    task = fleet.run(fleet.definition())
    (workload,) = plane.round().workloads
    plane.exits[workload.id] = WorkloadStatus(state="exited", reason="CannotPullContainerError: no route")
    plane.round(3)
    told = fleet.task(task["taskArn"])
    assert (told["stopCode"], told["stoppedReason"]) == ("TaskFailedToStart", "CannotPullContainerError: no route")
    assert "exitCode" not in told["containers"][0]


def test_stopping_says_who_and_why(fleet, plane, ecs):
    task = fleet.run(fleet.definition())
    plane.round(2)
    ecs.stop_task(cluster="tokyo", task=task["taskArn"], reason="enough")
    plane.round(2)
    told = fleet.task(task["taskArn"])
    assert (told["lastStatus"], told["stopCode"], told["stoppedReason"]) == ("STOPPED", "UserInitiated", "enough")
    assert plane.round().workloads == ()


def test_the_same_token_runs_one_task(fleet):
    definition = fleet.definition()
    first = fleet.run(definition, clientToken="once")["taskArn"]
    assert fleet.run(definition, clientToken="once")["taskArn"] == first
    assert fleet.run(definition)["taskArn"] != first


def test_what_run_task_refuses(fleet, ecs):
    definition = fleet.definition()
    wanted = {"cluster": "nowhere", "taskDefinition": definition, "launchType": "FARGATE"}
    assert error_of(ecs.run_task, **wanted)[0] == "ClusterNotFoundException"
    wanted["cluster"] = "tokyo"
    assert error_of(ecs.run_task, **wanted)[0] == "InvalidParameterException"
    wanted["networkConfiguration"] = {"awsvpcConfiguration": {"subnets": ["subnet-0123456789abcdef0"]}}
    assert "Error retrieving subnet information" in error_of(ecs.run_task, **wanted)[1]
    assert error_of(fleet.run, definition=definition, count=11)[0] == "InvalidParameterException"
    assert error_of(fleet.run, definition=definition, overrides={"containerOverrides": [{"name": "x"}]})[0] == (
        "InvalidParameterException"
    )
    ecs.deregister_task_definition(taskDefinition=definition)
    assert error_of(fleet.run, definition=definition) == ("ClientException", "TaskDefinition is inactive")


@pytest.fixture
def execution_role(cloud):
    """execution_role("ssm:GetParameters", arn): what the execution role of the fleet may do, and no more."""
    iam = cloud.client("isolated", "iam")
    iam.create_role(RoleName="tokyo-services", AssumeRolePolicyDocument="{}")

    def allow(action: str, resource: str) -> None:
        statement = {"Effect": "Allow", "Action": [action], "Resource": [resource]}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName="tokyo-services", PolicyName="start", PolicyDocument=document)

    return allow


def test_secrets_come_from_parameters(fleet, plane, cloud, execution_role):
    ssm = cloud.client("isolated", "ssm")
    ssm.put_parameter(Name="/twoway/tokyo/key", Value="hidden", Type="SecureString")
    arn = "arn:aws:ssm:ap-northeast-1:222222222222:parameter/twoway/tokyo/key"
    execution_role("ssm:GetParameters", "arn:aws:ssm:ap-northeast-1:222222222222:parameter/*")
    fleet.run(fleet.definition(secrets=[{"name": "KEY", "valueFrom": arn}]))
    (workload,) = plane.round().workloads
    assert dict(workload.environment) == {"KEY": "hidden"} and workload.secrets_from == ("ssm",)
    lost = fleet.run(fleet.definition(secrets=[{"name": "KEY", "valueFrom": f"{arn}s"}]))
    plane.round(2)
    assert "invalid parameters" in fleet.task(lost["taskArn"])["stoppedReason"]


@pytest.fixture
def secret(cloud):
    """The ARN of a secret with two keys, which was {"user": "old"} before."""
    manager = cloud.client("isolated", "secretsmanager")
    arn = manager.create_secret(Name="tokyo/db", SecretString='{"user": "old"}')["ARN"]
    manager.put_secret_value(SecretId=arn, SecretString='{"user": "shop", "port": 5432}')
    return arn


@pytest.mark.parametrize(
    ("tail", "value"),
    [
        ("", '{"user": "shop", "port": 5432}'),
        (":user::", "shop"),
        (":port::", "5432"),
        (":user:AWSPREVIOUS:", "old"),
    ],
)
def test_secrets_come_from_secrets_manager(fleet, plane, secret, execution_role, tail, value):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"""
    execution_role("secretsmanager:GetSecretValue", secret)
    fleet.run(fleet.definition(secrets=[{"name": "DB", "valueFrom": f"{secret}{tail}"}]))
    (workload,) = plane.round().workloads
    assert dict(workload.environment) == {"DB": value} and workload.secrets_from == ("secretsmanager",)


def test_a_key_that_is_not_in_the_secret(fleet, plane, secret, execution_role):
    execution_role("secretsmanager:GetSecretValue", secret)
    lost = fleet.run(fleet.definition(secrets=[{"name": "DB", "valueFrom": f"{secret}:pass::"}]))
    plane.round(2)
    assert "did not contain json key pass" in fleet.task(lost["taskArn"])["stoppedReason"]


def test_an_execution_role_reads_what_it_may_and_no_more(fleet, plane, secret, execution_role):
    execution_role("secretsmanager:GetSecretValue", f"{secret}x")
    denied = fleet.run(fleet.definition(secrets=[{"name": "DB", "valueFrom": secret}]))
    plane.round(2)
    reason = fleet.task(denied["taskArn"])["stoppedReason"]
    assert f"is not authorized to perform: secretsmanager:GetSecretValue on resource: {secret}" in reason


def test_what_a_workload_prints_is_in_its_log_stream(fleet, cloud):
    with lock:
        logs.append("222222222222", "ap-northeast-1", LOG_GROUP, "orders/app/1", ["one", "two"])
        logs.append("222222222222", "ap-northeast-1", "/gone", "orders/app/1", ["lost"])
    client = cloud.client("isolated", "logs")
    events = client.get_log_events(logGroupName=LOG_GROUP, logStreamName="orders/app/1")["events"]
    assert [event["message"] for event in events] == ["one", "two"]


def test_a_cluster_that_holds_something_stays(fleet, plane, ecs):
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html"""
    definition = fleet.definition()
    task = fleet.run(definition)
    assert error_of(ecs.delete_cluster, cluster="tokyo")[0] == "ClusterContainsTasksException"
    ecs.stop_task(cluster="tokyo", task=task["taskArn"])
    plane.round(2)
    fleet.create(definition, count=0)
    assert error_of(ecs.delete_cluster, cluster="tokyo")[0] == "ClusterContainsServicesException"
    ecs.delete_service(cluster="tokyo", service="orders")
    plane.round()
    assert ecs.delete_cluster(cluster="tokyo")["cluster"]["status"] == "INACTIVE"
    assert error_of(ecs.list_services, cluster="tokyo")[0] == "ClusterNotFoundException"
    assert ecs.list_clusters()["clusterArns"] == []


def test_revisions_are_never_given_twice(fleet, ecs):
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html"""
    first, second = fleet.definition("1"), fleet.definition("2")
    ecs.deregister_task_definition(taskDefinition=second)
    assert ecs.describe_task_definition(taskDefinition="orders")["taskDefinition"]["taskDefinitionArn"] == first
    ecs.delete_task_definitions(taskDefinitions=[second])
    assert fleet.definition("3").endswith(":3")


def test_a_family_is_active_while_a_revision_is(fleet, ecs):
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html"""
    definition = fleet.definition()
    assert ecs.list_task_definition_families(status="ACTIVE")["families"] == ["orders"]
    ecs.deregister_task_definition(taskDefinition=definition)
    assert ecs.list_task_definition_families(status="ACTIVE")["families"] == []
    assert ecs.list_task_definition_families(status="INACTIVE")["families"] == ["orders"]


def test_fargate_sizes_are_checked(ecs):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size"""
    wanted = {
        "family": "x",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "4096",
        "containerDefinitions": [{"name": "app", "image": "x"}],
    }
    code, message = error_of(ecs.register_task_definition, **wanted)
    assert (code, message) == (
        "ClientException",
        "No Fargate configuration exists for given values: 256 CPU, 4096 memory.",
    )


def test_task_sets_say_that_they_are_missing(ecs, fleet):
    wanted = {"cluster": "tokyo", "service": "orders", "taskDefinition": "orders"}
    assert error_of(ecs.create_task_set, **wanted)[0] == "NotEmulated"
