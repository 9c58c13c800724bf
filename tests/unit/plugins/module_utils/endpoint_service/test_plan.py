"""(wanted, found) -> what is to be done about an endpoint service, without AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    Connection,
    Connections,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import (
    Desired,
    EndpointService,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.waiters import (
    judge,
    no_live_connections,
)
from hypothesis import given
from hypothesis import strategies as st

ONE, TWO = "arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"
PARAMS = {
    "name": "door",
    "load_balancer_arns": ["nlb-1"],
    "acceptance_required": True,
    "supported_ip_address_types": None,
    "allowed_principals": None,
    "purge_allowed_principals": True,
    "force": False,
    "tags": {"privatelink:link": "tokyo"},
    "purge_tags": True,
    "state": "present",
    "wait": True,
    "wait_timeout": 60,
}
FOUND = EndpointService(
    name="door",
    acceptance_required=True,
    load_balancer_arns=("nlb-1",),
    supported_ip_address_types=("ipv4",),
    allowed_principals=(ONE,),
    tags={"privatelink:link": "tokyo", "Name": "door"},
    service_id="vpce-svc-1",
    service_name="com.amazonaws.vpce.x.vpce-svc-1",
    state="Available",
)


def desired(**options):
    return Desired.from_params({**PARAMS, **options})


def found(**changes):
    return replace(FOUND, **changes)


def connections(*states):
    return Connections.of(Connection(endpoint_id=f"vpce-{n}", state=state) for n, state in enumerate(states))


def steps(made):
    return [(change.verb, *change.values.values()) for change in made.changes]


PLANS = [
    pytest.param({}, None, [("create",)], id="nothing there"),
    pytest.param(
        {"allowed_principals": [ONE]}, None, [("create",), ("add_principals", (ONE,))], id="nothing there, principals"
    ),
    pytest.param({}, found(), [], id="as wanted"),
    pytest.param({}, found(state="Pending"), [], id="pending is present"),
    pytest.param({}, found(state="Deleting"), [("create",)], id="deleting is not present"),
    pytest.param(
        {"load_balancer_arns": ["nlb-2"]},
        found(),
        [("add", "load_balancer_arns", ("nlb-2",)), ("remove", "load_balancer_arns", ("nlb-1",))],
        id="balancers: add, then remove",
    ),
    pytest.param({"load_balancer_arns": None}, found(), [], id="balancers not given"),
    pytest.param(
        {"supported_ip_address_types": ["ipv6", "ipv4"]},
        found(),
        [("add", "supported_ip_address_types", ("ipv6",))],
        id="address types",
    ),
    pytest.param({"acceptance_required": False}, found(), [("set_acceptance", False)], id="acceptance off"),
    pytest.param({}, found(acceptance_required=False), [("set_acceptance", True)], id="acceptance on"),
    pytest.param({"allowed_principals": [ONE, ONE]}, found(), [], id="principal said twice"),
    pytest.param(
        {"allowed_principals": [TWO]},
        found(),
        [("add_principals", (TWO,)), ("remove_principals", (ONE,))],
        id="principals: add, then remove",
    ),
    pytest.param({"allowed_principals": []}, found(), [("remove_principals", (ONE,))], id="nobody"),
    pytest.param(
        {"allowed_principals": [TWO], "purge_allowed_principals": False},
        found(),
        [("add_principals", (TWO,))],
        id="principals kept",
    ),
    pytest.param({}, found(tags={**FOUND.tags, "x": "1", "aws:y": "2"}), [("unset_tags", ["x"])], id="tag too many"),
    pytest.param({"purge_tags": False}, found(tags={**FOUND.tags, "x": "1"}), [], id="tags kept"),
    pytest.param({"tags": {**PARAMS["tags"], "x": 1}}, found(), [("set_tags", {"x": "1"})], id="tag too few"),
    pytest.param({"state": "absent"}, None, [], id="absent already"),
    pytest.param({"state": "absent"}, found(state="Deleting"), [], id="being deleted"),
    pytest.param({"state": "absent"}, found(state="Failed"), [("delete",)], id="failed, to be deleted"),
    pytest.param(
        {"state": "absent"},
        found(connections=connections("rejected", "deleted", "expired", "failed", "deleting")),
        [("delete",)],
        id="connections that do not hold",
    ),
    pytest.param(
        {"state": "absent", "force": True},
        found(connections=connections("available", "rejected", "pendingAcceptance", "pending", "partial")),
        [("reject", ("vpce-0", "vpce-2", "vpce-3", "vpce-4")), ("delete",)],
        id="rejected by force",
    ),
    pytest.param({"state": "absent", "force": True}, found(), [("delete",)], id="nothing to force"),
]


@pytest.mark.parametrize(("options", "current", "expected"), PLANS)
def test_plan(options, current, expected):
    made = plan(desired(**options), current)

    assert steps(made) == expected
    assert made.empty == (made.as_diff()["before"] == made.as_diff()["after"])


@pytest.mark.parametrize("state", ["available", "pendingAcceptance", "pending", "partial"])
def test_live_connections_keep_a_service(state):
    with pytest.raises(PrivateLinkError, match=rf"it has live connections: vpce-0 \({state}\)"):
        plan(desired(state="absent"), found(connections=connections(state)))


@pytest.mark.parametrize("arns", [None, []])
def test_nothing_to_publish(arns):
    with pytest.raises(PrivateLinkError, match="load_balancer_arns is empty"):
        plan(desired(load_balancer_arns=arns), None)


def test_unknown_balancer():
    made = plan(desired(load_balancer_arns=[None, "nlb-1"]), found())

    assert made.unknown == ("load_balancer_arns",)
    assert made.changes[0].why == "load_balancer_arns: (not known yet) wanted"


@pytest.mark.parametrize(
    "principal",
    ["*", ONE, "arn:aws-cn:iam::111111111111:user/x", "arn:aws:sts::111111111111:assumed-role/x/y"],
)
def test_principals(principal):
    assert desired(allowed_principals=[principal]).allowed_principals == (principal,)


@pytest.mark.parametrize("principal", ["", "111111111111", "root", "arn:aws:s3:::x", "**"])
def test_no_principals(principal):
    with pytest.raises(PrivateLinkError, match=r"allowed_principals\[1\]"):
        desired(allowed_principals=[ONE, principal])


@pytest.mark.parametrize(
    ("options", "current", "settled", "note"),
    [
        pytest.param({}, found(), True, "", id="available"),
        pytest.param({}, found(state="Pending"), False, "vpce-svc-1 is Pending", id="pending"),
        pytest.param({"wait": False}, found(state="Pending"), True, "vpce-svc-1 is Pending", id="not to wait"),
        pytest.param({"wait": False}, None, False, "made, but not seen yet", id="never unseen"),
        pytest.param({"state": "absent"}, None, True, "", id="gone"),
        pytest.param({"state": "absent"}, found(state="Deleted"), True, "", id="deleted, and still shown"),
        pytest.param({"state": "absent"}, found(state="Deleting"), False, "vpce-svc-1 is Deleting", id="deleting"),
        pytest.param(
            {"state": "absent", "wait": False}, found(state="Deleting"), True, "vpce-svc-1 is Deleting", id="unawaited"
        ),
    ],
)
def test_judge(options, current, settled, note):
    verdict = judge(desired(**options), current)

    assert (verdict.settled, verdict.note) == (settled, note)


def test_a_failed_service_is_not_waited_for():
    with pytest.raises(WaitError, match="vpce-svc-1 is Failed"):
        judge(desired(), found(state="Failed"))


def test_no_live_connections():
    assert no_live_connections(None).settled
    assert no_live_connections(found(connections=connections("rejected"))).settled
    verdict = no_live_connections(found(connections=connections("available")))
    assert not verdict.settled and verdict.note == "vpce-0 is available"


PRINCIPALS = st.none() | st.lists(st.sampled_from(["*", ONE, TWO]), unique=True)
OPTIONS = st.fixed_dictionaries(
    {
        "load_balancer_arns": st.lists(st.sampled_from(["nlb-1", "nlb-2", "nlb-3"]), min_size=1, unique=True),
        "acceptance_required": st.booleans(),
        "supported_ip_address_types": st.sampled_from([None, ["ipv4"], ["ipv4", "ipv6"]]),
        "allowed_principals": PRINCIPALS,
        "purge_allowed_principals": st.booleans(),
        "purge_tags": st.booleans(),
        "tags": st.dictionaries(st.sampled_from(["x", "y"]), st.just("1")).map(lambda tags: {**PARAMS["tags"], **tags}),
    }
)


@given(options=OPTIONS, before=OPTIONS)
def test_what_was_planned_leaves_nothing_to_do(options, before):
    current = replace(plan(desired(**before), None).after, service_id="vpce-svc-1", state="Available")
    first = plan(desired(**options), current)

    assert first.empty == (first.as_diff()["before"] == first.as_diff()["after"])
    assert plan(desired(**options), first.after).empty
    verbs = [change.verb for change in first.changes]
    assert verbs == sorted(verbs, key=lambda verb: verb in ("remove", "remove_principals"))
