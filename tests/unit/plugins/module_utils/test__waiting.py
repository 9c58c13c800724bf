"""Waiting on a condition."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict, pauses, until_settled


class Clock:
    def __init__(self):
        self.slept = []

    def now(self):
        return sum(self.slept)

    def sleep(self, seconds):
        self.slept.append(seconds)


def wait(judge, timeout=60):
    clock, reads = Clock(), itertools.count(1)
    outcome = until_settled(0, read=lambda: next(reads), judge=judge, what="thing", timeout=timeout, clock=clock)
    return outcome, clock.slept


def test_settled_at_once_reads_and_sleeps_not_at_all():
    verdict = Verdict(settled=True, note="as it is")

    assert wait(lambda _current: verdict) == ((0, verdict), [])


def test_reads_until_settled():
    (current, _verdict), slept = wait(lambda current: Verdict(settled=current == 3))

    assert current == 3 and slept == list(itertools.islice(pauses(), 3))


def test_time_is_up_to_the_second_and_told_with_the_last_note():
    with pytest.raises(WaitError, match="thing: after 7 s: at 7; run again") as caught:
        wait(lambda current: Verdict(settled=False, note=f"at {current}"), timeout=7)

    assert "wait_timeout" in caught.value.remedy


def test_the_last_look_is_at_the_deadline():
    clock = Clock()
    outcome = until_settled(
        False,
        read=lambda: clock.now() >= 7,
        judge=lambda current: Verdict(settled=current),
        what="thing",
        timeout=7,
        clock=clock,
    )

    assert outcome[0] is True and clock.now() == 7


def test_pauses_grow_to_a_bound():
    some = list(itertools.islice(pauses(first=1, factor=2, longest=5), 5))

    assert some == [1, 2, 4, 5, 5]
