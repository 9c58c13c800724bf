"""RunTask, StopTask and what is known of tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from moto.ecs.models import Cluster, TaskDefinition

from rig.control import clock
from rig.control.ecs import lifecycle, network
from rig.control.ecs.errors import ClientException, InvalidParameterException
from rig.control.ecs.task import Task

FARGATE = ("FARGATE", "FARGATE_SPOT")
MOST_TASKS_A_RUN = 10  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html


class Tasks:
    """The part of the backend that keeps tasks."""

    def run_task(self, request: Mapping[str, Any]) -> list[Task]:
        """Every parameter of RunTask, by its own name."""
        cluster = self._get_cluster(request.get("cluster") or "default")
        token = request.get("clientToken")
        if token and token in self.run_tokens:
            return self.run_tokens[token]
        definition = self.active_task_definition(request["taskDefinition"])
        count = int(request.get("count") or 1)
        if not 1 <= count <= MOST_TASKS_A_RUN:
            raise InvalidParameterException(f"Count must be between 1 and {MOST_TASKS_A_RUN}.")
        settings = network.check(self.account_id, self.region_name, request.get("networkConfiguration"))
        self._check_overrides(definition, request.get("overrides") or {})
        launch = self.launch(cluster, request)
        tags = list(request.get("tags") or [])
        if request.get("propagateTags") == "TASK_DEFINITION":
            tags = self._merge_tags(definition.tags or [], tags)
        tasks: list[Task] = []
        for _time in range(count):
            task = self.new_task(
                cluster.arn,
                definition,
                group=request.get("group") or f"family:{definition.family}",
                started_by=request.get("startedBy"),
                overrides=request.get("overrides") or {},
                tags=list(tags),
                enable_execute_command=bool(request.get("enableExecuteCommand")),
                **launch,
            )
            self.place(task, settings, tasks)
            tasks.append(task)
        if token:
            self.run_tokens[token] = tasks
        return tasks

    def launch(self, cluster: Cluster, request: Mapping[str, Any]) -> dict[str, Any]:
        """Launch type and capacity provider of a task, from the request or the cluster's default."""
        launch_type, strategy = request.get("launchType"), request.get("capacityProviderStrategy")
        if launch_type and strategy:
            raise InvalidParameterException(
                "Specifying both a launch type and capacity provider strategy is not supported. "
                "Remove one and try again."
            )
        if not launch_type and not strategy:
            strategy = cluster.default_capacity_provider_strategy
        provider = strategy[0]["capacityProvider"] if strategy else None
        if provider and provider not in FARGATE:
            raise ClientException(f"The capacity provider {provider} is not emulated: only Fargate is")
        if not provider and launch_type != "FARGATE":
            raise InvalidParameterException("No Container Instances were found in your cluster.")
        return {"launch_type": "FARGATE", "capacity_provider": provider}

    def new_task(self, cluster_arn: str, definition: TaskDefinition, **settings: Any) -> Task:
        return Task(
            arn=f"{cluster_arn.replace(':cluster/', ':task/')}/{uuid4().hex}",
            cluster_arn=cluster_arn,
            definition=definition,
            **settings,
        )

    def place(self, task: Task, settings: Mapping[str, Any], neighbours: Iterable[Task]) -> None:
        """Let the task begin. One that gets no interface never was."""
        self.begin(
            task,
            network.choose(settings, neighbours),
            network.groups(self.account_id, self.region_name, settings),
            public=settings.get("assignPublicIp") == "ENABLED",
        )
        self.tasks.setdefault(task.cluster_arn.rpartition("/")[2], {})[task.arn] = task
        self.live_tasks[task.arn] = task

    def stop_task(self, cluster_str: str, task_str: str, reason: str | None) -> Task:
        cluster = self._get_cluster(cluster_str)
        task = self._find_task(cluster, task_str)
        if task is None:
            raise InvalidParameterException("The referenced task was not found.")
        self.stop(task, "UserInitiated", reason or "Task stopped by user")
        return task

    def describe_tasks(self, cluster_str: str, tasks: list[str]) -> tuple[list[Task], list[dict[str, str]]]:
        cluster = self._get_cluster(cluster_str)
        if not tasks:
            raise InvalidParameterException("Tasks cannot be empty.")
        if len(tasks) > 100:
            raise InvalidParameterException("Tasks cannot have more than 100 elements.")
        found, failures = [], []
        for reference in tasks:
            task = self._find_task(cluster, reference)
            if task:
                found.append(task)
            else:
                arn = f"{cluster.arn.replace(':cluster/', ':task/')}/{reference.rpartition('/')[2]}"
                failures.append({"arn": arn, "reason": "MISSING"})
        return found, failures

    def list_tasks(self, **filters: Any) -> list[Task]:
        """`filters` are ListTasks's parameters by their own names; none lists all, for moto's tag calls."""
        if not filters:
            return [task for tasks in self.tasks.values() for task in tasks.values()]
        wanted = {
            "family": lambda task, family: task.definition.family == family,
            "serviceName": lambda task, name: task.group == f"service:{name.rpartition('/')[2]}",
            "startedBy": lambda task, name: task.started_by == name,
            "launchType": lambda task, launch_type: task.launch_type == launch_type,
            "containerInstance": lambda task, instance: False,
        }
        if name := filters.get("serviceName"):
            self.service(filters.get("cluster") or "default", name)
        status = filters.get("desiredStatus") or "RUNNING"
        return [
            task
            for task in self.tasks_in(self._get_cluster(filters.get("cluster") or "default"))
            if (task.desired_status if status != "PENDING" else task.last_status) == status
            and all(matches(task, filters[key]) for key, matches in wanted.items() if filters.get(key))
        ]

    def tasks_in(self, cluster: Cluster) -> list[Task]:
        return list(self.tasks.get(cluster.name, {}).values())

    def forget_stopped(self) -> None:
        """AWS tells of stopped tasks for an hour."""
        for tasks in self.tasks.values():
            for arn, task in list(tasks.items()):
                long_ago = clock.now() - task.stopped_since > lifecycle.REMEMBERED_SECONDS
                if task.last_status == "STOPPED" and long_ago:
                    del tasks[arn]

    def _find_task(self, cluster: Cluster, reference: str) -> Task | None:
        arn = f"{cluster.arn.replace(':cluster/', ':task/')}/{reference.rpartition('/')[2]}"
        return self.tasks.get(cluster.name, {}).get(arn)

    def _check_overrides(self, definition: TaskDefinition, overrides: Mapping[str, Any]) -> None:
        names = {container["name"] for container in definition.container_definitions}
        for override in overrides.get("containerOverrides") or []:
            if override.get("name") not in names:
                raise InvalidParameterException(
                    "Override for container named {} is not a container in the TaskDefinition.".format(
                        override.get("name")
                    )
                )
