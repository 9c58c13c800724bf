"""One service that is as it should be, and tasks that differ from it by what a test says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    Connection,
    Connections,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import EndpointService
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.notifications import Notification
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.private_dns import PrivateDns
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.wish import Desired

HOME, FAR, FARTHER = "ap-northeast-1", "eu-west-1", "us-east-1"
ONE, TWO, THREE = (f"arn:aws:iam::{digit * 12}:root" for digit in "123")
BALANCER = f"arn:aws:elasticloadbalancing:{HOME}:222222222222:loadbalancer/net/one/0123456789abcdef"
OTHER_BALANCER = f"arn:aws:elasticloadbalancing:{HOME}:222222222222:loadbalancer/net/two/0123456789abcdef"
TOPIC, OTHER_TOPIC = (f"arn:aws:sns:{HOME}:222222222222:{name}" for name in ("endpoints", "others"))
NAME, OTHER_NAME = "orders.tokyo.twoway.example", "stock.tokyo.twoway.example"

PARAMS = {
    "name": "door",
    "load_balancer_arns": None,
    "gateway_load_balancer_arns": None,
    "follow_zones": True,
    "acceptance_required": True,
    "supported_ip_address_types": None,
    "supported_regions": None,
    "private_dns_name": None,
    "verify_private_dns": False,
    "payer_responsibility": None,
    "confirm_payer_responsibility": False,
    "allowed_principals": None,
    "purge_allowed_principals": True,
    "reject_on_principal_removal": False,
    "connection_notifications": None,
    "purge_connection_notifications": True,
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
    load_balancer_arns=(BALANCER,),
    supported_ip_address_types=("ipv4",),
    regions={HOME: "Available"},
    allowed_principals=(ONE,),
    tags={"privatelink:link": "tokyo", "Name": "door"},
    service_id="vpce-svc-1",
    service_name="com.amazonaws.vpce.x.vpce-svc-1",
    service_type="Interface",
    state="Available",
    availability_zones=("a", "c"),
)


def desired(**options: Any) -> Desired:
    return Desired.from_params({**PARAMS, **options}, region=HOME)


def found(**changes: Any) -> EndpointService:
    return replace(FOUND, **changes)


def connections(*states: str, owner: str | None = "1" * 12) -> Connections:
    made = (Connection(endpoint_id=f"vpce-{n}", state=state, owner_id=owner) for n, state in enumerate(states))
    return Connections.of(made)


def dns(name: str = NAME, state: str | None = "pendingVerification") -> PrivateDns:
    return PrivateDns(name=name, state=state, record_type="TXT", record_label="_proof", record_value="vpce:secret")


def notification(topic: str = TOPIC, *events: str, number: int | None = 1) -> Notification:
    known = None if number is None else f"vpce-nfn-{number}"
    return Notification(topic_arn=topic, events=events or ("Accept",), notification_id=known)


PAYER = {"payer_responsibility": "ServiceOwner", "confirm_payer_responsibility": True}
GATEWAY = {"load_balancer_arns": (), "gateway_load_balancer_arns": (BALANCER,)}
TELL = {"topic_arn": TOPIC, "events": ["Accept"]}


def steps(made: Plan) -> list[tuple[str, dict[str, Any]]]:
    return [(change.verb, dict(change.values)) for change in made.changes]
