"""kill -9 at every write of the state of a promotion, and of a roll-back, then the next call.

Before each write, when AWS has not been asked yet, and after it, when AWS has done it and nobody heard. The lock that
the dead leaves behind is waited for, some seconds here.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from e2e import clouds, sandbox

from faults.canary.shop import NEW, OLD, Canary, build

# The phases that an undisturbed plan writes down: these are the points.
PROMOTION = [
    "preparing",
    "moving",
    "baking",
    "moving",
    "baking",
    "promoting",
    "promoting",
    "returning",
    "returning",
    "promoted",
]
ROLL_BACK = ["rolling_back", "rolling_back", "rolled_back"]
MOMENTS = ("before", "after")
AT_ONCE = 5  # they wait, most of the time


def points(phases: list[str], prefix: str) -> dict[str, tuple[int, str]]:
    """A service for each of them."""
    return {
        f"{prefix}-{number}-{moment}": (number, moment)
        for number, _phase in enumerate(phases, start=1)
        for moment in MOMENTS
    }


ON, BACK, GONE_BACK = points(PROMOTION, "on"), points(PROMOTION[:-1], "back"), points(ROLL_BACK, "gone")


@pytest.fixture(autouse=True, scope="module")
def cloud() -> Iterator[None]:
    with clouds.up(sandbox.ROOT / "build" / "faults-canary", control_only=True, delay_scale=0):
        build(["plain", *ON, *BACK, *GONE_BACK])
        yield


def all_at_once(try_one, services) -> dict[str, list[str]]:
    """What is wrong, by service."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(services, pool.map(try_one, services), strict=True))
    return {service: wrong for service, wrong in found.items() if wrong}


def test_these_are_all_the_points():
    canary = Canary("plain")
    assert canary.go("run")["canary"]["phase"] == "promoted"
    assert canary.phases() == PROMOTION
    assert canary.untidy(NEW) == []
    begun = canary.go("start", plan={"weights": [50, 100]})
    assert begun["failed"] and "which stable runs already" in begun["msg"]


def goes_on(service: str) -> list[str]:
    canary, (number, moment) = Canary(service), ON[service]
    if canary.go("run", write=number, moment=moment):
        return ["it was not killed"]
    again = canary.go("run", by="bob")
    if again.get("canary", {}).get("phase") != "promoted":
        return [again.get("msg", str(again))]
    is_over = (number, moment) == (len(PROMOTION), "after")
    return bars_nobody(canary, NEW) if is_over else canary.untidy(NEW)


def bars_nobody(canary: Canary, image: str) -> list[str]:
    """Killed after the last word of a plan, when there is nothing left to go on with: its lock ends by itself."""
    told = canary.go("start", by="carol", image="shop/app:1.2")
    if told.get("canary", {}).get("phase") != "baking" or canary.image() != image:
        return [told.get("msg", str(told))]
    canary.go("rollback", by="carol")
    return canary.untidy(image)


def goes_back(service: str) -> list[str]:
    canary, (number, moment) = Canary(service), BACK[service]
    if canary.go("run", write=number, moment=moment):
        return ["it was not killed"]
    back = canary.go("rollback", by="bob")
    if (number, moment) == (1, "before"):
        # Nothing was begun: nothing is to be undone.
        return [] if "no canary on its way" in back["msg"] else [back["msg"]]
    if back.get("canary", {}).get("phase") != "rolled_back":
        return [back.get("msg", str(back))]
    return canary.untidy(OLD)


def is_finished(service: str) -> list[str]:
    canary, (number, moment) = Canary(service), GONE_BACK[service]
    if canary.go("start").get("failed"):
        return ["it was not begun"]
    if canary.go("rollback", write=number, moment=moment):
        return ["it was not killed"]
    # Before the first word of it was written there is no roll-back yet to go on with.
    again = canary.go("rollback", by="bob") if (number, moment) == (1, "before") else canary.go("step", by="bob")
    if (number, moment) == (len(ROLL_BACK), "after"):
        is_over = "no canary on its way" in again.get("msg", "")
        return bars_nobody(canary, OLD) if is_over else [again.get("msg", str(again))]
    ended = (again.get("canary") or again.get("failure", {}).get("canary") or {}).get("phase")
    return canary.untidy(OLD) if ended == "rolled_back" else [again.get("msg", str(again))]


def test_a_promotion_goes_on():
    assert all_at_once(goes_on, ON) == {}


def test_a_promotion_is_rolled_back_by_whoever_says_so():
    assert all_at_once(goes_back, BACK) == {}


def test_a_roll_back_is_finished_by_whatever_comes_next():
    assert all_at_once(is_finished, GONE_BACK) == {}
