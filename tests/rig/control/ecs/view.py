"""Tasks and services as the ECS API tells them."""

from __future__ import annotations

from typing import Any

from rig.control.ecs.service import Deployment, Service
from rig.control.ecs.task import Task

_SERVICE_ROLE = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"


def task(one: Task, *, tags: bool = False) -> dict[str, Any]:
    return _without_none(
        {
            "taskArn": one.arn,
            "clusterArn": one.cluster_arn,
            "taskDefinitionArn": one.definition.arn,
            "group": one.group,
            "startedBy": one.started_by,
            "lastStatus": one.last_status,
            "desiredStatus": one.desired_status,
            "stopCode": one.stop_code,
            "stoppedReason": one.stopped_reason,
            "createdAt": one.created_at,
            "startedAt": one.started_at,
            "stoppingAt": one.stopping_at,
            "stoppedAt": one.stopped_at,
            "launchType": one.launch_type,
            "capacityProviderName": one.capacity_provider,
            "platformVersion": one.platform_version,
            "platformFamily": "Linux",
            "availabilityZone": one.zone or None,
            "connectivity": "CONNECTED" if one.started_at else None,
            "healthStatus": "UNKNOWN",
            "cpu": one.overrides.get("cpu") or one.definition.cpu,
            "memory": one.overrides.get("memory") or one.definition.memory,
            "overrides": one.overrides or {"containerOverrides": [{"name": each["name"]} for each in one.containers]},
            "enableExecuteCommand": one.enable_execute_command,
            "ephemeralStorage": {"sizeInGiB": 20},
            "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
            "attachments": [_attachment(one)] if one.interface else [],
            "containers": [_container(one, container) for container in one.containers],
            "version": one.version,
            "tags": one.tags if tags else [],
        }
    )


def _attachment(one: Task) -> dict[str, Any]:
    interface = one.interface
    details = {
        "subnetId": interface.subnet.id,
        "networkInterfaceId": interface.id,
        "macAddress": interface.mac_address,
        "privateDnsName": getattr(interface, "private_dns_name", None),
        "privateIPv4Address": interface.private_ip_address,
    }
    status = {"PROVISIONING": "PRECREATED", "STOPPED": "DELETED"}.get(one.last_status, "ATTACHED")
    return {
        "id": one.attachment_id,
        "type": "ElasticNetworkInterface",
        "status": status,
        "details": [{"name": name, "value": value} for name, value in details.items() if value],
    }


def _container(one: Task, container: dict[str, Any]) -> dict[str, Any]:
    name = container["name"]
    ended = one.exits.get(name)
    network = {"attachmentId": one.attachment_id, "privateIpv4Address": one.address}
    return _without_none(
        {
            "containerArn": f"{one.arn.replace(':task/', ':container/')}/{one.container_ids[name]}",
            "taskArn": one.arn,
            "name": name,
            "image": container["image"],
            "lastStatus": "STOPPED" if ended else {"PROVISIONING": "PENDING"}.get(one.last_status, one.last_status),
            "exitCode": ended.exit_code if ended else None,
            "reason": (ended.reason or None) if ended else None,
            "runtimeId": f"{one.id.replace('-', '')}-{abs(hash(name)) % 10**9}",
            "networkInterfaces": [network] if one.interface else [],
            "healthStatus": "UNKNOWN",
            "cpu": str(container.get("cpu", 0)),
            "memory": str(container["memory"]) if container.get("memory") else None,
        }
    )


def service(one: Service, *, tags: bool = False) -> dict[str, Any]:
    return _without_none(
        {
            "serviceArn": one.arn,
            "serviceName": one.name,
            "clusterArn": one.cluster_arn,
            "status": one.status,
            "desiredCount": one.desired_count,
            "runningCount": sum(each.last_status == "RUNNING" for each in one.tasks),
            "pendingCount": sum(each.is_pending for each in one.tasks),
            **_launch(one),
            "taskDefinition": one.task_definition,
            "platformFamily": "Linux",
            "deploymentConfiguration": one.deployment_configuration,
            "deploymentController": {"type": "ECS"},
            "deployments": [_deployment(one, each) for each in one.deployments],
            "events": one.events,
            "createdAt": one.created_at,
            "createdBy": one.created_by,
            "loadBalancers": one.load_balancers,
            "serviceRegistries": one.service_registries,
            "networkConfiguration": one.network_configuration,
            "healthCheckGracePeriodSeconds": one.grace_seconds,
            "schedulingStrategy": "REPLICA",
            "placementConstraints": [],
            "placementStrategy": [],
            "roleArn": f"arn:{one.arn.split(':')[1]}:iam::{one.arn.split(':')[4]}:role/{_SERVICE_ROLE}",
            "enableECSManagedTags": one.managed_tags,
            "enableExecuteCommand": one.enable_execute_command,
            "propagateTags": one.propagate_tags,
            "availabilityZoneRebalancing": one.zone_rebalancing,
            "tags": one.tags if tags else [],
        }
    )


def _deployment(one: Service, deployment: Deployment) -> dict[str, Any]:
    tasks = [each for each in one.tasks if each.started_by == deployment.id]
    return _without_none(
        {
            "id": deployment.id,
            "status": deployment.status,
            "taskDefinition": deployment.task_definition,
            "desiredCount": deployment.desired_count,
            "pendingCount": sum(each.is_pending for each in tasks),
            "runningCount": sum(each.last_status == "RUNNING" for each in tasks),
            "failedTasks": deployment.failed_tasks,
            "createdAt": deployment.created_at,
            "updatedAt": deployment.updated_at,
            **_launch(one),
            "platformFamily": "Linux",
            "networkConfiguration": deployment.network_configuration,
            "rolloutState": deployment.rollout_state,
            "rolloutStateReason": deployment.rollout_reason,
        }
    )


def _launch(one: Service) -> dict[str, Any]:
    """A launch type or a strategy, never both."""
    how = {"capacityProviderStrategy": one.strategy} if one.strategy else {"launchType": one.launch_type}
    return {**how, "platformVersion": "1.4.0" if one.platform_version == "LATEST" else one.platform_version}


def _without_none(view: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in view.items() if value is not None}
