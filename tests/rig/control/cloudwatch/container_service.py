"""AWS/ECS: what the tasks of a service use of what their task definition reserves.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from moto.ecs.models import ecs_backends

from rig.control.cloudwatch.point import Point
from rig.control.cloudwatch.summary import Summary
from rig.control.ecs.service import Service
from rig.world import Usage

_VCPU = 1024  # CPU units
_MIB = 1 << 20


def points(usage: Mapping[str, Usage], before: Mapping[str, Usage], seconds: float) -> Iterator[Point]:
    """Each running task of a service is a sample."""
    for regions in ecs_backends.values():
        for backend in regions.values():
            for service in backend.services.values():
                yield from _service(service, usage, before, seconds)


def _service(
    service: Service, usage: Mapping[str, Usage], before: Mapping[str, Usage], seconds: float
) -> Iterator[Point]:
    cpu: Counter[float] = Counter()
    memory: Counter[float] = Counter()
    for task in service.tasks:
        ids = [task.workload_id(container["name"]) for container in task.containers]
        used = [(usage[id_], before.get(id_)) for id_ in ids if id_ in usage]
        if task.last_status == "RUNNING" and used:
            busy = sum(now.cpu_seconds - (then.cpu_seconds if then else 0.0) for now, then in used)
            cpu[_percent(busy / seconds * _VCPU, task.definition.cpu)] += 1
            memory[_percent(sum(now.memory_bytes for now, _then in used) / _MIB, task.definition.memory)] += 1
    for name, values in (("CPUUtilization", cpu), ("MemoryUtilization", memory)):
        if values:
            yield Point.of(
                service.arn,
                namespace="AWS/ECS",
                name=name,
                dimensions={"ClusterName": service.cluster_name, "ServiceName": service.name},
                summary=Summary.of_values(values),
                unit="Percent",
            )


def _percent(used: float, reserved: str | int) -> float:
    return round(max(used, 0.0) * 100 / float(reserved), 4)
