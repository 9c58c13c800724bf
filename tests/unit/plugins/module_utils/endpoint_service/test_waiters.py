"""When an endpoint service is as wanted, and what is said meanwhile."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.waiters import (
    follows_zones,
    judge,
    no_live_connections,
)
from unit.plugins.module_utils.endpoint_service.scenery import (
    FAR,
    HOME,
    NAME,
    connections,
    desired,
    dns,
    found,
)

PUBLISH = f"to verify {NAME} publish TXT _proof.{NAME} = vpce:secret and run with verify_private_dns: true"
REGIONS = {"supported_regions": [FAR]}


@pytest.mark.parametrize(
    ("options", "current", "verifying", "settled", "note"),
    [
        pytest.param({}, found(), False, True, "", id="available"),
        pytest.param({}, found(state="Pending"), False, False, "vpce-svc-1 is Pending", id="pending"),
        pytest.param({"wait": False}, found(state="Pending"), False, True, "vpce-svc-1 is Pending", id="not to wait"),
        pytest.param({"wait": False}, None, False, False, "made, but not seen yet", id="never unseen"),
        pytest.param({"state": "absent"}, None, False, True, "", id="gone"),
        pytest.param({"state": "absent"}, found(state="Deleted"), False, True, "", id="deleted, and still shown"),
        pytest.param(
            {"state": "absent"}, found(state="Deleting"), False, False, "vpce-svc-1 is Deleting", id="deleting"
        ),
        pytest.param(
            {"state": "absent", "wait": False},
            found(state="Deleting"),
            False,
            True,
            "vpce-svc-1 is Deleting",
            id="unawaited",
        ),
        pytest.param(REGIONS, found(), False, False, f"{FAR} is not seen yet", id="region not seen yet"),
        pytest.param(
            REGIONS,
            found(regions={HOME: "Available", FAR: "Pending"}),
            False,
            False,
            f"{FAR} is Pending",
            id="region pending",
        ),
        pytest.param(
            REGIONS, found(regions={HOME: "Available", FAR: "Available"}), False, True, "", id="region available"
        ),
        pytest.param(
            {}, found(regions={HOME: "Available", FAR: "Pending"}), False, True, "", id="region nobody asked for"
        ),
        pytest.param({}, found(private_dns=dns()), False, True, PUBLISH, id="name to be verified"),
        pytest.param({}, found(private_dns=dns(state="failed")), False, True, PUBLISH, id="name failed before"),
        pytest.param({}, found(private_dns=dns(state="verified")), False, True, "", id="name verified"),
        pytest.param(
            {}, found(private_dns=dns()), True, False, f"{NAME} is pendingVerification, {PUBLISH}", id="verifying"
        ),
        pytest.param({}, found(private_dns=dns(state="verified")), True, True, "", id="verified now"),
        pytest.param(
            {"wait": False},
            found(private_dns=dns()),
            True,
            True,
            f"{NAME} is pendingVerification, {PUBLISH}",
            id="verifying, not to wait",
        ),
    ],
)
def test_judge(options, current, verifying, settled, note):
    verdict = judge(desired(**options), current, verifying=verifying)

    assert (verdict.settled, verdict.note) == (settled, note)


@pytest.mark.parametrize(
    ("options", "current", "message"),
    [
        pytest.param({}, found(state="Failed"), "endpoint service door: vpce-svc-1 is Failed", id="service"),
        pytest.param(
            REGIONS,
            found(regions={HOME: "Available", FAR: "Failed"}),
            f"supported_regions: {FAR} is Failed",
            id="region",
        ),
        pytest.param(
            {},
            found(private_dns=dns(state="failed")),
            f"private_dns_name {NAME}: AWS did not find the proof that the domain is yours; allowed: in public DNS: "
            f"TXT _proof.{NAME} = vpce:secret; publish it and run again",
            id="verification",
        ),
    ],
)
def test_what_cannot_come_any_more_is_not_waited_for(options, current, message):
    with pytest.raises(WaitError) as error:
        judge(desired(**options), current, verifying=True)
    assert error.value.message.startswith(message)


def test_no_live_connections():
    assert no_live_connections(None).settled
    assert no_live_connections(found(connections=connections("rejected"))).settled
    verdict = no_live_connections(found(connections=connections("available", "partial")))
    assert not verdict.settled and verdict.note == "vpce-0 is available, vpce-1 is partial"


@pytest.mark.parametrize(
    ("zones", "settled", "note"),
    [
        (None, True, ""),
        (("a", "c"), True, ""),
        (("a",), True, ""),
        (("a", "c", "d", "e"), False, "not offered yet: d, e"),
    ],
)
def test_follows_zones(zones, settled, note):
    """FIELD A2: a service does not follow by itself when a load balancer gains a zone."""
    verdict = follows_zones(found(load_balancer_zones=zones))

    assert (verdict.settled, verdict.note) == (settled, note)
    assert follows_zones(None).settled
