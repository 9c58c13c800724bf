"""Actions of the ECS API that moto answers differently from AWS, or not at all."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse

from rig.control.ecs import view
from rig.control.ecs.errors import InvalidParameterException


class ContainersResponse(EC2ContainerServiceResponse):
    """One method an action; all others are moto's."""

    def create_cluster(self) -> ActionResult:
        cluster = self.ecs_backend.create_cluster(
            self._get_param("clusterName", "default"),
            self._get_param("tags"),
            self._get_param("settings"),
            self._get_param("configuration"),
            self._get_param("capacityProviders"),
            self._get_param("defaultCapacityProviderStrategy"),
            service_connect_defaults=self._get_param("serviceConnectDefaults"),
        )
        return ActionResult({"cluster": self.ecs_backend.cluster_view(cluster, tags=True)})

    def describe_clusters(self) -> ActionResult:
        clusters, failures = self.ecs_backend.describe_clusters(self._get_param("clusters", []))
        return ActionResult(
            {
                "clusters": [self.ecs_backend.cluster_view(one, tags=self._wants_tags()) for one in clusters],
                "failures": failures,
            }
        )

    def delete_cluster(self) -> ActionResult:
        cluster = self.ecs_backend.delete_cluster(self._get_param("cluster"))
        return ActionResult({"cluster": self.ecs_backend.cluster_view(cluster)})

    def list_clusters(self) -> ActionResult:
        return self._paged("clusterArns", self.ecs_backend.list_clusters())

    def register_task_definition(self) -> ActionResult:
        """AWS hands the tags back beside the definition."""
        result = super().register_task_definition().result
        return ActionResult({**result, "tags": self._get_param("tags") or []})

    def list_task_definitions(self) -> ActionResult:
        arns = self.ecs_backend.list_task_definitions(
            self._get_param("familyPrefix"), self._get_param("status", "ACTIVE")
        )
        ordered = sorted(arns, key=lambda arn: (arn.rpartition(":")[0], int(arn.rpartition(":")[2])))
        return self._paged("taskDefinitionArns", ordered[::-1] if self._get_param("sort") == "DESC" else ordered)

    def list_task_definition_families(self) -> ActionResult:
        families = self.ecs_backend.families(self._get_param("familyPrefix", ""), self._get_param("status", "ALL"))
        return self._paged("families", families)

    def create_service(self) -> ActionResult:
        service = self.ecs_backend.create_service(self._get_params())
        return ActionResult({"service": view.service(service, tags=True)})

    def update_service(self) -> ActionResult:
        service = self.ecs_backend.update_service(self._get_params())
        return ActionResult({"service": view.service(service, tags=True)})

    def delete_service(self) -> ActionResult:
        service = self.ecs_backend.delete_service(
            self._get_param("cluster", "default"), self._get_param("service"), bool(self._get_param("force"))
        )
        return ActionResult({"service": view.service(service)})

    def describe_services(self) -> ActionResult:
        services, failures = self.ecs_backend.describe_services(
            self._get_param("cluster", "default"), self._get_param("services", [])
        )
        shown = [view.service(one, tags=self._wants_tags()) for one in services]
        return ActionResult({"services": shown, "failures": failures})

    def list_services(self) -> ActionResult:
        arns = self.ecs_backend.list_services(
            self._get_param("cluster", "default"), self._get_param("schedulingStrategy"), self._get_param("launchType")
        )
        return self._paged("serviceArns", arns, default=10)

    def run_task(self) -> ActionResult:
        tasks = self.ecs_backend.run_task(self._get_params())
        return ActionResult({"tasks": [view.task(one, tags=True) for one in tasks], "failures": []})

    def stop_task(self) -> ActionResult:
        task = self.ecs_backend.stop_task(
            self._get_param("cluster", "default"), self._get_param("task"), self._get_param("reason")
        )
        return ActionResult({"task": view.task(task)})

    def describe_tasks(self) -> ActionResult:
        tasks, failures = self.ecs_backend.describe_tasks(
            self._get_param("cluster", "default"), self._get_param("tasks", [])
        )
        shown = [view.task(one, tags=self._wants_tags()) for one in tasks]
        return ActionResult({"tasks": shown, "failures": failures})

    def list_tasks(self) -> ActionResult:
        tasks = self.ecs_backend.list_tasks(**{"cluster": "default", **self._get_params()})
        return self._paged("taskArns", [task.arn for task in tasks])

    def create_task_set(self) -> ActionResult:
        raise NotImplementedError("task sets")

    update_task_set = delete_task_set = describe_task_sets = update_service_primary_task_set = create_task_set
    start_task = register_container_instance = create_task_set

    def _wants_tags(self) -> bool:
        return "TAGS" in (self._get_param("include") or [])

    def _paged(self, key: str, arns: Sequence[str], default: int = 100) -> ActionResult:
        """maxResults and nextToken, as ECS does it."""
        size = self._get_int_param("maxResults") or default
        if not 1 <= size <= 100:
            raise InvalidParameterException("maxResults must be between 1 and 100.")
        token = self._get_param("nextToken")
        last = base64.b64decode(token).decode() if token else ""
        start = list(arns).index(last) + 1 if last in arns else 0
        shown = list(arns[start : start + size])
        result: dict[str, Any] = {key: shown}
        if len(arns) > start + size:
            result["nextToken"] = base64.b64encode(shown[-1].encode()).decode()
        return ActionResult(result)
