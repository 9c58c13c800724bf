"""An endpoint service, and endpoints of the other account that ask to connect to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from unit.plugins.modules.endpoint_connection.scenery import CONSUMER, MINE, PROVIDER, TAGS, rigs


@pytest.fixture
def service(run, balancer_arn) -> dict[str, Any]:
    options = {"load_balancer_arns": [balancer_arn(PROVIDER, "tokyo-inbound")], "allowed_principals": ["*"]}
    return run("endpoint_service", PROVIDER, name="tokyo-inbound", tags=TAGS, **options)["endpoint_service"]


@pytest.fixture
def endpoint(cloud, network, service) -> Callable[..., str]:
    """endpoint(owner=OTHERS) -> the id of a new one that waits to be accepted."""
    there, ec2 = network(CONSUMER), cloud.client("ec2", CONSUMER)

    def make(owner: str = MINE) -> str:
        made = ec2.create_vpc_endpoint(
            VpcId=there.vpc_id,
            VpcEndpointType="Interface",
            ServiceName=service["service_name"],
            SubnetIds=there.subnet_ids,
            SecurityGroupIds=there.security_group_ids,
        )["VpcEndpoint"]["VpcEndpointId"]
        rigs(made).account_id = owner
        return made

    return make


@pytest.fixture
def connections(cloud, service) -> Callable[[], dict[str, dict[str, Any]]]:
    """By endpoint id, as AWS itself tells the provider."""

    def look() -> dict[str, dict[str, Any]]:
        wanted = [{"Name": "service-id", "Values": [service["service_id"]]}]
        found = cloud.client("ec2", PROVIDER).describe_vpc_endpoint_connections(Filters=wanted)
        return {one["VpcEndpointId"]: one for one in found["VpcEndpointConnections"]}

    return look


@pytest.fixture
def states(connections) -> Callable[[], dict[str, str]]:
    return lambda: {key: one["VpcEndpointState"] for key, one in connections().items()}


@pytest.fixture
def tag(cloud, connections) -> Callable[..., None]:
    """As only the provider can: on the connection, not on the endpoint."""

    def put(endpoint_id: str, **tags: str) -> None:
        connection = connections()[endpoint_id]["VpcEndpointConnectionId"]
        entries = [{"Key": key, "Value": value} for key, value in tags.items()]
        cloud.client("ec2", PROVIDER).create_tags(Resources=[connection], Tags=entries)

    return put
