"""200 services live: one more, another image for one, one less, while all of them are asked all the time.

The one more is the first of a new shard.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from e2e import clouds, playbook, sandbox, services, task

SERVICES = 200
REQUESTS = 50_000
A_SECOND = 400
CROWD = Path(__file__).with_name("crowd.py")
BOUND = 1800.0
NEW, CHANGED, GONE = "fleet-new", "fleet-100", "fleet-150"


def entry(name: str, version: str = "1.0.0") -> dict[str, Any]:
    # Checks take a tenth of their interval here, and 200 services a second would be all that this machine does.
    return {
        "name": name,
        "image": f"{services.image(name)}:{version}",
        "port": 8443,
        "health_check": {"interval": 100},
        "deregistration_delay": 10,
    }


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory):
    """converge(entries): site.yml on an inventory with that list."""
    place = tmp_path_factory.mktemp("inventory")

    def converge(entries: list[dict[str, Any]]) -> playbook.Run:
        run = playbook.run("site.yml", inventory=[services.inventory_of(place, entries)])
        assert run.returncode == 0, run.output
        return run

    with clouds.up(sandbox.ROOT / "build" / "load-fleet"):
        yield converge


@pytest.mark.timeout(1800)
def test_the_others_notice_nothing(link):
    entries = [entry(f"fleet-{number:03}") for number in range(SERVICES)]
    link(entries)

    requests = task.public_requests([], seconds=0)
    requests |= {
        "port": 443,
        "domain": services.DOMAIN,
        "names": [one["name"] for one in entries],
        "workers": 32,
        "rate": A_SECOND,
    }
    with task.running(requests, CROWD) as crowd:
        link([*entries, entry(NEW)])
        added = answers(NEW)
        changed = [entry(one["name"], "1.0.1") if one["name"] == CHANGED else one for one in entries]
        link([*changed, entry(NEW)])
        link([one for one in changed if one["name"] != GONE] + [entry(NEW)])
        await_requests(crowd)
        crowd.stop()
        told = crowd.told()

    others = {name: count for name, count in told["ok"].items() if name not in (CHANGED, GONE)}
    failures = {name: why for name, why in told["failures"].items() if name in others}
    print(f"{sum(others.values())} requests to {len(others)} services, failed: {failures}")
    assert failures == {}
    assert sum(others.values()) >= REQUESTS
    assert min(others.values()) >= REQUESTS / SERVICES / 2, "each of them was asked its share"
    assert added["ok"] and not added["failed"]
    assert CHANGED not in told["failures"], "its old tasks serve until the new ones do"


def answers(name: str) -> dict[str, Any]:
    """What a service is to a client that comes now."""
    return task.ask(task.public_requests([services.target(name)], seconds=2))[name]


def await_requests(crowd: task.Requester) -> None:
    deadline = time.monotonic() + BOUND
    while (asked := crowd.says().get("asked", 0)) < REQUESTS * 1.05:
        assert time.monotonic() < deadline, f"only {asked} requests in {BOUND} s"
        time.sleep(1)
