"""The containers that the data plane is to run."""

from __future__ import annotations

from typing import Any

from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends

from rig.control.ecs import resources
from rig.control.ecs.task import PLACED, Task
from rig.world import Workload


def parts() -> dict[str, tuple[Workload, ...]]:
    workloads = (
        _workload(backend, task, container)
        for regions in ecs_backends.values()
        for backend in regions.values()
        for task in backend.live_tasks.values()
        if task.last_status in PLACED
        for container in task.containers
    )
    return {"workloads": tuple(sorted(workloads, key=lambda workload: workload.id))}


def _workload(backend: Any, task: Task, container: dict[str, Any]) -> Workload:
    name = container["name"]
    override = task.override(name)
    options = resources.log_options(container)
    return Workload(
        id=task.workload_id(name),
        kind="task",
        account_id=backend.account_id,
        region=backend.region_name,
        interface_id=task.interface.id,
        image=container["image"],
        entry_point=tuple(container.get("entryPoint") or ()),
        command=tuple(override.get("command") or container.get("command") or ()),
        environment=_environment(task, container, override),
        ports=tuple(mapping["containerPort"] for mapping in container["portMappings"]),
        secrets_from=resources.keepers([container]),
        role_name=(task.role_arn or "").rpartition("/")[2],
        credentials=task.credentials,
        log_group=options.get("awslogs-group", ""),
        log_stream=f"{options.get('awslogs-stream-prefix', 'ecs')}/{name}/{task.id}" if options else "",
        metadata=_metadata(backend, task, name),
    )


def _environment(task: Task, container: dict[str, Any], override: Any) -> tuple[tuple[str, str], ...]:
    """The definition's values, then RunTask's, then secrets."""
    values = {pair["name"]: pair["value"] for pair in container.get("environment") or ()}
    values.update({pair["name"]: pair["value"] for pair in override.get("environment") or ()})
    values.update(task.secrets.get(container["name"], {}))
    return tuple(sorted(values.items()))


def _metadata(backend: Any, task: Task, container: str) -> dict[str, str]:
    image = next(one["image"] for one in task.containers if one["name"] == container)
    return {
        "service": task.group.partition("service:")[2],
        "family": task.definition.family,
        "revision": str(task.definition.revision),
        "version": _tag(image),
        "task": task.id,
        "task_arn": task.arn,
        "cluster": task.cluster_arn.rpartition("/")[2],
        "container": container,
        "zone": task.zone,
        "zone_id": getattr(task.interface.subnet, "availability_zone_id", "") or "",
        "region": backend.region_name,
        "protocol": _protocol(backend, task, container),
    }


def _tag(image: str) -> str:
    """registry:5000/name:1.2 -> 1.2; no tag means latest."""
    name = image.rpartition("/")[2].partition("@")[0]
    return name.partition(":")[2] or "latest"


def _protocol(backend: Any, task: Task, container: str) -> str:
    """What the load balancer in front of the container speaks to it, or "" when there is none."""
    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    for balancer in task.load_balancers:
        group = groups.get(balancer.get("targetGroupArn"))
        if group and balancer.get("containerName") == container:
            return group.protocol
    return ""
