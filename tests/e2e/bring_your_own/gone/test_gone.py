"""After the tear-down: nothing of ours is left, and theirs is as it was before the link."""

import pytest

from e2e import holdings, sandbox
from e2e.bring_your_own import calls
from e2e.theirs import company, snapshot


@pytest.mark.parametrize("side", sandbox.SIDES)
def test_nothing_of_ours_is_left(side):
    assert holdings.of_ours(side) == {}


def test_theirs_are_as_they_were():
    assert snapshot.take() == company.before()


def test_visitors_are_still_served():
    assert calls.visit("/basket")["status"] == 200
