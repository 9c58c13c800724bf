"""playbooks/canary.yml under real requests through the door: good canaries, bad ones, and one that nobody asks."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from e2e import clouds, playbook, sandbox, services
from e2e.playbook import Run
from e2e.shopping import UNSURE, Receipts, Shoppers, Weights, parameter, watched

ORDERS = {"name": "orders", "port": 8443, "desired_count": 2}
# Slow enough that three times as slow is not the sandbox's own doing.
STOCK = {"name": "stock", "port": 8443, "environment": {"RESPONSE_SECONDS": "0.05"}}
ENTRIES = (ORDERS, STOCK)
WEIGHTS = [5.0, 25.0, 50.0, 100.0]
REQUESTS = 50_000
A_STEP = 13_000  # requests: of so many, chance makes two points at 50 % once in a hundred thousand steps
WINDOW, IGNORED, INTERVAL = 10, 1, 3
A_LOOK = 3.0  # seconds, where the machine has much to do
PLAN = {
    "window": WINDOW,
    "ignore_last": IGNORED,
    "interval": INTERVAL,
    "settle": 3,
    "timeout": 60,
    "checks": [
        {"metric": "error_rate", "max": 0.5, "min_samples": 30},
        {"metric": "latency", "statistic": "p50", "max_ratio": 1.7, "floor": 0.1, "min_samples": 30},
    ],
}


@dataclass
class Shop:
    directory: Path

    def inventory(self, versions: dict[str, str]) -> Path:
        entries = [
            {**entry, "image": services.image(f"{entry['name']}:{versions[entry['name']]}")}
            for entry in (ORDERS, STOCK)
        ]
        return services.inventory_of(self.directory, entries)

    def image(self, service: str, variant: str) -> str:
        """What it runs."""
        ecs = sandbox.client("isolated", "ecs")
        found = ecs.describe_services(cluster=sandbox.LINK, services=[f"{sandbox.LINK}-{service}-{variant}"])[
            "services"
        ]
        definition = ecs.describe_task_definition(taskDefinition=found[0]["taskDefinition"])["taskDefinition"]
        return definition["containerDefinitions"][0]["image"]

    def canary(self, action: str, service: str, **variables: Any) -> Run:
        told = {"canary_action": action, "canary_service": service, **variables}
        return playbook.run("playbooks/canary.yml", playbook.given(**told))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with clouds.up(sandbox.ROOT / "build" / "canary", metrics_scale=1 / 60):
        made = Shop(tmp_path_factory.mktemp("shop"))
        built = playbook.run("site.yml", inventory=[made.inventory({"orders": "1.0.0", "stock": "1.0.0"})])
        assert built.returncode == 0, built.output
        yield made


def words(run: Run) -> str:
    """Without the lines that Ansible folds."""
    return " ".join(run.output.split())


@contextmanager
def busy(service: str, connections: int) -> Iterator[tuple[Shoppers, Weights]]:
    shoppers = Shoppers(service, connections, seconds=1500)
    try:
        with watched(service) as weights:
            yield shoppers, weights
    finally:
        shoppers.stop()


def rate(service: str, connections: int) -> float:
    """Requests a second that this machine manages now."""
    return Shoppers(service, connections, seconds=5).receipts(at_once=False).total() / 5


def test_a_good_one_takes_over_and_nobody_notices(shop: Shop):
    bake = math.ceil(A_STEP / rate("orders", 16)) + 3
    with busy("orders", 16) as (shoppers, weights):
        ran = shop.canary(
            "run", "orders", canary_version="1.1.0", canary_plan={**PLAN, "weights": WEIGHTS, "bake": bake}
        )
        time.sleep(2 * UNSURE)
        receipts = shoppers.receipts()
    assert ran.returncode == 0, ran.output
    assert receipts.failed() == 0, receipts.errors
    assert receipts.total() >= REQUESTS
    assert [share for _since, share in weights.seen] == [0.0, *WEIGHTS, 0.0]
    seen = {}
    for share, begin, end in weights.steps():
        if share in WEIGHTS:
            seen[share] = receipts.share("1.1.0", begin, end)
            assert receipts.total(begin, end) > A_STEP / 2
    assert all(abs(seen[share] - share) <= 2 for share in WEIGHTS), seen
    print(f"\n{receipts.total()} requests, 0 failed; shares seen: {seen}")


def worst_delay() -> float:
    """Until CloudWatch has a whole period of nothing but the canary, one interval, and the look itself."""
    return 2 * WINDOW + IGNORED + INTERVAL + A_LOOK


def within_its_share(receipts: Receipts, weights: Weights, version: str, weight: float) -> None:
    """At no step, and not in all either."""
    stretches = [*weights.steps(), (weight, 0.0, math.inf)]
    for share, begin, end in stretches:
        number = receipts.total(begin, end)
        assert not number or receipts.share(version, begin, end) <= share + 2 + chance(share, number)


def chance(share: float, number: int) -> float:
    """Three times what chance makes of a share of so many requests, in points: half of one of 15,000 at 5 %."""
    return 3 * math.sqrt(share * (100 - share) / number)


@pytest.mark.parametrize(
    ("service", "version", "connections", "says"),
    [
        ("orders", "2.0.0-fails-3", 16, "error_rate"),
        ("stock", "2.0.0-slow-3", 12, "latency"),
    ],
    ids=["fails", "is slow"],
)
def test_a_bad_one_is_back_within_an_interval(shop: Shop, service, version, connections, says):
    plan = {**PLAN, "weights": [25, 100], "bake": 40}
    with busy(service, connections) as (shoppers, weights):
        ran = shop.canary("run", service, canary_version=version, canary_plan=plan)
        receipts = shoppers.receipts()
    assert ran.returncode != 0 and "rolled back" in words(ran), ran.output
    state = parameter(f"/twoway/tokyo/canary/{service}")
    assert (state["phase"], says in state["why"]) == ("rolled_back", True), state
    shares = [share for _since, share in weights.seen]
    assert shares == [0.0, 25.0, 0.0]
    lived = weights.seen[2][0] - weights.seen[1][0]
    assert lived <= worst_delay(), lived
    within_its_share(receipts, weights, version, 25)
    assert receipts.failed(besides=version) == 0, receipts.errors
    print(f"\n{version}: back after {lived:.1f} s; {receipts.share(version):.1f} % of {receipts.total()} reached it")


def test_one_that_crashes_gets_no_request(shop: Shop):
    with busy("stock", 8) as (shoppers, weights):
        ran = shop.canary("run", "stock", canary_version="3.0.0-crashes", canary_plan={**PLAN, "bake": 10})
        receipts = shoppers.receipts()
    assert ran.returncode != 0 and "does not start" in words(ran), ran.output
    assert receipts.failed() == 0 and receipts.share("3.0.0-crashes") == 0
    assert {share for _since, share in weights.seen} == {0.0}
    print(f"\ncrashes: rolled back after {ran.wall_s:.1f} s, 0 of {receipts.total()} requests")


def test_without_requests_it_pauses_and_says_why(shop: Shop):
    plan = {**PLAN, "weights": [25, 100], "bake": 5, "timeout": 25}
    ran = shop.canary("run", "stock", canary_version="1.1.0", canary_plan=plan)
    assert ran.returncode != 0
    # The door asks how each service is, and one of these may have come to the canary.
    why = (
        r"paused, step 1 of 2 \(25 %\): not known to be good at 25 %: error_rate: (no |0 % of \d of 30 samples needed)"
    )
    assert re.search(why, words(ran)), ran.output
    with watched("stock") as weights:
        assert weights.live() == 25.0
        # site.yml's services leave it alone meanwhile, task sets and weights.
        left = playbook.run("playbooks/services.yml", inventory=[shop.inventory({"orders": "1.1.0", "stock": "1.0.0"})])
        assert left.returncode == 0, left.output
        assert weights.live() == 25.0 and shop.image("stock", "canary") == services.image("stock:1.1.0")
    # Once it is asked, the same plan goes on from there.
    with busy("stock", 8) as (shoppers, _weights):
        again = shop.canary("run", "stock")
        assert shoppers.receipts().failed() == 0
    assert again.returncode == 0, again.output


def test_the_former_list_stops_site_and_the_edited_one_changes_nothing(shop: Shop):
    """After the promotion of stock: the list of orders has caught up meanwhile."""
    stale = playbook.run("site.yml", inventory=[shop.inventory({"orders": "1.1.0", "stock": "1.0.0"})])
    assert stale.returncode != 0
    image = services.image("stock:1.1.0")
    assert f"set image: {image} and take its canary out" in words(stale), stale.output
    assert shop.image("stock", "stable") == image
    edited = playbook.run("site.yml", inventory=[shop.inventory({"orders": "1.1.0", "stock": "1.1.0"})])
    assert edited.returncode == 0, edited.output
    assert shop.image("stock", "stable") == image
