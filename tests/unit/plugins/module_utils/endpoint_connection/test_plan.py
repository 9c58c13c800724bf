"""(wanted, found) -> which connections are accepted or rejected, without AWS."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    STATES,
    Connection,
    Connections,
    Desired,
    endpoint_state,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.waiters import judge

PARAMS = {
    "service_id": "vpce-svc-1",
    "name": None,
    "tags": None,
    "endpoint_ids": ["vpce-1"],
    "state": "accepted",
    "wait": True,
    "wait_timeout": 60,
}


def desired(state, **options):
    return Desired.from_params({**PARAMS, "state": state, **options})


def found(*states):
    named = enumerate(states, start=1)
    return Connections.of(Connection(endpoint_id=f"vpce-{n}", state=state) for n, state in named if state)


@pytest.mark.parametrize(
    ("wanted", "state", "verbs"),
    [
        ("accepted", "pendingAcceptance", ["accept"]),
        ("accepted", "rejected", ["accept"]),
        ("accepted", None, ["accept"]),
        ("accepted", "pending", []),
        ("accepted", "available", []),
        ("accepted", "partial", []),
        ("rejected", "pendingAcceptance", ["reject"]),
        ("rejected", "pending", ["reject"]),
        ("rejected", "available", ["reject"]),
        ("rejected", "partial", ["reject"]),
        ("rejected", "rejected", []),
        ("rejected", "deleting", []),
        ("rejected", "deleted", []),
        ("rejected", "failed", []),
        ("rejected", "expired", []),
        ("rejected", None, []),
    ],
)
def test_plan(wanted, state, verbs):
    made = plan(desired(wanted), found(state))

    assert [change.verb for change in made.changes] == verbs
    assert made.empty == (made.as_diff()["before"] == made.as_diff()["after"])


@pytest.mark.parametrize("state", ["deleting", "deleted", "failed", "expired"])
def test_what_is_dead_cannot_be_accepted(state):
    with pytest.raises(PrivateLinkError, match=f"endpoint vpce-1: its connection is {state}"):
        plan(desired("accepted"), found(state))


def test_all_that_are_asked_for_and_no_other():
    both = found("pendingAcceptance", "available", "pendingAcceptance")
    made = plan(desired("accepted", endpoint_ids=["vpce-1", "vpce-2"]), both)

    assert [change.values["id"] for change in made.changes] == ["vpce-1"]
    assert made.as_diff()["after"] == {"vpce-1": "available", "vpce-2": "available", "vpce-3": "pendingAcceptance"}


@pytest.mark.parametrize(
    ("wanted", "state", "settled"),
    [
        ("accepted", "available", True),
        ("accepted", "pending", False),
        ("accepted", "pendingAcceptance", False),
        ("accepted", None, False),
        ("rejected", "rejected", True),
        ("rejected", None, True),
        ("rejected", "deleting", True),
        ("rejected", "available", False),
    ],
)
def test_judge(wanted, state, settled):
    assert judge(desired(wanted), found(state)).settled is settled
    assert judge(desired(wanted, wait=False), found(state)).settled


@pytest.mark.parametrize("state", ["rejected", "failed", "expired", "deleting", "deleted"])
def test_an_accepted_one_that_was_lost(state):
    with pytest.raises(WaitError, match=f"vpce-1 is {state}"):
        judge(desired("accepted"), found(state))


@pytest.mark.parametrize("said", [*STATES, *(state[0].upper() + state[1:] for state in STATES)])
def test_states_have_one_spelling(said):
    assert endpoint_state(said) == said[0].lower() + said[1:]
    assert endpoint_state("brandNew") == "brandNew"
