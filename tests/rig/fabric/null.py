"""A data plane that carries nothing: for whoever needs only the API."""

from __future__ import annotations

from rig.world import Report, TargetStatus, WorkloadStatus, World


class NullDataPlane:
    """Workloads run at once, targets of groups in use are healthy at once."""

    def __init__(self) -> None:
        self._world = World()

    def apply(self, world: World) -> None:
        self._world = world

    def report(self) -> Report:
        world = self._world
        actions = [listener.default for listener in world.listeners]
        actions += [rule.action for listener in world.listeners for rule in listener.rules]
        used = {group.arn for action in actions for group in action.target_groups}
        return Report(
            workloads={workload.id: WorkloadStatus(state="running") for workload in world.workloads},
            targets={
                (group.arn, target.id, target.port): TargetStatus(state="healthy")
                for group in world.target_groups
                if group.arn in used
                for target in group.targets
            },
        )

    def close(self) -> None:
        self._world = World()
