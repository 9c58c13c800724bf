"""The road of every module: read, plan, apply, wait, report; and how it ends when something goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import converge, finish
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict


@dataclass(frozen=True)
class Level:
    """A state that can be compared and shown."""

    height: int

    def as_diff(self) -> dict[str, int]:
        return {"height": self.height}


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class Subject:
    """Rises by one at each change; settled when `settled` says so. Logs what the runner asks of it."""

    height: int
    wanted: int
    unknown: tuple[str, ...] = ()
    settled_after: int = 0
    refused: int | None = None
    short: bool = False
    what: str = "level"
    wait_timeout: float = 10
    log: list[str] = field(default_factory=list)

    def read(self) -> Level:
        self.log.append("read")
        return Level(self.height)

    def plan(self, current: Level) -> Plan:
        self.log.append("plan")
        steps = range(current.height, self.wanted)
        changes = tuple(
            Change(verb="rise", target="level", why=f"{step} is low", values={"to": step}) for step in steps
        )
        return Plan(before=current, after=Level(self.wanted), changes=changes, unknown=self.unknown)

    def apply(self, change: Change) -> None:
        self.log.append("apply")
        if change.values["to"] == self.refused:
            raise AwsError(where="rise", found="TooHigh: no", code="TooHigh", request_id="r-1")
        self.height += 1

    def judge(self, current: Level) -> Verdict:
        self.log.append("judge")
        return Verdict(settled=self.log.count("judge") > self.settled_after, note="rising")

    def report(self, state: Level) -> dict[str, Any]:
        if self.short:
            raise PrivateLinkError(where="level", found="one of many did not rise")
        return {"level": state.height}


@dataclass
class Module:
    ended: dict[str, Any] = field(default_factory=dict)

    def exit_json(self, **result: Any) -> None:
        self.ended = {"failed": False, **result}
        raise SystemExit

    def fail_json(self, **result: Any) -> None:
        self.ended = {"failed": True, **result}
        raise SystemExit


def ended(subject: Subject, check_mode: bool = False) -> dict[str, Any]:
    module = Module()
    with pytest.raises(SystemExit):
        finish(module, lambda done: converge(subject, check_mode, done, Clock()))
    return module.ended


def test_check_mode_stops_after_the_plan():
    subject = Subject(height=1, wanted=3)
    result = ended(subject, check_mode=True)

    assert subject.log == ["read", "plan"]
    assert result["changed"] and result["level"] == 3
    assert result["diff"] == {"before": {"height": 1}, "after": {"height": 3}}


def test_a_real_run_says_the_same_and_reads_again():
    subject = Subject(height=1, wanted=3)
    forecast = ended(Subject(height=1, wanted=3), check_mode=True)
    result = ended(subject)

    assert subject.log == ["read", "plan", "apply", "apply", "read", "judge"]
    assert {**result, "note": ""} == forecast and result["note"] == "rising"
    assert result["actions"] == [{"verb": "rise", "target": "level", "why": f"{step} is low"} for step in (1, 2)]


def test_nothing_to_do_reads_once():
    subject = Subject(height=3, wanted=3)
    result = ended(subject)

    assert subject.log == ["read", "plan", "judge"]
    assert not result["changed"] and result["actions"] == []


def test_nothing_to_do_can_still_wait():
    subject = Subject(height=3, wanted=3, settled_after=2)

    assert not ended(subject)["changed"]
    assert subject.log == ["read", "plan", "judge", "read", "judge", "read", "judge"]


def test_a_wait_that_takes_too_long_tells_what_was_done():
    result = ended(Subject(height=1, wanted=2, settled_after=1000))

    assert result["failed"] and result["changed"]
    assert result["msg"] == "level: after 10 s: rising; run again to go on waiting, or raise wait_timeout"
    assert [action["verb"] for action in result["actions"]] == ["rise"]


def test_a_refusal_half_way_tells_what_was_done_and_what_aws_said():
    result = ended(Subject(height=1, wanted=4, refused=2))

    assert result["failed"] and result["changed"] and len(result["actions"]) == 1
    assert result["failure"]["code"] == "TooHigh" and result["failure"]["request_id"] == "r-1"


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_run_that_went_to_its_end_tells_all_of_it_though_a_part_failed(check_mode):
    whole = ended(Subject(height=1, wanted=3), check_mode)
    result = ended(Subject(height=1, wanted=3, short=True), check_mode)

    assert result["failed"] and result["failure"]["found"] == "one of many did not rise"
    assert {key: result[key] for key in ("changed", "diff", "actions", "note")} == {
        key: whole[key] for key in ("changed", "diff", "actions", "note")
    }


@pytest.mark.parametrize(
    ("check_mode", "wanted", "fails"),
    [
        pytest.param(True, 2, False, id="check mode goes on"),
        pytest.param(False, 2, True, id="a real run does not"),
        pytest.param(False, 1, False, id="nothing to do needs no id"),
    ],
)
def test_ids_not_known(check_mode, wanted, fails):
    subject = Subject(height=1, wanted=wanted, unknown=("vpc_id",))
    result = ended(subject, check_mode)

    assert result["failed"] is fails and "apply" not in subject.log
    if fails:
        assert result["msg"].startswith("vpc_id: no value; allowed: an id that AWS knows")


@pytest.mark.parametrize(
    ("facts", "ending"),
    [
        pytest.param(
            {"code": "ExistingVpcEndpointConnections"}, "; reject its connections, or have", id="AWS says not"
        ),
        pytest.param(
            {"code": "ExistingVpcEndpointConnections", "remedy": "wait"}, ": refused; wait", id="we know better"
        ),
        pytest.param({"code": "SomethingElse"}, ": refused", id="nobody knows"),
        pytest.param({}, ": refused", id="no code"),
    ],
)
def test_what_to_do_about_a_refusal_of_aws(facts, ending):
    error = AwsError(where="delete it", found="refused", **facts)

    assert ending in error.message and error.message.startswith("delete it: refused")
    assert error.as_failure()["remedy"] is None or error.as_failure()["remedy"] in error.message


@pytest.mark.parametrize("error", [PrivateLinkError, WaitError])
def test_one_line_of_all_parts(error):
    made = error(where="services[2].port", found="70000", allowed="1 to\n  65535", remedy="Mend it.")

    assert made.message == str(made) == "services[2].port: 70000; allowed: 1 to 65535; Mend it"
    assert made.as_failure() == {
        "where": "services[2].port",
        "found": "70000",
        "allowed": "1 to\n  65535",
        "remedy": "Mend it.",
    }
