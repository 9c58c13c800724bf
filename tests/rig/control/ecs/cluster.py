"""Clusters: counted truthfully, and not deleted while they hold something."""

from __future__ import annotations

from typing import Any

from moto.ecs.exceptions import ClusterNotFoundException
from moto.ecs.models import Cluster

from rig.control.ecs.errors import ClusterContainsServicesException, ClusterContainsTasksException


class Clusters:
    """The part of the backend that keeps clusters."""

    def create_cluster(self, cluster_name: str, *settings: Any, **more: Any) -> Cluster:
        """An active cluster of that name is handed back as it is, as AWS does."""
        existing = self.clusters.get(cluster_name)
        if existing and existing.status == "ACTIVE":
            return existing
        return super().create_cluster(cluster_name, *settings, **more)

    def delete_cluster(self, cluster_str: str) -> Cluster:
        cluster = self._get_cluster(cluster_str)
        if any(service.status != "INACTIVE" for service in self.services_in(cluster)):
            raise ClusterContainsServicesException()
        if any(task.last_status != "STOPPED" for task in self.tasks_in(cluster)):
            raise ClusterContainsTasksException()
        cluster.status = "INACTIVE"
        return cluster

    def list_clusters(self) -> list[str]:
        return [cluster.arn for cluster in self.clusters.values() if cluster.status == "ACTIVE"]

    def _get_cluster(self, name: str) -> Cluster:
        cluster = super()._get_cluster(name)
        if cluster.status != "ACTIVE":
            raise ClusterNotFoundException()
        return cluster

    def cluster_view(self, cluster: Cluster, *, tags: bool = False) -> dict[str, Any]:
        """As DescribeClusters tells it."""
        tasks = self.tasks_in(cluster)
        return {
            "clusterArn": cluster.arn,
            "clusterName": cluster.name,
            "status": cluster.status,
            "activeServicesCount": sum(service.status == "ACTIVE" for service in self.services_in(cluster)),
            "runningTasksCount": sum(task.last_status == "RUNNING" for task in tasks),
            "pendingTasksCount": sum(task.is_pending for task in tasks),
            "registeredContainerInstancesCount": 0,
            "settings": cluster.settings,
            "configuration": cluster.configuration,
            "capacityProviders": cluster.capacity_providers or [],
            "defaultCapacityProviderStrategy": cluster.default_capacity_provider_strategy or [],
            "statistics": [],
            "tags": (cluster.tags or []) if tags else [],
        }
