"""When connections are as wanted, and what is said meanwhile."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.waiters import judge, seen
from unit.plugins.module_utils.endpoint_connection.scenery import desired, found

IDS = ("vpce-1",)


@pytest.mark.parametrize(
    ("wanted", "state", "settled", "note"),
    [
        ("accepted", "available", True, ""),
        ("accepted", "partial", True, "vpce-1 is partial"),
        ("accepted", "pending", False, "vpce-1 is pending"),
        ("accepted", "pendingAcceptance", False, "vpce-1 is pendingAcceptance"),
        ("accepted", None, False, "vpce-1 is not seen yet"),
        ("rejected", "rejected", True, ""),
        ("rejected", None, True, ""),
        ("rejected", "deleting", True, ""),
        ("rejected", "available", False, "vpce-1 is available"),
        ("rejected", "partial", False, "vpce-1 is partial"),
    ],
)
def test_judge(wanted, state, settled, note):
    verdict = judge(desired(state=wanted, endpoint_ids=IDS), found(state), IDS)

    assert (verdict.settled, verdict.note) == (settled, note)
    assert judge(desired(state=wanted, endpoint_ids=IDS, wait=False), found(state), IDS).settled


@pytest.mark.parametrize("state", ["rejected", "failed", "expired", "deleting", "deleted"])
def test_an_accepted_one_that_was_lost(state):
    """FIELD G, eventual consistency: Rejected, Expired and Failed are distinct, and told."""
    with pytest.raises(WaitError) as error:
        judge(desired(endpoint_ids=IDS), found(state), IDS)
    assert error.value.message == (
        f"connections of vpce-svc-1: vpce-1 is {state}; allowed: available; the consumer must make a new endpoint"
    )


def test_others_are_not_waited_for():
    assert judge(desired(endpoint_ids=IDS), found("available", "pendingAcceptance"), IDS).settled
    assert judge(desired(owner_ids=["1" * 12]), found("pendingAcceptance"), ()).settled


@pytest.mark.parametrize(
    ("ids", "settled", "note"),
    [
        (("vpce-1",), True, None),
        (("vpce-1", "vpce-2"), False, "vpce-2 is not among the connections (is it an endpoint of this service?)"),
        (
            ("vpce-2", "vpce-3"),
            False,
            "vpce-2, vpce-3 are not among the connections (are they endpoints of this service?)",
        ),
    ],
)
def test_seen(ids, settled, note):
    verdict = seen(found("available"), ids)

    assert verdict.settled is settled and (settled or verdict.note == note)
