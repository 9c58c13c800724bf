"""Weights that are set are shares that are seen, and CloudWatch tells what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from load.canary.shop import CANARY, STABLE, THINKS, Shop, eventually

SERVICE = {"link": "tokyo", "service": "orders"}
VERSIONS = {"stable": STABLE, "canary": CANARY}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("canary"))
    try:
        made.build()
        yield made
    finally:
        made.close()


def counts(told: dict[str, Any]) -> dict[str, int]:
    """Requests by variant, as the client saw them."""
    versions = told["versions"]
    return {
        variant: sum(versions[version]["statuses"].values()) if version in versions else 0
        for variant, version in VERSIONS.items()
    }


@pytest.mark.parametrize("percent", [5, 25, 50])
def test_the_share_that_is_seen_is_the_weight_that_was_set(shop: Shop, percent):
    """Within two points. Of so many requests chance alone makes it more than that once in a million runs."""
    moved = shop.run_module("canary_weights", **SERVICE, canary_percent=percent)
    assert moved["changed"] and moved["canary"]["canary_percent"] == percent
    requests = {5: 3000, 25: 12000, 50: 15000}[percent]
    seen = counts(shop.send(requests, connections=24))
    assert sum(seen.values()) == requests
    assert abs(100 * seen["canary"] / requests - percent) <= 2


def test_cloudwatch_tells_what_was_sent(shop: Shop):
    """Counts exactly; percentiles between what a target slept and what the client waited, and 5 % for the bins."""
    shop.run_module("canary_weights", **SERVICE, weights={"stable": 4, "canary": 1})

    def measured(name: str, stat: str, variant: str) -> float:
        return shop.measured(name, stat, variant, begun, told["ended"]) or 0.0

    begun = datetime.now(UTC).timestamp()
    before = {variant: shop.measured("RequestCount", "Sum", variant, begun, begun) or 0 for variant in VERSIONS}
    failed = shop.measured("HTTPCode_Target_5XX_Count", "Sum", "canary", begun, begun) or 0
    told = shop.send(1500)
    seen = counts(told)
    eventually(
        lambda: all(measured("RequestCount", "Sum", each) - before[each] >= seen[each] for each in VERSIONS),
        "the counts",
    )
    assert {each: measured("RequestCount", "Sum", each) - before[each] for each in VERSIONS} == seen
    statuses = told["versions"][CANARY]["statuses"]
    assert measured("HTTPCode_Target_5XX_Count", "Sum", "canary") - failed == statuses["500"] > 0
    assert shop.measured("HTTPCode_Target_5XX_Count", "Sum", "stable", begun, told["ended"]) is None
    for variant, slept in (("stable", THINKS), ("canary", 3 * THINKS)):
        waited = told["versions"][VERSIONS[variant]]["seconds"]
        assert slept * 0.95 <= measured("TargetResponseTime", "p50", variant) <= waited["p50"] * 1.2
    assert measured("HealthyHostCount", "Maximum", "stable") == 2


def test_the_analysis_says_what_is_wrong_with_it(shop: Shop):
    since = datetime.now(UTC).isoformat()
    shop.run_module("canary_weights", **SERVICE, weights={"stable": 4, "canary": 1})

    def analysis() -> dict[str, Any] | None:
        """Requests go on until a whole period since then is full of them."""
        shop.send(1000)
        found = shop.run_module(
            "canary_analysis",
            **SERVICE,
            since=since,
            window=10,
            ignore_last=1,
            checks=[
                {"metric": "error_rate", "max": 1, "max_ratio": 2, "floor": 0.5},
                {"metric": "latency", "statistic": "p50", "max_ratio": 1.3},
                {"metric": "request_count", "min": 100},
                {"metric": "unanswered_rate", "max": 1},
            ],
        )["analysis"]
        return None if "inconclusive" in (check["verdict"] for check in found["checks"]) else found

    found = eventually(analysis, "a verdict of every check")
    assert found["verdict"] == "fail", found
    verdicts = {check["name"]: check["verdict"] for check in found["checks"]}
    assert verdicts == {
        "error_rate": "fail",
        "latency": "fail",
        "request_count": "pass",
        "unanswered_rate": "pass",
    }, found


def test_testers_see_the_canary_alone(shop: Shop):
    test_rule = {"header": "X-Canary", "matches": ["always"]}
    shop.run_module("canary_weights", **SERVICE, canary_percent=0, test_rule=test_rule)
    assert counts(shop.send(200)) == {"stable": 200, "canary": 0}
    assert counts(shop.send(200, X_Canary="ALWAYS")) == {"stable": 0, "canary": 200}
    shop.run_module("canary_weights", **SERVICE, test_rule={"state": "absent"})
    assert counts(shop.send(200, X_Canary="always")) == {"stable": 200, "canary": 0}
