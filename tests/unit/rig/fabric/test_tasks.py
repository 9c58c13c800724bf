"""ECS tasks: what they need to start, how they end, what they print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from rig.world import Credentials, Workload, WorkloadStatus, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud

_numbers = count(1)
SEAT = worlds.interface("errand", worlds.ISOLATED, "isolated-a", "10.0.10.80", "tasks")


@pytest.fixture
def with_errand(cloud: Cloud, base: World) -> Iterator:
    """`base` with one more task, which runs a command; its id is new each time."""

    def made(*command: str, world: World = base, image: str = f"{worlds.ECR}/twoway/probe:1", **fields) -> Workload:
        errand = Workload(
            id=f"errand-{next(_numbers)}",
            kind="task",
            account_id="222222222222",
            region=worlds.REGION,
            interface_id=SEAT.id,
            image=image,
            command=command,
            **fields,
        )
        cloud.apply(replace(world, interfaces=(*world.interfaces, SEAT), workloads=(*world.workloads, errand)))
        return errand

    yield made
    cloud.apply(base)


def ended(cloud: Cloud, task: Workload) -> WorkloadStatus:
    def is_over(report):
        status = report.workloads.get(task.id)
        return status and status.state == "exited"

    return cloud.wait_until(is_over, "the end of the task").workloads[task.id]


def test_a_command_runs_with_its_environment_and_tells_its_exit_code(cloud: Cloud, with_errand):
    errand = with_errand("/bin/sh", "-c", "echo $GREETING; exit 7", environment=(("GREETING", "hello"),))
    assert ended(cloud, errand) == WorkloadStatus(state="exited", exit_code=7)
    cloud.wait_until(lambda _: cloud.printed().get(errand.id) == ["hello"], "what it printed")


def test_a_task_has_the_credentials_of_its_role_and_no_instance_metadata(cloud: Cloud, with_errand):
    script = """
        curl -s "http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" | grep -o ASIA9
        curl -s -o /dev/null -w '%{http_code}\\n' http://169.254.169.254/latest/meta-data/
    """
    keys = Credentials(access_key="ASIA9", secret_key="s", session_token="t")
    errand = with_errand("/bin/bash", "-c", script, credentials=keys, role_name="probe")
    assert ended(cloud, errand).exit_code == 0
    cloud.wait_until(lambda _: cloud.printed().get(errand.id) == ["ASIA9", "404"], "what it printed")


def test_a_task_that_is_gone_gets_sigterm_then_sigkill(cloud: Cloud, base: World, with_errand):
    stubborn = "trap 'echo asked to stop' TERM; echo deaf; while :; do sleep 0.1; done"
    errand = with_errand("/bin/bash", "-c", stubborn)
    cloud.wait_until(lambda _: cloud.printed().get(errand.id) == ["deaf"], "the task")
    with_errand("/bin/true", world=base)  # another sits in its place at once
    cloud.wait_until(lambda _: cloud.printed().get(errand.id) == ["deaf", "asked to stop"], "the signal")


def test_a_command_that_is_not_there_ends_the_task(cloud: Cloud, with_errand):
    assert ended(cloud, with_errand("/no/such/command")).exit_code == 1


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        ("endpoint", "ResourceInitializationError: unable to pull secrets or registry auth"),
        ("route", "CannotPullContainerError: failed to resolve ref"),
        ("registry", "CannotPullContainerError: failed to resolve ref nginx:1"),
    ],
)
def test_without_its_registry_a_task_does_not_start(cloud: Cloud, base: World, with_errand, lost: str, reason: str):
    world, image = base, f"{worlds.ECR}/twoway/probe:1"
    if lost == "endpoint":
        world = worlds.change(base, "endpoints", "vpce-aws", available=False)
    elif lost == "route":
        world = replace(base, subnets=tuple(replace(subnet, gateway_endpoints=()) for subnet in base.subnets))
    else:
        image = "nginx:1"  # of Docker Hub, which an isolated VPC does not reach
    status = ended(cloud, with_errand("/bin/true", world=world, image=image))
    assert status.exit_code is None
    assert status.reason.startswith(reason)


def test_the_containers_of_a_task_share_its_interface(cloud: Cloud, base: World, insider: Agent):
    first = worlds.task("pair", "shop/one:1", ports=(8001,))
    seat = worlds.interface("pair", worlds.ISOLATED, "isolated-a", "10.0.10.90", "tasks")
    second = replace(first, id="pair-2", image=f"{worlds.ECR}/shop/two:2", ports=(8002,))
    opened = worlds.with_rules(base, "sg-tasks", worlds.rule("tcp", cidr="0.0.0.0/0"))
    cloud.apply(replace(opened, interfaces=(*base.interfaces, seat), workloads=(*base.workloads, first, second)))
    cloud.eventually(lambda: insider.connect("10.0.10.90", 8001), "open")
    cloud.eventually(lambda: insider.connect("10.0.10.90", 8002), "open")
    cloud.apply(base)
