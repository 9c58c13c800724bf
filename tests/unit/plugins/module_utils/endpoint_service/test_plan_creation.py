"""What is to be done where there is no endpoint service yet; and that what was done leaves nothing to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import EndpointService
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.plan import (
    plan,
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
