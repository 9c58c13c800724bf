"""A cluster with a service behind a load balancer, to be watched while it is deployed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from unit.rig.elb.scenery import Balancing

ROLE = "arn:aws:iam::222222222222:role/tokyo-services"
LOG_GROUP = "/twoway/tokyo/services"


@dataclass
class Fleet:
    """ECS in one line a step. The cluster is `tokyo`, the service `orders`."""

    ecs: Any
    balancing: Balancing
    target_group: str

    @property
    def network(self) -> dict[str, Any]:
        network = self.balancing.network
        return {"awsvpcConfiguration": {"subnets": network.subnet_ids, "securityGroups": [network.group_id]}}

    def definition(self, version: str = "1", **container: Any) -> str:
        app = {
            "name": "app",
            "image": f"shop/orders:{version}",
            "portMappings": [{"containerPort": 8080}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": LOG_GROUP,
                    "awslogs-region": "ap-northeast-1",
                    "awslogs-stream-prefix": "orders",
                },
            },
        }
        made = self.ecs.register_task_definition(
            family="orders",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=ROLE,
            containerDefinitions=[app | container],
        )
        return made["taskDefinition"]["taskDefinitionArn"]

    def create(self, definition: str, count: int = 2, **more: Any) -> dict[str, Any]:
        return self.ecs.create_service(
            cluster="tokyo",
            serviceName="orders",
            taskDefinition=definition,
            desiredCount=count,
            launchType="FARGATE",
            networkConfiguration=self.network,
            loadBalancers=[{"targetGroupArn": self.target_group, "containerName": "app", "containerPort": 8080}],
            **more,
        )["service"]

    def update(self, **more: Any) -> dict[str, Any]:
        return self.ecs.update_service(cluster="tokyo", service="orders", **more)["service"]

    def run(self, definition: str, **more: Any) -> dict[str, Any]:
        made = self.ecs.run_task(
            cluster="tokyo", taskDefinition=definition, launchType="FARGATE", networkConfiguration=self.network, **more
        )
        return made["tasks"][0]

    def service(self) -> dict[str, Any]:
        return self.ecs.describe_services(cluster="tokyo", services=["orders"])["services"][0]

    def counts(self) -> tuple[int, int]:
        """Running and pending."""
        service = self.service()
        return service["runningCount"], service["pendingCount"]

    def deployments(self) -> list[tuple[str, str, str]]:
        """Status, rollout state and revision, the primary one first."""
        return [
            (one["status"], one["rolloutState"], one["taskDefinition"].rpartition(":")[2])
            for one in self.service()["deployments"]
        ]

    def tasks(self, **filters: Any) -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster="tokyo", **filters)["taskArns"]
        return self.ecs.describe_tasks(cluster="tokyo", tasks=arns)["tasks"] if arns else []

    def task(self, arn: str) -> dict[str, Any]:
        return self.ecs.describe_tasks(cluster="tokyo", tasks=[arn], include=["TAGS"])["tasks"][0]

    def addresses(self) -> set[str]:
        return {address_of(task) for task in self.tasks()}


def address_of(task: dict[str, Any]) -> str:
    return detail(task, "privateIPv4Address")


def detail(task: dict[str, Any], name: str) -> str:
    return next(one["value"] for one in task["attachments"][0]["details"] if one["name"] == name)
