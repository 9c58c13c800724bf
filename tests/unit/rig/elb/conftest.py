from __future__ import annotations

import pytest
from unit.rig.elb.fleet import LOG_GROUP, Fleet
from unit.rig.elb.proxies import Proxies, encoded
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


@pytest.fixture
def proxies(autoscaling, ec2, balancing, network, cloud) -> Proxies:
    iam = cloud.client("isolated", "iam")
    iam.create_role(RoleName="proxy-role", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="proxy")
    iam.add_role_to_instance_profile(InstanceProfileName="proxy", RoleName="proxy-role")
    check = {"HealthCheckProtocol": "HTTP", "HealthCheckPort": "8080", "HealthCheckPath": "/healthz"}
    group = balancing.target_group("proxies", "instance", "TCP", 3128, **check)
    balancing.listener(balancing.balancer("outbound", "network"), 3128, "TCP", forward(group))
    data = {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "t3.micro",
        "UserData": encoded("#!/bin/bash\necho 1"),
        "SecurityGroupIds": [network.group_id],
        "IamInstanceProfile": {"Name": "proxy"},
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "privatelink:link", "Value": "tokyo"}]}],
    }
    made = ec2.create_launch_template(LaunchTemplateName="proxies", LaunchTemplateData=data)["LaunchTemplate"]
    return Proxies(autoscaling, ec2, made["LaunchTemplateId"], group)


@pytest.fixture
def running(proxies, network, plane) -> Proxies:
    proxies.create(network)
    plane.round(5)
    assert proxies.states() == ["InService", "InService"]
    return proxies
