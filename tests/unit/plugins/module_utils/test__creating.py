"""One is made where AWS would make two."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._creating import SECONDS_TO_BE_SEEN, TRIES, made_once
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError


class Account:
    """A cloud that does, or does not do, what it is asked for, and says nothing of it `lost` times.

    Its lists lag `lag` seconds behind. It is the clock, too.
    """

    def __init__(self, *, lost=0, done=True, lag=0.0, in_doubt=True):
        self.lost, self.done, self.lag, self.in_doubt = lost, done, lag, in_doubt
        self.time = 0.0
        self.made = []

    def create(self):
        if self.lost:
            self.lost -= 1
            if self.done:
                self.made.append((f"vpc-{len(self.made)}", self.time))
            error = AwsError(where="create vpc", found="no answer")
            error.in_doubt = self.in_doubt
            raise error
        self.made.append((f"vpc-{len(self.made)}", self.time))
        return self.made[-1][0]

    def find(self):
        return next((one for one, at in self.made if self.time >= at + self.lag), None)

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


def make(account):
    return made_once(account.create, account.find, clock=account)


@pytest.mark.parametrize("lag", [0.0, 1.0, SECONDS_TO_BE_SEEN - 1])
def test_what_was_done_is_found(lag):
    account = Account(lost=TRIES, lag=lag)

    assert make(account) == "vpc-0" and len(account.made) == 1


@pytest.mark.parametrize("lost", range(TRIES))
def test_what_was_not_done_is_tried_again(lost):
    account = Account(lost=lost, done=False)

    assert make(account) == "vpc-0" and len(account.made) == 1
    assert account.time == pytest.approx(lost * SECONDS_TO_BE_SEEN)


def test_what_is_never_done_is_an_error():
    account = Account(lost=TRIES, done=False)
    with pytest.raises(AwsError, match="create vpc: no answer"):
        make(account)

    assert account.lost == 0


def test_what_aws_has_refused_is_neither_looked_for_nor_tried_again():
    account = Account(lost=TRIES, done=False, in_doubt=False)
    with pytest.raises(AwsError, match="create vpc: no answer"):
        make(account)

    assert account.lost == TRIES - 1 and account.time == 0
