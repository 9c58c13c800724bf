"""Names that the tests of this folder share."""

from __future__ import annotations

from typing import Any

MODULE, HERE = "endpoint_service", "isolated"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
PUBLIC, OTHER = "arn:aws:iam::111111111111:root", "arn:aws:iam::333333333333:root"
HOME, FAR = "ap-northeast-1", "eu-west-1"
NAME = "orders.tokyo.twoway.example"
TOPIC, OTHER_TOPIC = (f"arn:aws:sns:{HOME}:222222222222:{name}" for name in ("endpoints", "others"))

LIST, PRINCIPALS = "DescribeVpcEndpointServiceConfigurations", "DescribeVpcEndpointServicePermissions"
ZONES, NOTIFICATIONS = "DescribeLoadBalancers", "DescribeVpcEndpointConnectionNotifications"
CONNECTIONS = "DescribeVpcEndpointConnections"
NOTHING_TO_DO = [LIST, PRINCIPALS, ZONES]

CREATE, DELETE = "CreateVpcEndpointServiceConfiguration", "DeleteVpcEndpointServiceConfigurations"
MODIFY, PERMIT = "ModifyVpcEndpointServiceConfiguration", "ModifyVpcEndpointServicePermissions"
PAY, VERIFY = "ModifyVpcEndpointServicePayerResponsibility", "StartVpcEndpointServicePrivateDnsVerification"
NOTIFY, RENOTIFY = "CreateVpcEndpointConnectionNotification", "ModifyVpcEndpointConnectionNotification"
UNNOTIFY, REJECT = "DeleteVpcEndpointConnectionNotifications", "RejectVpcEndpointConnections"

PAYER = {"payer_responsibility": "ServiceOwner", "confirm_payer_responsibility": True}
TELL = {"topic_arn": TOPIC, "events": ["Accept", "Connect"]}
FULL = {
    "supported_regions": [FAR],
    "supported_ip_address_types": ["ipv4", "ipv6"],
    "private_dns_name": NAME,
    "connection_notifications": [TELL],
    **PAYER,
}


def only_gateways(options, arn):
    rest = {key: value for key, value in options.items() if key != "load_balancer_arns"}
    return {**rest, "gateway_load_balancer_arns": [arn]}


def forecast_holds(result: dict[str, Any], forecast: dict[str, Any]) -> None:
    """A real run did what the check run said it would, and AWS then has what the difference showed."""
    for key in ("changed", "diff", "actions"):
        _same(key, result[key], forecast[key])
    after, service = dict(result["diff"]["after"]), dict(result["endpoint_service"])
    proof = service["private_dns_verification"] or {}
    _same("private_dns_verified", proof.get("state") == "verified", after.pop("private_dns_verified"))
    if service["connection_notifications"]:
        shown = ("topic_arn", "events")
        told = [{key: one[key] for key in shown} for one in service["connection_notifications"]]
        service["connection_notifications"] = told
    if not result["diff"]["before"]:
        after.pop("availability_zones")  # AWS tells them afterwards
    _same("what AWS has", {key: service[key] for key in after}, after)


def _same(what: str, found: Any, foretold: Any) -> None:
    if found != foretold:
        raise AssertionError(f"{what}: {found}, foretold was {foretold}")
