"""(wanted, found) -> what is to be done about an endpoint service, without AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import Connections
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import EndpointService
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.plan import (
    plan,
    removes_principals,
    to_reject,
)
from hypothesis import given
from hypothesis import strategies as st
from unit.plugins.module_utils.endpoint_service.scenery import (
    BALANCER,
    FAR,
    FARTHER,
    FOUND,
    HOME,
    NAME,
    ONE,
    OTHER_BALANCER,
    OTHER_NAME,
    OTHER_TOPIC,
    PARAMS,
    THREE,
    TOPIC,
    TWO,
    connections,
    desired,
    dns,
    found,
    notification,
)

PAYER = {"payer_responsibility": "ServiceOwner", "confirm_payer_responsibility": True}
GATEWAY = {"load_balancer_arns": (), "gateway_load_balancer_arns": (BALANCER,)}
TELL = {"topic_arn": TOPIC, "events": ["Accept"]}


def steps(made):
    return [(change.verb, dict(change.values)) for change in made.changes]


def added(**lists):
    return [("modify", {"values": {"add": lists}})]


def modified(**values):
    return [("modify", {"values": values})]


def removed(**lists):
    return [("remove", {"values": lists})]


PLANS = [
    pytest.param({}, found(), [], id="as wanted"),
    pytest.param({}, found(state="Pending"), [], id="pending is present"),
    pytest.param(
        {"load_balancer_arns": [OTHER_BALANCER]},
        found(),
        [*added(load_balancer_arns=(OTHER_BALANCER,)), *removed(load_balancer_arns=(BALANCER,))],
        id="balancers: add, then remove",
    ),
    pytest.param({"load_balancer_arns": [BALANCER]}, found(), [], id="balancers as they are"),
    pytest.param(
        {"gateway_load_balancer_arns": [OTHER_BALANCER]},
        found(**GATEWAY),
        [*added(gateway_load_balancer_arns=(OTHER_BALANCER,)), *removed(gateway_load_balancer_arns=(BALANCER,))],
        id="gateway balancers: add, then remove",
    ),
    pytest.param(
        {"supported_ip_address_types": ["ipv6", "ipv4"]},
        found(),
        added(supported_ip_address_types=("ipv6",)),
        id="address types",
    ),
    pytest.param({"supported_regions": [FAR]}, found(), added(supported_regions=(FAR,)), id="regions: its own stays"),
    pytest.param({"supported_regions": [HOME]}, found(), [], id="regions: its own alone"),
    pytest.param(
        {"supported_regions": []},
        found(regions={HOME: "Available", FAR: "Available"}),
        removed(supported_regions=(FAR,)),
        id="regions: none but its own",
    ),
    pytest.param(
        {"supported_regions": [FARTHER]},
        found(regions={HOME: "Available", FAR: "Pending"}),
        [*added(supported_regions=(FARTHER,)), *removed(supported_regions=(FAR,))],
        id="regions: add, then remove",
    ),
    pytest.param(
        {"supported_regions": [FAR]},
        found(regions={HOME: "Available", FAR: "Pending"}),
        [],
        id="regions: pending is present",
    ),
    pytest.param(
        {"supported_regions": [FAR]},
        found(regions={HOME: "Available", FAR: "Failed"}),
        [],
        id="regions: failed is present",
    ),
    pytest.param(
        {"supported_regions": [FAR]},
        found(regions={HOME: "Available", FAR: "Closed"}),
        added(supported_regions=(FAR,)),
        id="regions: closed is not present",
    ),
    pytest.param(
        {"supported_regions": []}, found(regions={HOME: "Available", FAR: "Closed"}), [], id="regions: closed stays so"
    ),
    pytest.param({}, found(regions={HOME: "Available", FAR: "Available"}), [], id="regions not given"),
    pytest.param({"acceptance_required": False}, found(), modified(acceptance_required=False), id="acceptance off"),
    pytest.param({}, found(acceptance_required=False), modified(acceptance_required=True), id="acceptance on"),
    pytest.param({"private_dns_name": NAME}, found(), modified(private_dns_name=NAME), id="private name"),
    pytest.param({"private_dns_name": NAME}, found(private_dns=dns()), [], id="private name as it is"),
    pytest.param(
        {"private_dns_name": OTHER_NAME},
        found(private_dns=dns()),
        modified(private_dns_name=OTHER_NAME),
        id="another private name",
    ),
    pytest.param(
        {"private_dns_name": ""}, found(private_dns=dns()), modified(private_dns_name=None), id="no private name"
    ),
    pytest.param({"private_dns_name": ""}, found(), [], id="no private name as it is"),
    pytest.param({}, found(private_dns=dns()), [], id="private name not given"),
    pytest.param(
        {"verify_private_dns": True}, found(private_dns=dns()), [("verify_private_dns", {})], id="to be verified"
    ),
    pytest.param(
        {"verify_private_dns": True, "private_dns_name": NAME},
        found(private_dns=dns(state="failed")),
        [("verify_private_dns", {})],
        id="to be verified again",
    ),
    pytest.param(
        {"verify_private_dns": True}, found(private_dns=dns(state="verified")), [], id="verified and to be so"
    ),
    pytest.param({}, found(private_dns=dns(state="verified")), [], id="verified, nothing said"),
    pytest.param(
        {"verify_private_dns": True, "private_dns_name": OTHER_NAME},
        found(private_dns=dns()),
        modified(private_dns_name=OTHER_NAME),
        id="a new name has no record yet to be verified",
    ),
    pytest.param(PAYER, found(), [("set_payer", {"payer": "ServiceOwner"})], id="payer"),
    pytest.param(PAYER, found(payer_responsibility="ServiceOwner"), [], id="payer as it is"),
    pytest.param(
        {"payer_responsibility": "ServiceOwner"},
        found(payer_responsibility="ServiceOwner"),
        [],
        id="payer as it is needs no confirmation",
    ),
    pytest.param({}, found(payer_responsibility="ServiceOwner"), [], id="payer not given"),
    pytest.param({"allowed_principals": [ONE, ONE]}, found(), [], id="principal said twice"),
    pytest.param(
        {"allowed_principals": [TWO]},
        found(),
        [("add_principals", {"principals": (TWO,)}), ("remove_principals", {"principals": (ONE,)})],
        id="principals: add, then remove",
    ),
    pytest.param(
        {"allowed_principals": []}, found(), [("remove_principals", {"principals": (ONE,)})], id="no principals"
    ),
    pytest.param(
        {"allowed_principals": [TWO], "purge_allowed_principals": False},
        found(),
        [("add_principals", {"principals": (TWO,)})],
        id="principals kept",
    ),
    pytest.param({}, found(allowed_principals=(ONE, TWO)), [], id="principals not given"),
    pytest.param(
        {}, found(load_balancer_zones=("a", "c", "d")), [("follow_zones", {})], id="a zone gained by a balancer"
    ),
    pytest.param({}, found(load_balancer_zones=("a",)), [], id="a zone lost by a balancer"),
    pytest.param({"follow_zones": False}, found(load_balancer_zones=("a", "d")), [], id="zones not to be followed"),
    pytest.param(
        {"connection_notifications": [TELL]},
        found(notifications=()),
        [("create_notification", {"notification": notification(number=None)})],
        id="notification",
    ),
    pytest.param(
        {"connection_notifications": [{**TELL, "events": ["Reject", "Accept"]}]},
        found(notifications=(notification(),)),
        [("modify_notification", {"notification": notification(TOPIC, "Accept", "Reject")})],
        id="other events",
    ),
    pytest.param(
        {"connection_notifications": [TELL]},
        found(notifications=(notification(), notification(OTHER_TOPIC, number=2))),
        [("delete_notifications", {"ids": ("vpce-nfn-2",)})],
        id="notification purged",
    ),
    pytest.param(
        {"connection_notifications": [TELL], "purge_connection_notifications": False},
        found(notifications=(notification(OTHER_TOPIC, number=2),)),
        [("create_notification", {"notification": notification(number=None)})],
        id="notification kept",
    ),
    pytest.param({"connection_notifications": [TELL]}, found(notifications=(notification(),)), [], id="notified"),
    pytest.param({}, found(notifications=(notification(),)), [], id="notifications not given"),
    pytest.param(
        {}, found(tags={**FOUND.tags, "x": "1", "aws:y": "2"}), [("unset_tags", {"keys": ["x"]})], id="tag too many"
    ),
    pytest.param({"purge_tags": False}, found(tags={**FOUND.tags, "x": "1"}), [], id="tags kept"),
    pytest.param({"tags": {**PARAMS["tags"], "x": 1}}, found(), [("set_tags", {"tags": {"x": "1"}})], id="tag too few"),
    pytest.param({"state": "absent"}, None, [], id="absent already"),
    pytest.param({"state": "absent"}, found(state="Deleting"), [], id="being deleted"),
    pytest.param({"state": "absent"}, found(state="Deleted"), [], id="deleted, and still shown"),
    pytest.param({"state": "absent"}, found(state="Failed"), [("delete", {})], id="failed, to be deleted"),
    pytest.param(
        {"state": "absent"},
        found(connections=connections("rejected", "deleted", "expired", "failed", "deleting")),
        [("delete", {})],
        id="connections that do not hold",
    ),
    pytest.param(
        {"state": "absent", "force": True},
        found(connections=connections("available", "rejected", "pendingAcceptance", "pending", "partial")),
        [("reject", {"endpoint_ids": ("vpce-0", "vpce-2", "vpce-3", "vpce-4")}), ("delete", {})],
        id="rejected by force",
    ),
    pytest.param({"state": "absent", "force": True}, found(), [("delete", {})], id="nothing to force"),
    pytest.param(
        {"state": "absent"},
        found(notifications=(notification(), notification(OTHER_TOPIC, number=2)), connections=Connections()),
        [("delete_notifications", {"ids": ("vpce-nfn-1", "vpce-nfn-2")}), ("delete", {})],
        id="notifications go with it",
    ),
    pytest.param({"state": "absent", **PAYER, "confirm_payer_responsibility": False}, None, [], id="absent: no payer"),
]


@pytest.mark.parametrize(("options", "current", "expected"), PLANS)
def test_plan(options, current, expected):
    made = plan(desired(**options), current)

    assert steps(made) == expected
    assert made.empty == (made.as_diff()["before"] == made.as_diff()["after"])
    assert all(change.target == "endpoint service door" for change in made.changes)
    assert made.unknown == ()


CREATIONS = [
    pytest.param({}, None, [], {}, id="nothing there"),
    pytest.param({}, found(state="Deleting"), [], {}, id="deleting is not present"),
    pytest.param({}, found(state="Deleted"), [], {}, id="deleted is not present"),
    pytest.param(
        {"allowed_principals": [TWO, ONE]},
        None,
        [("add_principals", {"principals": (ONE, TWO)})],
        {"allowed_principals": [ONE, TWO]},
        id="principals",
    ),
    pytest.param(
        {"acceptance_required": False, "private_dns_name": NAME, "supported_regions": [FAR]},
        None,
        [],
        {"acceptance_required": False, "private_dns_name": NAME, "supported_regions": [HOME, FAR]},
        id="said in the creation itself",
    ),
    pytest.param(
        {"supported_ip_address_types": ["ipv6"], "tags": {**PARAMS["tags"], "x": "1"}},
        None,
        [],
        {"supported_ip_address_types": ["ipv6"], "tags": {**FOUND.tags, "x": "1"}},
        id="said in the creation itself too",
    ),
    pytest.param(
        {"verify_private_dns": True, "private_dns_name": NAME},
        None,
        [],
        {"private_dns_name": NAME},
        id="no record to verify yet",
    ),
    pytest.param(
        PAYER, None, [("set_payer", {"payer": "ServiceOwner"})], {"payer_responsibility": "ServiceOwner"}, id="payer"
    ),
    pytest.param(
        {"connection_notifications": [TELL]},
        None,
        [("create_notification", {"notification": notification(number=None)})],
        {"connection_notifications": [{"topic_arn": TOPIC, "events": ["Accept"]}]},
        id="notification",
    ),
    pytest.param(
        {"load_balancer_arns": None, "gateway_load_balancer_arns": [BALANCER]},
        None,
        [],
        {"load_balancer_arns": [], "gateway_load_balancer_arns": [BALANCER]},
        id="gateway balancer",
    ),
]
MADE = {
    "name": "door",
    "acceptance_required": True,
    "load_balancer_arns": [BALANCER],
    "gateway_load_balancer_arns": [],
    "supported_ip_address_types": ["ipv4"],
    "supported_regions": [HOME],
    "allowed_principals": [],
    "availability_zones": [],
    "private_dns_name": None,
    "private_dns_verified": False,
    "payer_responsibility": None,
    "connection_notifications": None,
    "tags": {"Name": "door", "privatelink:link": "tokyo"},
}


@pytest.mark.parametrize(("options", "current", "more", "after"), CREATIONS)
def test_creation(options, current, more, after):
    made = plan(desired(**{"load_balancer_arns": [BALANCER], **options}), current)

    assert steps(made) == [("create", {}), *more]
    assert made.changes[0].as_dict() == {
        "verb": "create",
        "target": "endpoint service door",
        "why": "there is none with our tags",
    }
    assert made.as_diff() == {"before": {}, "after": {**MADE, **after}}
    assert (made.after.private_dns is None) is (after.get("private_dns_name") is None)


@pytest.mark.parametrize(
    ("options", "current", "why"),
    [
        pytest.param(
            {"load_balancer_arns": [OTHER_BALANCER], "supported_ip_address_types": ["ipv6"]},
            found(),
            [
                f"load_balancer_arns: {OTHER_BALANCER} wanted; supported_ip_address_types: ipv6 wanted",
                f"load_balancer_arns: {BALANCER} not wanted; supported_ip_address_types: ipv4 not wanted",
            ],
            id="lists",
        ),
        pytest.param(
            {"acceptance_required": False, "private_dns_name": NAME, "supported_regions": [FAR]},
            found(),
            [
                f"supported_regions: {FAR} wanted; acceptance_required is True, wanted False; "
                f"private_dns_name is None, wanted {NAME}"
            ],
            id="one call, all reasons",
        ),
        pytest.param(
            {"acceptance_required": False, "private_dns_name": ""},
            found(private_dns=dns()),
            [f"acceptance_required is True, wanted False; private_dns_name is {NAME}, wanted None"],
            id="no list",
        ),
        pytest.param(
            {"verify_private_dns": True},
            found(private_dns=dns(state="failed")),
            [f"private_dns_name: {NAME} is failed"],
            id="verification",
        ),
        pytest.param(
            {"allowed_principals": [TWO, THREE]},
            found(),
            [f"allowed_principals: {TWO}, {THREE} wanted", f"allowed_principals: {ONE} not wanted"],
            id="principals",
        ),
        pytest.param(PAYER, found(), ["payer_responsibility: ServiceOwner wanted, for ever"], id="payer"),
        pytest.param(
            {},
            found(load_balancer_zones=("a", "d", "e")),
            ["availability_zones: its load balancers have d, e too"],
            id="zones",
        ),
        pytest.param(
            {"tags": {**PARAMS["tags"], "x": "1", "z": "2"}},
            found(tags={**FOUND.tags, "y": "1"}),
            ["tags: x, z wanted", "tags: y not wanted"],
            id="tags",
        ),
        pytest.param(
            {
                "connection_notifications": [
                    {"topic_arn": TOPIC, "events": ["Delete"]},
                    {"topic_arn": f"{TOPIC}-2", "events": ["Reject", "Connect"]},
                ]
            },
            found(notifications=(notification(), notification(OTHER_TOPIC, number=2))),
            [
                f"connection_notifications: Connect, Reject to {TOPIC}-2 wanted",
                f"connection_notifications: Delete to {TOPIC} wanted",
                f"connection_notifications: {OTHER_TOPIC}, not wanted",
            ],
            id="notifications",
        ),
        pytest.param(
            {"state": "absent", "force": True},
            found(connections=connections("available", "pending"), notifications=(notification(),)),
            [
                "live connections: vpce-0, vpce-1, the service is not wanted",
                f"connection_notifications: {TOPIC}, the service is not wanted",
                "not wanted",
            ],
            id="absent",
        ),
        pytest.param(
            {"allowed_principals": [], "reject_on_principal_removal": True},
            found(connections=connections("available")),
            [
                "live connections: vpce-0, nobody admits their account any more",
                f"allowed_principals: {ONE} not wanted",
            ],
            id="rejection",
        ),
    ],
)
def test_why(options, current, why):
    assert [change.why for change in plan(desired(**options), current).changes] == why


def test_principal_removed_and_its_connections_rejected_first():
    """FIELD A2: existing connections stay up when a principal is removed. Killed in between, the next run goes on."""
    current = found(allowed_principals=(ONE, TWO), connections=connections("available", "rejected", "pending"))
    made = plan(desired(allowed_principals=[TWO], reject_on_principal_removal=True), current)

    assert steps(made) == [
        ("reject", {"endpoint_ids": ("vpce-0", "vpce-2")}),
        ("remove_principals", {"principals": (ONE,)}),
    ]


@pytest.mark.parametrize(
    ("options", "current"),
    [
        pytest.param({}, found(connections=connections("available")), id="not asked to reject"),
        pytest.param(
            {"reject_on_principal_removal": True, "allowed_principals": [THREE]},
            found(connections=connections("available", owner="2" * 12)),
            id="the provider's own account",
        ),
        pytest.param({"reject_on_principal_removal": True}, found(connections=None), id="no connections"),
        pytest.param(
            {"reject_on_principal_removal": True, "allowed_principals": ["*"]},
            found(connections=connections("available")),
            id="everybody is admitted",
        ),
    ],
)
def test_principal_removed_and_nobody_rejected(options, current):
    made = plan(desired(**{"allowed_principals": [TWO], **options}), current)

    assert "reject" not in [change.verb for change in made.changes]
    assert made.changes[-1].verb == "remove_principals"


def test_nothing_is_rejected_where_no_principal_is_removed():
    current = found(connections=connections("available", owner="9" * 12))
    wanted = desired(allowed_principals=[ONE, TWO], reject_on_principal_removal=True)

    assert [change.verb for change in plan(wanted, current).changes] == ["add_principals"]
    assert to_reject(current, [ONE]) == ("vpce-0",)


@pytest.mark.parametrize(
    ("options", "removes"),
    [
        ({}, False),
        ({"allowed_principals": [ONE]}, False),
        ({"allowed_principals": [TWO]}, True),
        ({"allowed_principals": []}, True),
        ({"allowed_principals": [TWO], "purge_allowed_principals": False}, False),
    ],
)
def test_removes_principals(options, removes):
    assert removes_principals(desired(**options), FOUND) is removes


def refusal(wanted, current):
    with pytest.raises(PrivateLinkError) as error:
        plan(wanted, current)
    return error.value.message


@pytest.mark.parametrize("state", ["available", "pendingAcceptance", "pending", "partial"])
def test_live_connections_keep_a_service(state):
    """FIELD A2: DeleteVpcEndpointServiceConfigurations is refused with ExistingVpcEndpointConnections."""
    assert refusal(desired(state="absent"), found(connections=connections(state, "rejected", state))) == (
        f"endpoint service door: it has live connections: vpce-0 ({state}), vpce-2 ({state}); allowed: none when it is "
        "deleted; delete these endpoints first, or set force: true to reject them"
    )


def test_nothing_to_publish():
    assert refusal(desired(), None) == (
        "endpoint service door: it does not exist, and nothing is given to publish; allowed: load_balancer_arns, or "
        "gateway_load_balancer_arns"
    )


@pytest.mark.parametrize("current", [None, found(), found(state="Deleting", payer_responsibility="ServiceOwner")])
def test_the_payer_is_for_ever_and_needs_a_confirmation(current):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePayerResponsibility.html"""
    assert refusal(desired(payer_responsibility="ServiceOwner"), current) == (
        "payer_responsibility: ServiceOwner, which AWS never takes back, and no confirmation; allowed: "
        "confirm_payer_responsibility: true beside it; the provider then pays for all endpoints of the service, and "
        "only a new service can undo it"
    )


