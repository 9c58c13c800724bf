"""Networks and services that the tests of this folder start from."""

from __future__ import annotations

from typing import Any

import pytest
from unit.rig.ec2.scenery import Network, admit, make_load_balancer, make_network


@pytest.fixture
def provider(cloud) -> Any:
    return cloud.client("isolated", "ec2")


@pytest.fixture
def consumer(cloud) -> Any:
    return cloud.client("public", "ec2")


@pytest.fixture
def provider_network(provider) -> Network:
    return make_network(provider)


@pytest.fixture
def consumer_network(consumer) -> Network:
    return make_network(consumer)


@pytest.fixture
def load_balancer_arn(cloud, provider_network) -> str:
    return make_load_balancer(cloud.client("isolated", "elbv2"), provider_network)


@pytest.fixture
def service(cloud, provider, load_balancer_arn) -> dict[str, Any]:
    """An endpoint service of the isolated account that admits the public one and must accept each endpoint."""
    made = provider.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[load_balancer_arn])
    service = made["ServiceConfiguration"]
    admit(provider, service, f"arn:aws:iam::{cloud.account('public').id}:root")
    return service
