"""Two services to a shard: shards come with services, are reached through the link, and go when the last has gone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from e2e import playbook, sandbox, services, task

# Two services to a load balancer: four target groups, two for each.
SMALL = {"target_groups_per_load_balancer": 4}


@pytest.fixture(scope="module", autouse=True)
def link_in_a_sandbox(tmp_path_factory):
    directory = tmp_path_factory.mktemp("shards")
    os.environ["TWOWAY_SANDBOX_DIR"] = str(directory)
    rig = [sys.executable, "-m", "rig"]
    wanted = os.environ | {"PYTHONPATH": str(sandbox.ROOT / "tests")}
    subprocess.run([*rig, "up", "--state-dir", str(directory)], check=True, env=wanted)
    yield
    subprocess.run([*rig, "down", "--state-dir", str(directory)], check=True, env=wanted)


@pytest.fixture
def converge(tmp_path):
    """converge("orders", ...): the link with these services of the sandbox's, requests through it included."""
    listed = {entry["name"]: entry for entry in services.entries()}

    def converge(*names: str, name: str = "site.yml") -> playbook.Run:
        place = tmp_path / "-".join(["of", *names, name.replace("/", "-")])
        inventory = services.inventory_of(place, [listed[each] for each in names], quotas=SMALL)
        run = playbook.run(name, inventory=[inventory])
        assert run.returncode == 0, run.output
        return run

    return converge


def held() -> tuple[list[str], list[int]]:
    """The shards' load balancers, and the ports of the way in."""
    elbv2 = sandbox.client("isolated", "elbv2")
    balancers = elbv2.describe_load_balancers()["LoadBalancers"]
    (way_in,) = [one for one in balancers if one["LoadBalancerName"] == f"{sandbox.LINK}-inbound"]
    listeners = elbv2.describe_listeners(LoadBalancerArn=way_in["LoadBalancerArn"])["Listeners"]
    shards = [one["LoadBalancerName"] for one in balancers if one["Type"] == "application"]
    return sorted(shards), sorted(one["Port"] for one in listeners)


def test_shards_come_and_go_with_services_and_nobody_moves(converge):
    converge("orders", "payments", "stock")
    assert held() == ([f"{sandbox.LINK}-services-1", f"{sandbox.LINK}-services-2"], [443, 444])
    converge("orders", "payments", "stock", name="playbooks/drift.yml")

    # The first two go, and their shard with them; the third stays where it is, and answers all the while.
    with task.running(task.public_requests([services.target("stock")], seconds=240)) as requester:
        converge("stock")
        requester.stop()
        told = requester.told()
    assert held() == ([f"{sandbox.LINK}-services-2"], [444])
    assert told["stock"]["failed"] == 0 and told["stock"]["ok"] > 100, told
    assert converge("stock").changed == ()

    # A new one has the place that is free on the shard that is there, the next one a shard of its own again.
    converge("stock", "orders")
    assert held() == ([f"{sandbox.LINK}-services-2"], [444])
    converge("stock", "orders", "payments")
    assert held() == ([f"{sandbox.LINK}-services-1", f"{sandbox.LINK}-services-2"], [443, 444])