@pytest.mark.parametrize(
    ("options", "current"),
    [
        pytest.param({"load_balancer_arns": [BALANCER]}, None, id="nothing there"),
        pytest.param({}, found(), id="no name there"),
        pytest.param({"private_dns_name": ""}, found(private_dns=dns()), id="name to be removed"),
    ],
)
def test_no_name_to_verify(options, current):
    assert refusal(desired(verify_private_dns=True, **options), current) == (
        "verify_private_dns: a service without a private DNS name; allowed: private_dns_name: a domain name beside it"
    )


@pytest.mark.parametrize(
    ("option", "current", "kind"),
    [
        pytest.param("gateway_load_balancer_arns", found(), "Network", id="network to gateway"),
        pytest.param("load_balancer_arns", found(**GATEWAY), "Gateway", id="gateway to network"),
    ],
)
def test_the_type_of_a_service_cannot_be_changed(option, current, kind):
    assert refusal(desired(**{option: [BALANCER]}), current) == (
        f"endpoint service door: it publishes {kind} Load Balancers; allowed: {kind} Load Balancers: the type of a "
        "service cannot be changed; delete it (state: absent) and make it again, or give the new one another name"
    )


@pytest.mark.parametrize("option", ["load_balancer_arns", "gateway_load_balancer_arns"])
def test_unknown_balancer(option):
    current = found() if option == "load_balancer_arns" else found(**GATEWAY)
    made = plan(desired(**{option: [None, BALANCER]}), current)

    assert made.unknown == (option,)
    assert made.changes[0].why == f"{option}: (not known yet) wanted"
    assert plan(desired(**{option: [None]}), None).unknown == (option,)


