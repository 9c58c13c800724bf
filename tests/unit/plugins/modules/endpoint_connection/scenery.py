"""Names that the tests of this folder share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rig.control.ec2 import backends

MODULE, PROVIDER, CONSUMER = "endpoint_connection", "isolated", "public"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
MINE, OTHERS = "111111111111", "333333333333"
LIST, ACCEPT, REJECT = "DescribeVpcEndpointConnections", "AcceptVpcEndpointConnections", "RejectVpcEndpointConnections"
SERVICES, PAY = "DescribeVpcEndpointServiceConfigurations", "ModifyVpcEndpointPayerResponsibility"
PAID = "vpc-endpoint-service-account"
GHOST = "vpce-0123456789abcdef0"


def rigs(endpoint_id: str) -> Any:
    """The sandbox's own endpoint: what AWS would do to it by itself is done here."""
    return next(one for one in backends.endpoints() if one.id == endpoint_id)


def crowd(endpoint_id: str, region: str, size: int = 1000) -> None:
    """So many more like this one, available; made by AWS's quota of 50 a VPC they would need twenty VPCs."""
    model, home = rigs(endpoint_id), backends.of(MINE, region)
    for number in range(size):
        one = replace(model, id=f"vpce-{number:017x}", connection_id=f"vpce-con-{number:017x}", state="available")
        home.endpoints[one.id] = one


def shown(result: dict[str, Any]) -> list[tuple[str | None, str]]:
    """(endpoint id, state) of the connections that a result tells."""
    return [(one["endpoint_id"], one["state"]) for one in result["endpoint_connections"]]
