"""Services on request: created, updated, deleted and described."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow
from moto.ecs.exceptions import ServiceNotFoundException
from moto.ecs.models import Cluster, TaskDefinition
from moto.elbv2.models import elbv2_backends

from rig.control import snapshot
from rig.control.ecs import network
from rig.control.ecs.errors import InvalidParameterException, ServiceNotActiveException
from rig.control.ecs.service import DEFAULT_DEPLOYMENT_CONFIGURATION, Service

TARGET_GROUPS_PER_SERVICE = 5  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
MOST_DESCRIBED = 10
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
# Request parameters that AWS answers with a new deployment when they change.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
_REDEPLOYING = {
    "networkConfiguration": "network_configuration",
    "loadBalancers": "load_balancers",
    "serviceRegistries": "service_registries",
    "platformVersion": "platform_version",
    "capacityProviderStrategy": "strategy",
    "propagateTags": "propagate_tags",
    "enableECSManagedTags": "managed_tags",
    "enableExecuteCommand": "enable_execute_command",
}
_PLAIN = {"healthCheckGracePeriodSeconds": "grace_seconds", "availabilityZoneRebalancing": "zone_rebalancing"}


class Services:
    """The part of the backend that keeps services."""

    def create_service(self, request: Mapping[str, Any]) -> Service:
        """Every parameter of CreateService, by its own name."""
        cluster = self._get_cluster(request.get("cluster") or "default")
        name = request["serviceName"]
        if not _NAME.fullmatch(name):
            raise InvalidParameterException("Service name must be 1 to 255 letters, numbers, underscores and hyphens.")
        if existing := self.services.get(f"{cluster.name}:{name}"):
            if existing.status == "DRAINING":
                raise InvalidParameterException("Unable to Start a service that is still Draining.")
            if existing.status == "ACTIVE":
                if request.get("clientToken") and existing.client_token == request["clientToken"]:
                    return existing
                raise InvalidParameterException("Creation of service was not idempotent.")
        if (request.get("deploymentController") or {}).get("type", "ECS") != "ECS":
            raise NotImplementedError("deployment controllers other than ECS")
        definition = self.active_task_definition(request["taskDefinition"])
        network.check(self.account_id, self.region_name, request.get("networkConfiguration"))
        self._check_load_balancers(definition, request.get("loadBalancers") or [])
        service = self._new_service(cluster, request)
        service.deploy(definition.arn)
        self.services[f"{cluster.name}:{name}"] = service
        snapshot.touch()
        return service

    def _new_service(self, cluster: Cluster, request: Mapping[str, Any]) -> Service:
        launch = self.launch(cluster, request)
        strategy = request.get("capacityProviderStrategy")
        if launch["capacity_provider"] and not strategy:
            strategy = cluster.default_capacity_provider_strategy
        service = Service(
            arn=f"{cluster.arn.replace(':cluster/', ':service/')}/{request['serviceName']}",
            name=request["serviceName"],
            cluster_arn=cluster.arn,
            cluster_name=cluster.name,
            desired_count=int(request.get("desiredCount") or 0),
            launch_type=None if strategy else launch["launch_type"],
            strategy=copy.deepcopy(strategy or []),
            deployment_configuration=copy.deepcopy(DEFAULT_DEPLOYMENT_CONFIGURATION),
            client_token=request.get("clientToken"),
            tags=copy.deepcopy(list(request.get("tags") or [])),
            created_by=f"arn:{self.partition}:iam::{self.account_id}:root",
        )
        service.deployment_configuration.update(copy.deepcopy(dict(request.get("deploymentConfiguration") or {})))
        for parameter, attribute in (_REDEPLOYING | _PLAIN).items():
            if parameter != "capacityProviderStrategy" and request.get(parameter) is not None:
                setattr(service, attribute, copy.deepcopy(request[parameter]))
        return service

    def update_service(self, request: Mapping[str, Any]) -> Service:
        service = self.service(request.get("cluster") or "default", request["service"])
        if service.status != "ACTIVE":
            raise ServiceNotActiveException()
        redeploys = bool(request.get("forceNewDeployment"))
        reference = request.get("taskDefinition")
        arn = self.active_task_definition(reference).arn if reference else service.task_definition
        definition = self.describe_task_definition(arn)
        if request.get("networkConfiguration"):
            network.check(self.account_id, self.region_name, request["networkConfiguration"])
        self._check_load_balancers(definition, request.get("loadBalancers") or service.load_balancers)
        redeploys |= arn != service.task_definition
        for parameter, attribute in _REDEPLOYING.items():
            if request.get(parameter) is not None and request[parameter] != getattr(service, attribute):
                setattr(service, attribute, copy.deepcopy(request[parameter]))
                redeploys = True
        for parameter, attribute in _PLAIN.items():
            if request.get(parameter) is not None:
                setattr(service, attribute, request[parameter])
        service.deployment_configuration.update(copy.deepcopy(dict(request.get("deploymentConfiguration") or {})))
        if service.strategy:
            service.launch_type = None
        if request.get("desiredCount") is not None:
            service.desired_count = int(request["desiredCount"])
        if redeploys:
            service.deploy(arn)
        service.primary.desired_count = service.desired_count
        service.primary.updated_at = utcnow()
        service.steady = False
        snapshot.touch()
        return service

    def delete_service(self, cluster_name: str, service_name: str, force: bool) -> Service:
        service = self.service(cluster_name, service_name)
        if service.status == "INACTIVE":
            raise ServiceNotFoundException()
        if service.desired_count > 0 and not force:
            raise InvalidParameterException("The service cannot be stopped while it is scaled above 0.")
        service.status, service.desired_count, service.steady = "DRAINING", 0, False
        for deployment in service.deployments:
            deployment.desired_count = 0
        snapshot.touch()
        return service

    def describe_services(
        self, cluster_str: str, service_names_or_arns: list[str]
    ) -> tuple[list[Service], list[dict[str, str]]]:
        cluster = self._get_cluster(cluster_str)
        if len(service_names_or_arns) > MOST_DESCRIBED:
            raise InvalidParameterException(f"Services cannot have more than {MOST_DESCRIBED} elements.")
        found, failures = [], []
        for reference in service_names_or_arns:
            name = reference.rpartition("/")[2]
            if service := self.services.get(f"{cluster.name}:{name}"):
                found.append(service)
            else:
                arn = f"{cluster.arn.replace(':cluster/', ':service/')}/{name}"
                failures.append({"arn": arn, "reason": "MISSING"})
        return found, failures

    def list_services(
        self, cluster_str: str, scheduling_strategy: str | None = None, launch_type: str | None = None
    ) -> list[str]:
        """Active ones: a draining service is not listed any more.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html
        """
        cluster = self._get_cluster(cluster_str)
        return sorted(
            service.arn
            for service in self.services_in(cluster)
            if service.status == "ACTIVE"
            and scheduling_strategy in (None, service.scheduling_strategy)
            and launch_type in (None, service.launch_type)
        )

    def service(self, cluster_str: str, reference: str) -> Service:
        cluster = self._get_cluster(cluster_str)
        service = self.services.get(f"{cluster.name}:{reference.rpartition('/')[2]}")
        if service is None:
            raise ServiceNotFoundException()
        return service

    def services_in(self, cluster: Cluster) -> list[Service]:
        return [service for service in self.services.values() if service.cluster_arn == cluster.arn]

    def _check_load_balancers(self, definition: TaskDefinition, balancers: list[dict[str, Any]]) -> None:
        if len(balancers) > TARGET_GROUPS_PER_SERVICE:
            raise InvalidParameterException(f"load balancers can have at most {TARGET_GROUPS_PER_SERVICE} items.")
        balancing = elbv2_backends[self.account_id][self.region_name]
        for balancer in balancers:
            arn = balancer.get("targetGroupArn")
            group = balancing.target_groups.get(arn)
            if group is None:
                raise InvalidParameterException(f"The target group {arn} does not exist.")
            if not balancing.links.get(arn):
                raise InvalidParameterException(
                    f"The target group with targetGroupArn {arn} does not have an associated load balancer."
                )
            if group.target_type != "ip":
                raise InvalidParameterException(
                    f"The provided target group {arn} has target type {group.target_type}, which is incompatible with "
                    "the awsvpc network mode specified in the task definition."
                )
            _check_container(definition, balancer)


def _check_container(definition: TaskDefinition, balancer: dict[str, Any]) -> None:
    name, port = balancer.get("containerName"), balancer.get("containerPort")
    container = next((one for one in definition.container_definitions if one["name"] == name), None)
    if container is None:
        raise InvalidParameterException(f"The container {name} does not exist in the task definition.")
    if port not in {mapping["containerPort"] for mapping in container["portMappings"]}:
        raise InvalidParameterException(f"The container {name} did not have a container port {port} defined.")
