"""Why each change of an endpoint service is made, and what is refused, in words."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.plan import (
    plan,
)
from unit.plugins.module_utils.endpoint_service.scenery import (
    BALANCER,
    FAR,
    FOUND,
    GATEWAY,
    NAME,
    ONE,
    OTHER_BALANCER,
    OTHER_TOPIC,
    PARAMS,
    PAYER,
    THREE,
    TOPIC,
    TWO,
    connections,
    desired,
    dns,
    found,
    notification,
)


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
