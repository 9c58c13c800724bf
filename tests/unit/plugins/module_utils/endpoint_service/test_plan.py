"""(wanted, found) -> what is to be done about an endpoint service, without AWS."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import Connections
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.plan import (
    plan,
)
from unit.plugins.module_utils.endpoint_service.scenery import (
    BALANCER,
    FAR,
    FARTHER,
    FOUND,
    GATEWAY,
    HOME,
    NAME,
    ONE,
    OTHER_BALANCER,
    OTHER_NAME,
    OTHER_TOPIC,
    PARAMS,
    PAYER,
    TELL,
    TOPIC,
    TWO,
    connections,
    desired,
    dns,
    found,
    notification,
    steps,
)


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
