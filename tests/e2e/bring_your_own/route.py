"""The route to our gateway endpoint for S3, which EC2 itself puts into their route tables."""

from __future__ import annotations

from typing import Any

from e2e import sandbox


def taken_out(told: dict[str, Any]) -> dict[str, Any]:
    """The snapshot of theirs without it. Raises AssertionError when their tables lead to another endpoint, too."""
    tables = told["isolated"]["RouteTables"]
    found = {route["GatewayId"] for table in tables for route in table["Routes"] if _leads_to_an_endpoint(route)}
    if found != {_gateway()}:
        raise AssertionError(f"their tables lead to {found}")
    rest = [{**table, "Routes": [one for one in table["Routes"] if not _leads_to_an_endpoint(one)]} for table in tables]
    return {**told, "isolated": {**told["isolated"], "RouteTables": rest}}


def _leads_to_an_endpoint(route: dict[str, Any]) -> bool:
    return route.get("GatewayId", "").startswith("vpce-")


def _gateway() -> str:
    ours = {"tag:privatelink:link": sandbox.LINK, "vpc-endpoint-type": "Gateway"}
    filters = [{"Name": name, "Values": [value]} for name, value in ours.items()]
    (one,) = sandbox.client("isolated", "ec2").describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
    return one["VpcEndpointId"]
