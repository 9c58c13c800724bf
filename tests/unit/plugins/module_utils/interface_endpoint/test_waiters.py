"""When endpoints are as wanted, and what is told meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.waiters import judge
from unit.plugins.module_utils.interface_endpoint.scenery import SOMEBODYS, desired, found

WAITING = f"vpce-1 waits for the provider of {SOMEBODYS} to accept it"


@pytest.mark.parametrize(
    ("options", "changes", "settled", "note"),
    [
        pytest.param({}, [{}], True, "", id="available"),
        pytest.param({}, [{"state": "pending"}], False, "vpce-1 is pending", id="pending"),
        pytest.param({"wait": False}, [{"state": "pending"}], True, "vpce-1 is pending", id="not to wait"),
        pytest.param(
            {}, [{"state": "pending", "last_error": "E: x"}], False, "vpce-1 is pending (E: x)", id="last error"
        ),
        pytest.param(
            {},
            [{"state": "partial", "last_error": "E: x"}],
            False,
            "vpce-1 is partial: it serves some of its subnets only (E: x)",
            id="partial",
        ),
        pytest.param({"wait": False}, [], False, "interface endpoint door: made, but not seen yet", id="never unseen"),
        pytest.param({}, [{"state": "pendingAcceptance"}], True, WAITING, id="the provider's turn"),
        pytest.param(
            {"private_dns_enabled": True},
            [{}],
            True,
            "vpce-1 has been accepted now: run again to enable private DNS",
            id="accepted while private DNS was put off",
        ),
        pytest.param(
            {},
            [{}, {"endpoint_id": "vpce-0", "state": "deleting"}],
            False,
            "vpce-0 is deleting",
            id="one that leaves is waited for too",
        ),
        pytest.param({}, [{}, {"endpoint_id": "vpce-0", "state": "deleted"}], True, "", id="one that is gone"),
        pytest.param({}, [{}, {"endpoint_id": "vpce-0", "state": "failed"}], True, "", id="dead next to a living one"),
        pytest.param({"state": "absent"}, [], True, "", id="gone"),
        pytest.param({"state": "absent"}, [{"state": "deleted"}], True, "", id="deleted, and still shown"),
        pytest.param({"state": "absent"}, [{"state": "deleting"}], False, "vpce-1 is deleting", id="deleting"),
        pytest.param(
            {"state": "absent", "wait": False}, [{"state": "deleting"}], True, "vpce-1 is deleting", id="not awaited"
        ),
    ],
)
def test_judge(options, changes, settled, note):
    verdict = judge(desired(**options), found(*changes))

    assert (verdict.settled, verdict.note) == (settled, note)


@pytest.mark.parametrize(("options", "endpoints"), [({"state": "absent"}, []), ({}, [{}])], ids=["absent", "present"])
def test_interfaces_that_outlive_their_endpoint_are_waited_for(options, endpoints):
    verdict = judge(desired(**options), replace(found(*endpoints), interfaces=("eni-1", "eni-2")))

    assert not verdict.settled and "eni-1 is still there" in verdict.note and "eni-2 is still there" in verdict.note


def test_pending_acceptance_in_passing_is_not_the_providers_turn():
    wanted = desired()
    at_once = replace(wanted, wishes=(replace(wanted.wishes[0], auto_accepted=True),))
    verdict = judge(at_once, found({"state": "pendingAcceptance"}))

    assert (verdict.settled, verdict.note) == (False, "vpce-1 is pendingAcceptance")


@pytest.mark.parametrize("state", ["rejected", "failed", "expired"])
def test_a_wait_that_became_hopeless_carries_the_last_error(state):
    with pytest.raises(WaitError, match=f"vpce-1 is {state}: ServiceFault: no capacity"):
        judge(desired(), found({"state": state, "last_error": "ServiceFault: no capacity"}))


def test_a_twin_that_comes_to_light_is_an_error():
    with pytest.raises(PrivateLinkError, match="2 of them carry our tags: vpce-1, vpce-2"):
        judge(desired(), found({}, {"endpoint_id": "vpce-2"}))
