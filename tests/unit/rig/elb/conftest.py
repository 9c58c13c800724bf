from __future__ import annotations

import pytest
from unit.rig.elb.fleet import LOG_GROUP, Fleet
from unit.rig.elb.scenery import Balancing, Measured, Network, forward, make_network


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


@pytest.fixture
def fleet(ecs, balancing, cloud) -> Fleet:
    """An empty cluster, a log group, and a target group behind an active load balancer."""
    target_group = balancing.target_group("orders")
    balancing.listener(balancing.balancer("services", "application"), 80, "HTTP", forward(target_group))
    ecs.create_cluster(clusterName="tokyo")
    cloud.client("isolated", "logs").create_log_group(logGroupName=LOG_GROUP)
    return Fleet(ecs, balancing, target_group)