def test_what_stays_is_forecast_as_it_is():
    regions = {HOME: "Available", FAR: "Failed", FARTHER: "Closed"}
    kept = notification(OTHER_TOPIC, number=2)
    wanted = {"connection_notifications": [TELL], "purge_connection_notifications": False}
    untouched = plan(desired(**wanted), found(regions=regions, notifications=(kept,))).after
    asked_for = plan(desired(supported_regions=[FAR]), found(regions=regions)).after

    assert untouched.regions == regions and kept in untouched.notifications
    assert asked_for.regions == {HOME: "Available", FAR: "Failed"}


def test_the_zones_that_will_be_offered_are_forecast():
    made = plan(desired(), found(load_balancer_zones=("b", "a")))

    assert made.as_diff()["after"]["availability_zones"] == ["a", "b", "c"]


def some(*values):
    return st.none() | st.lists(st.sampled_from(values), min_size=1, unique=True)


OPTIONS = st.fixed_dictionaries(
    {
        "load_balancer_arns": st.lists(st.sampled_from([BALANCER, OTHER_BALANCER]), min_size=1, unique=True),
        "acceptance_required": st.booleans(),
        "supported_ip_address_types": some("ipv4", "ipv6"),
        "supported_regions": some(HOME, FAR, FARTHER),
        "private_dns_name": st.sampled_from([None, "", NAME, OTHER_NAME]),
        "allowed_principals": st.none() | st.lists(st.sampled_from(["*", ONE, TWO]), unique=True),
        "purge_allowed_principals": st.booleans(),
        "reject_on_principal_removal": st.booleans(),
        "connection_notifications": st.none()
        | st.lists(
            st.fixed_dictionaries(
                {
                    "topic_arn": st.sampled_from([TOPIC, OTHER_TOPIC]),
                    "events": st.lists(st.sampled_from(["Accept", "Reject"]), min_size=1),
                }
            ),
            unique_by=lambda one: one["topic_arn"],
        ),
        "purge_connection_notifications": st.booleans(),
        "purge_tags": st.booleans(),
        "tags": st.dictionaries(st.sampled_from(["x", "y"]), st.just("1")).map(lambda tags: {**PARAMS["tags"], **tags}),
    }
)
CLOSING = ("reject", "remove_principals", "remove")


def as_aws_has_it(planned: EndpointService) -> EndpointService:
    numbered = enumerate(planned.notifications or ())
    return replace(
        planned,
        service_id="vpce-svc-1",
        state="Available",
        notifications=tuple(replace(one, notification_id=f"vpce-nfn-{number}") for number, one in numbered),
        private_dns=dns(planned.private_dns_name) if planned.private_dns_name else None,
        connections=connections("available", "rejected"),
    )


@given(options=OPTIONS, before=OPTIONS)
def test_what_was_planned_leaves_nothing_to_do(options, before):
    current = as_aws_has_it(plan(desired(**before), None).after)
    first = plan(desired(**options), current)

    assert first.empty == (first.as_diff()["before"] == first.as_diff()["after"])
    assert plan(desired(**options), as_aws_has_it(first.after)).empty
    verbs = [change.verb for change in first.changes]
    assert verbs == sorted(verbs, key=lambda verb: verb in CLOSING)
