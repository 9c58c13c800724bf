"""Several who walk canaries at the same time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from e2e import clouds, sandbox

from faults.canary.shop import NEW, Canary, build, end

PATIENCE = 60.0


@pytest.fixture(autouse=True, scope="module")
def cloud() -> Iterator[None]:
    with clouds.up(sandbox.ROOT / "build" / "faults-at-once", control_only=True, delay_scale=0):
        build(["one", "two", "three", "four"])
        yield


def until(canary: Canary, phase: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not canary.is_begun() or canary.phases()[-1] != phase:
        assert time.monotonic() < deadline, phase
        time.sleep(0.2)


def test_of_two_for_one_service_one_runs_and_the_other_says_who_holds_it():
    canary = Canary("one")
    first = canary.start("run", by="alice", plan={"bake": 8})
    until(canary, "baking")
    second = canary.go("run", by="bob")
    assert second["failed"], second
    assert second["msg"].startswith("canary of one: alice is at it (run); allowed: one at a time")
    assert end(first)["canary"]["phase"] == "promoted"
    assert canary.untidy(NEW) == []


def test_of_two_that_begin_at_the_same_moment_one_runs():
    canary = Canary("two")
    both = [end(process) for process in [canary.start("run", by=by, plan={"bake": 3}) for by in ("alice", "bob")]]
    failed = [told for told in both if told.get("failed")]
    assert len(failed) == 1 and "is at it (run)" in failed[0]["msg"], both
    assert canary.phases().count("promoted") == 1 and canary.untidy(NEW) == []


def test_two_services_go_at_once():
    canaries = [Canary("three"), Canary("four")]
    begun = time.monotonic()
    both = [canary.start("run", plan={"bake": 4}) for canary in canaries]
    assert [end(process)["canary"]["phase"] for process in both] == ["promoted", "promoted"]
    spans = [canary.span() for canary in canaries]
    assert max(first for first, _last in spans) < min(last for _first, last in spans), (begun, spans)


@pytest.mark.parametrize(("action", "ended"), [("pause", "paused"), ("rollback", "rolled_back")])
def test_whoever_walks_obeys_somebody_else_at_once(action, ended):
    canary = Canary("one")
    walking = canary.start("run", by="alice", image=f"shop/app:{action}", plan={"bake": 60})
    until(canary, "baking")
    asked = time.monotonic()
    told = canary.go(action, by="bob")
    assert told["canary"]["phase"] == ended and "bob asked for it" in told["canary"]["why"], told
    assert time.monotonic() - asked < 20
    heard = end(walking)
    assert heard["failed"] and heard["failure"]["canary"]["phase"] == ended
    if ended == "paused":
        assert canary.go("rollback")["canary"]["phase"] == "rolled_back"
    assert canary.untidy(NEW) == []
