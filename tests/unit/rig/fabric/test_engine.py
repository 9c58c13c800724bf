"""The loop between the control plane and the data plane, with neither of them."""

from __future__ import annotations

import threading

import pytest
from rig.engine import ControlPlane, Engine
from rig.fabric.null import NullDataPlane
from rig.world import (
    Action,
    HealthCheck,
    Listener,
    Report,
    Target,
    TargetGroup,
    TargetStatus,
    Vpc,
    WeightedTargetGroup,
    Workload,
    WorkloadStatus,
    World,
)

WORLD = World(vpcs=(Vpc(id="vpc-1", account_id="1", region="here", cidrs=("10.0.0.0/16",)),))


class Recorder:
    """Both sides of an engine: hands out `world`, notes what happens."""

    def __init__(self) -> None:
        self.world = WORLD
        self.generation = 0
        self.applied: list[World] = []
        self.taken: list[Report] = []
        self.fault: Exception | None = None
        self.closed = threading.Event()
        self.turned = threading.Event()

    def engine(self) -> Engine:
        control = ControlPlane(
            lock=threading.RLock(),
            world=lambda: self.world,
            take=self.take,
            generation=lambda: self.generation,
        )
        return Engine(control, self)

    def take(self, report: Report) -> None:
        self.taken.append(report)
        self.turned.set()

    def apply(self, world: World) -> None:
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault
        self.applied.append(world)

    def report(self) -> Report:
        return Report()

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_an_unchanged_world_is_applied_once_and_reported_on_every_turn(recorder: Recorder):
    engine = recorder.engine()
    for _turn in range(3):
        engine.turn()
    assert recorder.applied == [WORLD]
    assert len(recorder.taken) == 3


def test_a_changed_world_is_applied(recorder: Recorder):
    engine = recorder.engine()
    engine.turn()
    recorder.world = World()
    engine.turn()
    assert recorder.applied == [WORLD, World()]


def test_a_fault_in_one_turn_is_tried_again_in_the_next(recorder: Recorder):
    recorder.fault = OSError("no room")
    engine = recorder.engine()
    engine.start()
    assert recorder.turned.wait(10)
    engine.stop()
    assert recorder.applied == [WORLD]
    assert recorder.closed.is_set()


@pytest.mark.parametrize("changes", [True, False])
def test_only_a_request_that_changes_something_wakes_the_engine(recorder: Recorder, monkeypatch, changes: bool):
    engine = recorder.engine()
    woken = []
    monkeypatch.setattr(engine, "wake", lambda: woken.append(True))

    def app(_environ, _start_response):
        recorder.generation += changes
        return [b"done"]

    assert list(engine.waking(app)({}, None)) == [b"done"]
    assert bool(woken) is changes


def test_the_null_data_plane_runs_everything_and_finds_used_targets_healthy():
    def group(arn: str) -> TargetGroup:
        return TargetGroup(
            arn=arn,
            name=arn,
            kind="ip",
            protocol="TCP",
            port=1,
            vpc_id="vpc-1",
            health_check=HealthCheck(protocol="TCP", port="traffic-port"),
            targets=(Target(id="10.0.0.9", address="10.0.0.9", port=1),),
        )

    forward = Action(kind="forward", target_groups=(WeightedTargetGroup(arn="used", weight=1),))
    plane = NullDataPlane()
    plane.apply(
        World(
            listeners=(Listener(arn="l", load_balancer_arn="lb", port=1, protocol="TCP", default=forward),),
            target_groups=(group("used"), group("idle")),
            workloads=(Workload(id="t", kind="task", account_id="1", region="here", interface_id="eni-1"),),
        )
    )
    assert plane.report() == Report(
        workloads={"t": WorkloadStatus(state="running")},
        targets={("used", "10.0.0.9", 1): TargetStatus(state="healthy")},
    )
