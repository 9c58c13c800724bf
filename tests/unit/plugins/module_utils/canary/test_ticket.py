"""A ticket: who names it means the plan that has begun with it, and no other."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import refusals, serial
from unit.plugins.module_utils.canary.scenery import a_state


@pytest.mark.parametrize("action", m.ACTIONS)
@pytest.mark.parametrize("phase", [m.PREPARING, m.BAKING, m.WAITING, m.PAUSED, m.PROMOTING, m.ROLLING_BACK])
@pytest.mark.parametrize("theirs", ["41", ""])
def test_another_plan_on_its_way_is_left_alone(action: str, phase: str, theirs: str):
    with pytest.raises(PrivateLinkError, match="the plan of ticket 42"):
        refusals.answer(action, a_state(phase, ticket=theirs), None, ticket="42")


@pytest.mark.parametrize("action", [m.ROLLBACK, m.ANALYSE, m.START])
@pytest.mark.parametrize("ticket", ["42", ""], ids=["the same", "none"])
def test_the_plan_of_the_ticket_is_let_on_and_so_is_who_names_none(action: str, ticket: str):
    assert refusals.answer(action, a_state(m.BAKING, ticket="42"), None, ticket=ticket) == refusals.GO_ON


@pytest.mark.parametrize("action", [m.START, m.RUN])
def test_what_is_over_bars_nobody_from_beginning(action: str):
    assert refusals.answer(action, a_state(m.ROLLED_BACK, ticket="41"), "shop/orders:3", ticket="42") == refusals.BEGIN


@pytest.mark.parametrize(("action", "phase"), [(m.PROMOTE, m.PROMOTED), (m.ROLLBACK, m.ROLLED_BACK)])
def test_the_end_of_another_plan_is_not_taken_for_ones_own(action: str, phase: str):
    assert refusals.answer(action, a_state(phase, ticket="42"), None, ticket="42") == refusals.NOTHING
    with pytest.raises(PrivateLinkError, match="of ticket 41"):
        refusals.answer(action, a_state(phase, ticket="41"), None, ticket="42")


def test_it_is_written_down():
    kept = a_state(m.BAKING, ticket="42")
    assert serial.state_of(serial.state_text(kept), "there").ticket == "42"
