"""endpoint_connection on AWS's bad days, with what AWS decides by itself, and beside another run of itself."""

from __future__ import annotations

import pytest
from rig.control.ec2 import lifecycle
from unit.plugins.modules.endpoint_connection.scenery import (
    ACCEPT,
    GHOST,
    LIST,
    MINE,
    MODULE,
    OTHERS,
    PROVIDER,
    REJECT,
    rigs,
    shown,
)


def test_a_named_endpoint_is_looked_at_when_it_shows_up(run, cloud, service, endpoint, states):
    """It was not there when the plan was made."""
    wanted = {"service_id": service["service_id"], "owner_ids": [OTHERS]}
    cloud.fault(LIST, "stale", after=1, times=2)
    run(MODULE, PROVIDER, check=True, **wanted)
    one = endpoint()
    result = run(MODULE, PROVIDER, **wanted, endpoint_ids=[one])

    assert result["failed"] and f"it is of account {MINE}" in result["msg"]
    assert cloud.calls == [LIST, LIST, LIST] and states() == {one: "pendingAcceptance"}


def test_an_endpoint_that_never_shows_up(run, cloud, service):
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[GHOST], wait_timeout=30)

    assert result["failed"] and f"after 30 s: {GHOST} is not among the connections" in result["msg"]
    assert ACCEPT not in cloud.calls


@pytest.mark.parametrize(
    ("state", "message"),
    [("failed", "its connection is failed"), ("expired", "its connection is expired")],
)
def test_what_is_dead_cannot_be_accepted(run, cloud, service, endpoint, state, message):
    """FIELD A1 and G: Failed and Expired are distinct, and final."""
    one = endpoint()
    lifecycle.move(rigs(one), state, "no room")
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one])

    assert result["failed"] and message in result["msg"] and cloud.calls == [LIST]


def test_a_request_expires_after_seven_days(run, cloud, service, endpoint):
    one = endpoint()
    cloud.time.advance(7 * 86400 + 1)
    result = run(MODULE, PROVIDER, service_id=service["service_id"], owner_ids=[MINE])

    assert not result["changed"] and shown(result) == [(one, "expired")]


def test_a_partial_one_is_accepted_and_noted(run, service, endpoint):
    """FIELD A1: Partial is a state of its own."""
    one = endpoint()
    run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one])
    lifecycle.move(rigs(one), "partial", "")
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one])

    assert not result["changed"] and result["note"] == f"{one} is partial"


@pytest.mark.parametrize(("action", "state"), [(ACCEPT, "accepted"), (REJECT, "rejected")])
def test_unsuccessful_is_a_failure(run, cloud, service, endpoint, action, state):
    """FIELD A1: Accept and Reject return Unsuccessful instead of raising."""
    cloud.fault(action, "unsuccessful", code="InvalidState", message="a bad day")
    one = endpoint()
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one], state=state)

    assert result["failed"] and f"{one} InvalidState: a bad day" in result["msg"] and not result["changed"]
    assert result["failure"]["code"] == "InvalidState" and result["failure"]["request_id"]


def test_unsuccessful_because_it_is_gone_is_as_good_as_rejected(run, cloud, service, endpoint):
    cloud.fault(REJECT, "unsuccessful", code="InvalidVpcEndpoint.NotFound")
    one = endpoint()
    lifecycle.delete(rigs(one))
    rigs(one).state = "available"  # as a list that lags behind shows it
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one], state="rejected")

    assert not result.get("failed") and result["changed"]


def test_two_runs_at_once_accept_once(run, cloud, service, endpoint, meanwhile):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint()]}
    meanwhile(LIST, lambda: run(MODULE, PROVIDER, **wanted))
    result = run(MODULE, PROVIDER, **wanted)

    assert not result.get("failed") and result["endpoint_connections"][0]["state"] == "available"
    assert cloud.calls.count(ACCEPT) == 1


def test_a_throttled_acceptance_and_a_lost_answer_are_tried_again(run, cloud, service, endpoint):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint()]}
    cloud.fault(ACCEPT, "throttle", times=6)
    cloud.fault(ACCEPT, "lost")
    result = run(MODULE, PROVIDER, **wanted)

    assert result["endpoint_connections"][0]["state"] == "available"
    assert cloud.calls.count(ACCEPT) == 8


def test_a_list_that_lags_behind_is_asked_again(run, cloud, service, endpoint):
    """FIELD G: an empty list just after create."""
    cloud.fault(LIST, "stale", after=1, times=3)
    run(MODULE, PROVIDER, check=True, service_id=service["service_id"], owner_ids=[MINE])
    one = endpoint()
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one])

    assert shown(result) == [(one, "available")] and cloud.calls.count(ACCEPT) == 1
