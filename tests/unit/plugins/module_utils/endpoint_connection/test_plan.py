"""(wanted, found) -> which connections are accepted or rejected, without AWS."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    STATES,
    Connection,
    Connections,
    endpoint_state,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.plan import plan
from hypothesis import given
from hypothesis import strategies as st
from unit.plugins.module_utils.endpoint_connection.scenery import MINE, OTHERS, PAID, desired, found, one

NAMED = {"endpoint_ids": ["vpce-1"]}


def steps(made):
    return [(change.verb, dict(change.values)) for change in made.changes]


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
def test_a_named_one(wanted, state, verbs):
    made = plan(desired(state=wanted, **NAMED), found(state))

    assert steps(made) == [(verb, {"endpoint_ids": ("vpce-1",)}) for verb in verbs]
    assert [change.why for change in made.changes] == [f"it is {state or 'not seen yet'}" for _verb in verbs]
    if verbs:
        assert made.after.get("vpce-1").state == {"accept": "available", "reject": "rejected"}[verbs[0]]
    assert made.empty == (made.as_diff()["before"] == made.as_diff()["after"])
    assert made.as_diff()["before"] == ({"vpce-1": {"state": state, "payer_responsibility": None}} if state else {})


@pytest.mark.parametrize("state", ["deleting", "deleted", "failed", "expired"])
def test_what_is_dead_cannot_be_accepted(state):
    with pytest.raises(PrivateLinkError) as error:
        plan(desired(**NAMED), found(state))
    assert error.value.message == (
        f"endpoint vpce-1: its connection is {state}; allowed: pendingAcceptance, pending, available or rejected; "
        "the consumer must make a new endpoint"
    )


@pytest.mark.parametrize("state", STATES)
def test_of_an_account_only_those_that_wait_are_accepted(state):
    made = plan(desired(owner_ids=[MINE]), found(state))

    assert [change.verb for change in made.changes] == (["accept"] if state == "pendingAcceptance" else [])


def test_all_that_are_asked_for_and_no_other():
    both = found("pendingAcceptance", "available", "pendingAcceptance", "rejected")
    made = plan(desired(endpoint_ids=["vpce-1", "vpce-2", "vpce-4"]), both)

    assert [change.as_dict() for change in made.changes] == [
        {"verb": "accept", "target": "endpoint vpce-1, vpce-4", "why": "they are pendingAcceptance, rejected"}
    ]
    assert {key: value["state"] for key, value in made.as_diff()["after"].items()} == {
        "vpce-1": "available",
        "vpce-2": "available",
        "vpce-4": "available",
    }


MIXED = Connections.of(
    [
        one(1, "pendingAcceptance"),
        one(2, "available", tags={"team": "orders"}),
        one(3, "pendingAcceptance", OTHERS, tags={"team": "orders"}),
        one(4, "available", OTHERS),
        one(5, "pendingAcceptance", tags={"team": "orders", "x": "1"}),
        one(6, "rejected"),
    ]
)
SELECTIONS = [
    pytest.param({"owner_ids": [MINE]}, ("vpce-1", "vpce-5"), ("vpce-1", "vpce-2", "vpce-5"), id="owner"),
    pytest.param({"owner_ids": [OTHERS]}, ("vpce-3",), ("vpce-3", "vpce-4"), id="another owner"),
    pytest.param(
        {"owner_ids": [OTHERS, MINE]},
        ("vpce-1", "vpce-3", "vpce-5"),
        ("vpce-1", "vpce-2", "vpce-3", "vpce-4", "vpce-5"),
        id="owners",
    ),
    pytest.param({"owner_ids": ["9" * 12]}, (), (), id="an owner of none"),
    pytest.param(
        {"connection_tags": {"team": "orders"}}, ("vpce-3", "vpce-5"), ("vpce-2", "vpce-3", "vpce-5"), id="tag"
    ),
    pytest.param({"connection_tags": {"team": "orders", "x": 1}}, ("vpce-5",), ("vpce-5",), id="tags"),
    pytest.param(
        {"owner_ids": [OTHERS], "connection_tags": {"team": "orders"}}, ("vpce-3",), ("vpce-3",), id="owner and tag"
    ),
    pytest.param({"endpoint_ids": ["vpce-1"], "owner_ids": [MINE]}, ("vpce-1",), ("vpce-1",), id="named, of an owner"),
]


@pytest.mark.parametrize(("selection", "accepted", "rejected"), SELECTIONS)
def test_selection(selection, accepted, rejected):
    def changed(verb, ids):
        return [(verb, {"endpoint_ids": ids})] if ids else []

    assert steps(plan(desired(**selection), MIXED)) == changed("accept", accepted)
    assert steps(plan(desired(state="rejected", **selection), MIXED)) == changed("reject", rejected)


@pytest.mark.parametrize(
    ("selection", "accepted", "strangers"),
    [
        pytest.param({"owner_ids": [MINE]}, ("vpce-1", "vpce-5"), ("vpce-3",), id="owner"),
        pytest.param({"endpoint_ids": ["vpce-2"]}, (), ("vpce-1", "vpce-3", "vpce-5"), id="named"),
        pytest.param({"owner_ids": [OTHERS, MINE]}, ("vpce-1", "vpce-3", "vpce-5"), (), id="no stranger"),
        pytest.param({"endpoint_ids": ["vpce-9"]}, ("vpce-9",), ("vpce-1", "vpce-3", "vpce-5"), id="not seen yet"),
    ],
)
def test_accept_only_rejects_whatever_else_waits_and_leaves_what_is_accepted(selection, accepted, strangers):
    made = plan(desired(accept_only=True, **selection), MIXED)

    assert [(verb, values["endpoint_ids"]) for verb, values in steps(made)] == [
        *([("accept", accepted)] if accepted else []),
        *([("reject", strangers)] if strangers else []),
    ]
    assert {one.endpoint_id for one in made.after.items if one.state == "rejected"} - {"vpce-6"} == set(strangers)
    if strangers:
        assert made.changes[-1].why == "accept_only: not among those to accept"


@pytest.mark.parametrize(
    ("state", "payer", "pays"),
    [
        pytest.param("available", None, True, id="not told"),
        pytest.param("available", "vpc-endpoint-account", True, id="the consumer"),
        pytest.param("available", PAID, False, id="the provider already"),
        pytest.param("pendingAcceptance", None, True, id="once accepted"),
        pytest.param("partial", None, True, id="partial"),
    ],
)
def test_payer(state, payer, pays):
    current = Connections.of([one(1, state, payer=payer), one(2, "available")])
    made = plan(desired(payer_responsibility=PAID, **NAMED), current)

    assert steps(made)[-1:] == ([("set_payer", {"endpoint_ids": ("vpce-1",), "payer": PAID})] if pays else [])
    assert made.as_diff()["after"]["vpce-1"]["payer_responsibility"] == PAID
    assert plan(desired(**NAMED), current).as_diff()["after"]["vpce-1"]["payer_responsibility"] == payer
    if pays:
        assert made.changes[-1].why == f"payer_responsibility: {PAID} wanted"


def test_nobody_pays_for_what_is_rejected():
    current = Connections.of([one(1, "rejected"), one(2, "pendingAcceptance")])

    assert steps(plan(desired(owner_ids=[MINE], payer_responsibility=PAID), current)) == [
        ("accept", {"endpoint_ids": ("vpce-2",)}),
        ("set_payer", {"endpoint_ids": ("vpce-2",), "payer": PAID}),
    ]


@pytest.mark.parametrize("state", ["accepted", "rejected"])
@pytest.mark.parametrize(
    ("selection", "message"),
    [
        pytest.param(
            {"owner_ids": [OTHERS, MINE[::-1].replace("1", "4")]},
            f"endpoint vpce-1: it is of account {MINE}, with the connection tags {{}}; allowed: of account {OTHERS}, "
            f"{'4' * 12}; take it out of endpoint_ids, or widen owner_ids or connection_tags",
            id="account",
        ),
        pytest.param(
            {"connection_tags": {"team": "orders", "a": "b"}},
            f"endpoint vpce-1: it is of account {MINE}, with the connection tags {{}}; allowed: tagged a=b, "
            "team=orders; take it out of endpoint_ids, or widen owner_ids or connection_tags",
            id="tags",
        ),
        pytest.param(
            {"owner_ids": [OTHERS], "connection_tags": {"team": "orders"}},
            f"endpoint vpce-1: it is of account {MINE}, with the connection tags {{}}; allowed: of account {OTHERS} "
            "and tagged team=orders; take it out of endpoint_ids, or widen owner_ids or connection_tags",
            id="both",
        ),
    ],
)
def test_a_named_one_must_be_whose_it_is_said_to_be(state, selection, message):
    with pytest.raises(PrivateLinkError) as error:
        plan(desired(state=state, **NAMED, **selection), MIXED)
    assert error.value.message == message


def test_ids_not_known_yet():
    made = plan(desired(service_id=None, endpoint_ids=[None]), Connections())

    assert made.unknown == ("endpoint_ids", "service_id")
    assert [change.as_dict() for change in made.changes] == [
        {"verb": "accept", "target": "endpoint (not known yet)", "why": "it is not seen yet"}
    ]
    assert made.as_diff()["after"] == {"(not known yet)": {"state": "available", "payer_responsibility": None}}
    assert plan(desired(state="rejected", endpoint_ids=[None]), found("available")).unknown == ("endpoint_ids",)


@pytest.mark.parametrize("said", [*STATES, *(state[0].upper() + state[1:] for state in STATES)])
def test_states_have_one_spelling(said):
    assert endpoint_state(said) == said[0].lower() + said[1:]
    assert endpoint_state("brandNew") == "brandNew"


CONNECTIONS = st.lists(
    st.builds(
        Connection,
        endpoint_id=st.integers(1, 6).map(lambda number: f"vpce-{number}"),
        state=st.sampled_from(["pendingAcceptance", "pending", "available", "rejected"]),
        owner_id=st.sampled_from([MINE, OTHERS]),
        payer=st.sampled_from([None, PAID]),
        tags=st.sampled_from([{}, {"team": "orders"}]),
    ),
    unique_by=lambda one: one.endpoint_id,
).map(Connections.of)
TASKS = st.fixed_dictionaries(
    {
        "owner_ids": st.sampled_from([[MINE], [MINE, OTHERS]]),
        "connection_tags": st.sampled_from([None, {"team": "orders"}]),
        "accept_only": st.booleans(),
        "payer_responsibility": st.sampled_from([None, PAID]),
    }
)


@given(task=TASKS, current=CONNECTIONS)
def test_what_was_planned_leaves_nothing_to_do(task, current):
    first = plan(desired(**task), current)
    untouched = [
        one for one in current.items if one.endpoint_id not in [seen.endpoint_id for seen in first.after.items]
    ]
    later = Connections.of([*first.after.items, *untouched])

    assert first.empty == (first.as_diff()["before"] == first.as_diff()["after"])
    assert plan(desired(**task), later).empty
