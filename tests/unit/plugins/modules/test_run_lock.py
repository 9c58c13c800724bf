"""run_lock: one run a side, that goes with its process, however that ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock.process import Process

PATH = "/twoway/tokyo/run/public/lock"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public", "privatelink:role": "run"}
ELSEWHERE = {"by": "kato@build-7", "action": "site.yml, since yesterday", "token": "build-7/b/n|7|1", "seconds": 180}
PATIENCE = 20.0


@pytest.fixture
def begin():
    """begin() -> a process that stands for a run, until the test has ended."""
    running = []

    def begin() -> subprocess.Popen:
        running.append(subprocess.Popen(["sleep", "600"]))
        return running[-1]

    yield begin
    for one in running:
        one.kill()
        one.wait()


@pytest.fixture
def take(run, begin):
    """take(owner) -> what the module says."""
    keepers = []

    def take(owner: subprocess.Popen | None = None, check: bool = False, **more) -> dict:
        given = {"link": "tokyo", "side": "public", "by": "sato@build-1", "work": "teardown.yml, since noon", **more}
        told = run("run_lock", "public", check=check, owner=Process.of((owner or begin()).pid).text, **given)
        keepers.append((told.get("lock") or {}).get("keeper", ""))
        return told

    yield take
    for keeper in filter(None, map(Process.from_text, keepers)):
        if keeper.lives:
            os.kill(keeper.pid, signal.SIGKILL)


@pytest.fixture
def locks(cloud):
    """locks() -> {name: what it holds} of all that is there."""

    def locks() -> dict:
        found = cloud.client("ssm", "public").get_parameters_by_path(Path="/twoway", Recursive=True)["Parameters"]
        return {item["Name"]: json.loads(item["Value"]) for item in found}

    return locks


@pytest.fixture
def put(cloud):
    def put(value: dict, number: int = 1, overwrite: bool = False) -> None:
        settings = {"Name": f"{PATH}/{number}", "Type": "String", "Overwrite": overwrite}
        cloud.client("ssm", "public").put_parameter(**settings, Value=json.dumps(value))

    return put


def ended() -> str:
    """The text of a process that has ended."""
    with subprocess.Popen(["sleep", "600"]) as child:
        told = Process.of(child.pid).text
        child.kill()
    return told


def until(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_it_goes_when_its_run_is_killed(take, begin, locks, cloud):
    owner = begin()
    told = take(owner)
    assert cloud.calls == ["PutParameter", "GetParametersByPath"]
    assert told["changed"] is False and told["lock"]["name"] == f"{PATH}/1"
    (held,) = locks().values()
    assert held == {
        "by": "sato@build-1",
        "action": "teardown.yml, since noon",
        "token": Process.of(owner.pid).text,
        "seconds": 180,
    }
    tagged = cloud.client("ssm", "public").list_tags_for_resource(ResourceType="Parameter", ResourceId=f"{PATH}/1")
    assert {tag["Key"]: tag["Value"] for tag in tagged["TagList"]} == {**TAGS, "Name": f"{PATH}/1"}
    owner.kill()
    owner.wait()
    until(lambda: locks() == {})


def test_it_goes_when_its_keeper_is_told_that_the_run_has_ended(take, locks, cloud):
    keeper = Process.from_text(take()["lock"]["keeper"])
    cloud.forget_calls()
    os.kill(keeper.pid, signal.SIGTERM)
    until(lambda: not keeper.lives)
    assert cloud.calls == ["DeleteParameters"]
    assert locks() == {}


def test_the_second_says_who_is_at_it(take, locks, cloud):
    take()
    before = locks()
    told = take(by="kato", work="site.yml")
    assert told["failed"] and told["msg"] == (
        "link tokyo, public side: sato@build-1 is at it (teardown.yml, since noon); allowed: one at a time; wait until "
        "that run has ended, and run again; if it is dead, its lock ends by itself after 180 s, or at once when the "
        f"parameter below {PATH} is deleted"
    )
    assert cloud.calls[:2] == ["PutParameter", "GetParametersByPath"] and "DeleteParameters" not in cloud.calls
    assert locks() == before


def test_each_side_and_link_has_its_own(take, locks):
    assert not any(take(**more).get("failed") for more in ({}, {"side": "isolated"}, {"link": "tokyo-east"}))
    assert len(locks()) == 3


@pytest.mark.parametrize("number", [1, 4])
def test_one_whose_process_has_ended_stops_nobody(take, put, locks, number):
    put({**ELSEWHERE, "token": ended()}, number)
    assert take()["lock"]["name"] == f"{PATH}/{number + 1}"
    assert [held["by"] for held in locks().values()] == ["sato@build-1"]


def test_one_of_another_machine_counts_for_as_long_as_it_gives_signs_of_life(take, put, meanwhile, locks):
    put(ELSEWHERE)
    meanwhile("GetParametersByPath", lambda: put(ELSEWHERE, overwrite=True), after=3)
    told = take()
    assert told["failed"] and told["msg"].startswith(
        "link tokyo, public side: kato@build-7 is at it (site.yml, since yesterday)"
    )
    assert list(locks()) == [f"{PATH}/1"]


def test_and_no_longer(take, put, cloud, locks):
    put(ELSEWHERE)
    begun = cloud.time()
    assert take()["lock"]["name"] == f"{PATH}/2"
    assert 180 <= cloud.time() - begun < 190
    assert [held["by"] for held in locks().values()] == ["sato@build-1"]


def test_a_number_that_somebody_has_taken_anew_is_not_the_dead_one_that_was_seen(take, put, cloud, meanwhile, locks):
    """What was there when we looked has gone since, and somebody else, who lives, has its number."""
    put({**ELSEWHERE, "token": ended()})

    def another() -> None:
        cloud.client("ssm", "public").delete_parameter(Name=f"{PATH}/1")
        put({**ELSEWHERE, "by": "mori"})
        meanwhile("GetParametersByPath", lambda: put({**ELSEWHERE, "by": "mori"}, overwrite=True), after=2)

    # The fourth look is the last before the next number is taken: the process has had its time to let go by then.
    meanwhile("GetParametersByPath", another, after=3)
    told = take()
    assert told["failed"] and "mori is at it" in told["msg"], told
    assert [held["by"] for held in locks().values()] == ["mori"]


def test_a_low_number_does_not_count_beside_a_higher_one(take, put, meanwhile, locks):
    put(ELSEWHERE, 2)
    meanwhile("GetParametersByPath", lambda: put(ELSEWHERE, 2, overwrite=True), after=2)
    assert take()["failed"]
    assert list(locks()) == [f"{PATH}/2"]


def test_an_answer_that_is_lost_is_no_rival(take, cloud, locks):
    cloud.fault("PutParameter", "lost")
    assert take()["lock"]["name"] == f"{PATH}/1"
    assert list(locks()) == [f"{PATH}/1"]


def test_one_of_its_own_that_nobody_keeps_is_kept_again(take, begin, locks):
    owner = begin()
    keeper = Process.from_text(take(owner)["lock"]["keeper"])
    os.kill(keeper.pid, signal.SIGKILL)
    until(lambda: not keeper.lives)
    again = take(owner)["lock"]
    assert again["name"] == f"{PATH}/1" and Process.from_text(again["keeper"]).lives
    assert list(locks()) == [f"{PATH}/1"]


def test_what_is_somebody_elses_by_now_is_left(take, begin, put, locks):
    owner = begin()
    keeper = Process.from_text(take(owner)["lock"]["keeper"])
    put(ELSEWHERE, overwrite=True)
    owner.kill()
    owner.wait()
    until(lambda: not keeper.lives)
    assert [held["by"] for held in locks().values()] == ["kato@build-7"]


def test_check_mode_takes_none_and_calls_nothing(take, cloud, locks):
    assert take(check=True)["lock"] is None
    assert cloud.calls == [] and locks() == {}


@pytest.mark.parametrize("seconds", [2, 3601])
def test_seconds(take, seconds, cloud):
    told = take(seconds=seconds)
    assert told["msg"] == f"seconds: {seconds}; allowed: 3 to 3600" and cloud.calls == []


def test_on_another_machine_than_the_run_nobody_could_watch_it(run, cloud):
    told = run("run_lock", "public", link="tokyo", side="public", owner="build-7/b/n|7|1")
    assert told["failed"] and told["msg"].startswith("run_lock: a module that runs on ")
    assert ", and a run on build-7/b/n; allowed: one machine" in told["msg"] and cloud.calls == []
