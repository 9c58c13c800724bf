from __future__ import annotations

import pytest
from unit.rig.elb.scenery import Balancing, Measured, Network, make_network


@pytest.fixture
def ec2(cloud):
    return cloud.client("isolated", "ec2")


@pytest.fixture
def elbv2(cloud):
    return cloud.client("isolated", "elbv2")


@pytest.fixture
def ecs(cloud):
    return cloud.client("isolated", "ecs")


@pytest.fixture
def autoscaling(cloud):
    return cloud.client("isolated", "autoscaling")


@pytest.fixture
def network(ec2) -> Network:
    return make_network(ec2)


@pytest.fixture
def balancing(elbv2, network) -> Balancing:
    return Balancing(elbv2, network)


@pytest.fixture
def plane(cloud) -> Measured:
    return Measured(cloud)
