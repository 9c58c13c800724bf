"""group_addresses_info: where something is that has a security group."""

from __future__ import annotations

import pytest

MODULE, ACCOUNT = "group_addresses_info", "isolated"


@pytest.fixture
def ec2(cloud):
    return cloud.client("ec2", ACCOUNT)


@pytest.fixture
def group(ec2, site):
    """A group that nothing has, in the VPC of the site."""
    return ec2.create_security_group(GroupName="tasks", Description="tasks", VpcId=site.vpc_id)["GroupId"]


def stand(ec2, site, group: str) -> str:
    made = ec2.create_network_interface(SubnetId=site.subnet_ids[0], Groups=[group])
    return made["NetworkInterface"]["PrivateIpAddress"]


def test_nothing_has_it(run, group):
    result = run(MODULE, ACCOUNT, security_group_id=group)

    assert result["addresses"] == [] and not result["changed"]


def test_as_many_as_are_enough(run, ec2, site, group):
    stand(ec2, site, site.security_group_ids[0])
    addresses = {stand(ec2, site, group) for _time in range(7)}

    assert len(run(MODULE, ACCOUNT, security_group_id=group)["addresses"]) == 1
    assert set(run(MODULE, ACCOUNT, security_group_id=group, limit=100)["addresses"]) == addresses


def test_one_is_one_call(run, cloud, ec2, site, group):
    for _time in range(7):
        stand(ec2, site, group)
    run(MODULE, ACCOUNT, security_group_id=group)

    assert cloud.calls == ["DescribeNetworkInterfaces"]
