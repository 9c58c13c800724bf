"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from rig.control import snapshot
from rig.control.lock import lock


@pytest.fixture
def ec2(cloud):
    return cloud.client("isolated", "ec2")


@pytest.fixture
def place(ec2):
    """(subnet id, security group id) of a VPC of its own."""
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24", AvailabilityZoneId="apne1-az4")["Subnet"]
    group = ec2.create_security_group(GroupName="desktops", Description="desktops", VpcId=vpc_id)["GroupId"]
    return subnet["SubnetId"], group


@pytest.fixture
def instance_id(ec2, place):
    return launched(ec2, place)


def launched(ec2, place, **more):
    subnet_id, group_id = place
    wanted = {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "UserData": "#!/bin/bash\necho up"}
    made = ec2.run_instances(SubnetId=subnet_id, SecurityGroupIds=[group_id], **wanted | more)
    return made["Instances"][0]["InstanceId"]


def state(ec2, instance_id):
    (page,) = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    return page["Instances"][0]["State"]["Name"]


def workloads():
    with lock:
        return {one.id: one for one in snapshot.world().workloads}


def test_an_instance_is_pending_and_then_runs_its_user_data(ec2, cloud, instance_id, place):
    assert state(ec2, instance_id) == "pending"
    cloud.clock.advance(cloud.settings.delay("instance_start"))
    assert state(ec2, instance_id) == "running"
    (found,) = workloads().values()
    assert (found.id, found.kind, found.user_data) == (instance_id, "instance", "#!/bin/bash\necho up")
    assert found.metadata["zone_id"] == "apne1-az4" and found.role_name == ""
    with lock:
        (interface,) = [one for one in snapshot.world().interfaces if one.id == found.interface_id]
    assert (interface.subnet_id, interface.groups) == (place[0], (place[1],))


def test_it_has_the_credentials_of_its_role_and_keeps_them(ec2, cloud, place):
    iam = cloud.client("isolated", "iam")
    iam.create_role(RoleName="desktop", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="desktop")
    iam.add_role_to_instance_profile(InstanceProfileName="desktop", RoleName="desktop")
    id_ = launched(ec2, place, IamInstanceProfile={"Name": "desktop"})
    found = workloads()[id_]
    assert found.role_name == "desktop" and found.credentials.session_token
    ec2.create_tags(Resources=[id_], Tags=[{"Key": "a", "Value": "b"}])
    assert workloads()[id_].credentials == found.credentials


def test_a_stopped_instance_does_not_run_and_starts_again_at_its_address(ec2, cloud, instance_id):
    cloud.clock.advance(1)
    before = workloads()[instance_id]
    ec2.stop_instances(InstanceIds=[instance_id])
    assert state(ec2, instance_id) == "stopping" and workloads() == {}
    cloud.clock.advance(1)
    assert state(ec2, instance_id) == "stopped"
    ec2.start_instances(InstanceIds=[instance_id])
    cloud.clock.advance(1)
    assert state(ec2, instance_id) == "running" and workloads() == {instance_id: before}


def test_a_terminated_instance_gives_its_interface_back(ec2, cloud, instance_id, place):
    cloud.clock.advance(1)
    ec2.terminate_instances(InstanceIds=[instance_id])
    assert state(ec2, instance_id) == "shutting-down" and workloads() == {}
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_subnet(SubnetId=place[0])
    cloud.clock.advance(1)
    assert state(ec2, instance_id) == "terminated"
    ec2.delete_subnet(SubnetId=place[0])


def test_a_subnet_that_gives_public_addresses_gives_one_that_the_internet_routes(ec2, cloud, place):
    """https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html"""
    ec2.modify_subnet_attribute(SubnetId=place[0], MapPublicIpOnLaunch={"Value": True})
    addresses = set()
    for _each in range(2):
        (page,) = ec2.describe_instances(InstanceIds=[launched(ec2, place)])["Reservations"]
        addresses.add(page["Instances"][0]["PublicIpAddress"])
    assert len(addresses) == 2 and all(address.startswith("13.112.") for address in addresses)


def test_an_instance_that_ends_leaves_its_target_group(ec2, cloud, instance_id, place):
    cloud.clock.advance(1)
    elbv2 = cloud.client("isolated", "elbv2")
    vpc_id = ec2.describe_subnets(SubnetIds=[place[0]])["Subnets"][0]["VpcId"]
    wanted = {"Name": "g", "Protocol": "TCP", "Port": 3389, "VpcId": vpc_id, "TargetType": "instance"}
    arn = elbv2.create_target_group(**wanted)["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": instance_id}])
    ec2.terminate_instances(InstanceIds=[instance_id])
    cloud.clock.advance(1)
    assert elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"] == []
