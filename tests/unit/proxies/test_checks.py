"""Whom the service proxy asks for its health, when, and what it makes of the answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from twoway_proxy.service.catalogue import Service
from twoway_proxy.service.checks import AT_MOST_A_SECOND, Checks, Health


def service(name: str) -> Service:
    return Service(name=name, host=f"{name}.tokyo.example", path=f"/{name}", port=443)


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def asked_within(checks: Checks, clock: Time, seconds: float) -> list[str]:
    """Who is asked, in order."""
    asked, end = [], clock.now + seconds
    while clock.now < end:
        name, pause = checks.next()
        asked += [name] if name else []
        clock.now += pause
    return asked


def test_each_service_is_asked_every_ten_seconds() -> None:
    clock = Time()
    checks = Checks(Path("/nowhere"), 10.0, clock)
    checks.follow([service("a"), service("b")])
    assert asked_within(checks, clock, 30) == ["a", "b"] * 3


def test_a_thousand_services_are_asked_in_turn_and_no_faster() -> None:
    clock = Time()
    checks = Checks(Path("/nowhere"), 10.0, clock)
    checks.follow([service(f"s{n}") for n in range(1000)])
    asked = asked_within(checks, clock, 100)
    assert len(asked) <= 100 * AT_MOST_A_SECOND + 1
    assert len(set(asked[:1000])) == 1000


def test_a_newcomer_is_asked_first() -> None:
    clock = Time()
    checks = Checks(Path("/nowhere"), 10.0, clock)
    checks.follow([service("a"), service("b")])
    asked_within(checks, clock, 10)
    checks.follow([service("a"), service("b"), service("new")])
    assert checks.next()[0] == "new"


def test_nobody_is_asked_while_there_is_nobody() -> None:
    assert Checks(Path("/nowhere"), 10.0, Time()).next()[0] is None


ANSWERS = {
    "good": ([None], "healthy", 1.0, None),
    "bad once": (["answered 503"], "unknown", None, None),
    "bad twice": (["answered 503", "answered 500"], "unhealthy", 2.0, "answered 500"),
    "good, bad once": ([None, "answered 503"], "healthy", 1.0, None),
    "bad for long": (["answered 503"] * 5, "unhealthy", 2.0, "answered 503"),
    "good again": (["answered 503", "answered 503", None], "healthy", 3.0, None),
}


@pytest.mark.parametrize(("answers", "state", "since", "why"), ANSWERS.values(), ids=ANSWERS)
def test_two_bad_answers_make_a_service_unhealthy_and_one_good_one_heals_it(
    answers: list[str | None], state: str, since: float | None, why: str | None
) -> None:
    health = Health()
    for now, answer in enumerate(answers, start=1):
        health = health.after(answer, float(now))
    assert (health.state, health.since, health.why) == (state, since, why)
