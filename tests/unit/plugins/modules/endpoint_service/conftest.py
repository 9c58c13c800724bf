"""A published load balancer, and an endpoint of the other account that is connected to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rig.control.ec2 import load_balancers
from unit.plugins.modules.endpoint_service.scenery import HERE, MODULE, PUBLIC, TAGS


@pytest.fixture
def options(balancer_arn) -> dict[str, Any]:
    return {
        "name": "tokyo-inbound",
        "load_balancer_arns": [balancer_arn(HERE, "tokyo-inbound")],
        "allowed_principals": [PUBLIC],
        "tags": {**TAGS, "team": "links"},
    }


@pytest.fixture
def service(run, options) -> dict[str, Any]:
    return run(MODULE, HERE, **options)["endpoint_service"]


@pytest.fixture
def gateway_arn(balancer_arn) -> Callable[[str], str]:
    """gateway_arn("name") -> a Gateway Load Balancer; saying that it is one is all that EC2 looks at here."""

    def make(name: str) -> str:
        arn = balancer_arn(HERE, name)
        load_balancers.find(arn).type = "gateway"
        return arn

    return make


@pytest.fixture
def connect(run, network, service) -> Callable[..., str]:
    """connect("name", accept=True) -> the id of a new endpoint of the public account."""
    there = network("public")

    def make(name: str, accept: bool = True) -> str:
        made = run(
            "interface_endpoint",
            "public",
            name=name,
            vpc_id=there.vpc_id,
            service_name=service["service_name"],
            subnet_ids=there.subnet_ids,
            security_group_ids=there.security_group_ids,
            tags={"privatelink:link": "tokyo", "privatelink:side": "public"},
        )["interface_endpoint"]["endpoint_id"]
        if accept:
            run("endpoint_connection", HERE, service_id=service["service_id"], endpoint_ids=[made])
        return made

    return make


@pytest.fixture
def state_of(cloud, service) -> Callable[[str], str]:
    """state_of(endpoint id) -> as the provider sees it, asked of AWS itself."""

    def look(endpoint_id: str) -> str:
        wanted = [{"Name": "service-id", "Values": [service["service_id"]]}]
        found = cloud.client("ec2", HERE).describe_vpc_endpoint_connections(Filters=wanted)["VpcEndpointConnections"]
        return next(one["VpcEndpointState"] for one in found if one["VpcEndpointId"] == endpoint_id)

    return look


@pytest.fixture
def described(cloud) -> Callable[[], dict[str, Any]]:
    """The one service that there is, as AWS describes it."""

    def look() -> dict[str, Any]:
        [found] = cloud.client("ec2", HERE).describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
        return found

    return look
