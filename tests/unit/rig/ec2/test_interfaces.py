"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html"""

from __future__ import annotations

import pytest
from moto.ec2.exceptions import EC2ClientError
from rig.control.ec2 import interfaces
from rig.control.lock import lock

ISOLATED, REGION = "222222222222", "ap-northeast-1"


def allocate(subnet_id, groups, **more):
    with lock:
        return interfaces.allocate(ISOLATED, REGION, subnet_id, groups, "ELB net/x/1", "amazon-elb", **more)


def found(ec2, **filters):
    wanted = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
    return ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]


def test_addresses_are_the_subnets_and_never_aws_own(provider, provider_network):
    """https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html: the first four and the last are AWS's."""
    small = provider.create_subnet(
        VpcId=provider_network.vpc_id, CidrBlock="10.0.8.0/28", AvailabilityZoneId="apne1-az1"
    )["Subnet"]["SubnetId"]
    given = [allocate(small, []).private_ip_address for _turn in range(11)]
    assert given == [f"10.0.8.{last}" for last in range(4, 15)]
    with pytest.raises(EC2ClientError) as full:
        allocate(small, [])
    assert full.value.code == "InsufficientFreeAddressesInSubnet"


def test_a_released_address_is_free_again(provider_network):
    eni = allocate(provider_network.subnet_ids[0], [])
    with lock:
        interfaces.release(eni)
        interfaces.release(eni)
    assert allocate(provider_network.subnet_ids[0], []).private_ip_address == eni.private_ip_address


def test_a_wanted_address_is_given_once(provider_network):
    assert allocate(provider_network.subnet_ids[0], [], address="10.0.0.50").private_ip_address == "10.0.0.50"
    with pytest.raises(EC2ClientError) as taken:
        allocate(provider_network.subnet_ids[0], [], address="10.0.0.50")
    assert taken.value.code == "InvalidIPAddress.InUse"


def test_what_is_described_is_what_was_allocated(provider, provider_network):
    eni = allocate(provider_network.subnet_ids[0], [provider_network.group_id], interface_type="network_load_balancer")
    (seen,) = found(provider, description="ELB net/x/1")
    assert seen["NetworkInterfaceId"] == eni.id
    assert seen["Groups"] == [{"GroupId": provider_network.group_id, "GroupName": "endpoints"}]
    assert seen["RequesterId"] == "amazon-elb"
    assert seen["Attachment"]["InstanceOwnerId"] == "amazon-aws"
    assert seen["AvailabilityZone"] == eni.availability_zone


def test_none_for_groups_means_that_no_group_applies(provider, provider_network):
    allocate(provider_network.subnet_ids[0], None)
    assert found(provider)[0]["Groups"] == []


@pytest.mark.parametrize(
    "name, value",
    [
        ("interface_type", "interface"),
        ("requester_managed", "true"),
        ("status", "in-use"),
        ("subnet_id", None),
        ("group_id", None),
        ("vpc_id", None),
    ],
)
def test_interfaces_are_filtered(provider, provider_network, name, value):
    allocate(provider_network.subnet_ids[0], [provider_network.group_id])
    own = {
        "subnet_id": provider_network.subnet_ids[0],
        "group_id": provider_network.group_id,
        "vpc_id": provider_network.vpc_id,
    }
    assert len(found(provider, **{name: value or own[name]})) == 1
    assert found(provider, **{name: "another"}) == []


def test_a_terminated_instance_leaves_no_interface(cloud, provider, provider_network):
    image = provider.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = provider.run_instances(
        ImageId=image, MinCount=1, MaxCount=1, SubnetId=provider_network.subnet_ids[0], InstanceType="t3.micro"
    )["Instances"][0]
    assert made["PrivateIpAddress"].startswith("10.0.0.")
    assert [eni["PrivateIpAddress"] for eni in found(provider)] == [made["PrivateIpAddress"]]
    assert allocate(provider_network.subnet_ids[0], []).private_ip_address != made["PrivateIpAddress"]
    provider.terminate_instances(InstanceIds=[made["InstanceId"]])
    cloud.clock.advance(cloud.settings.delay("instance_stop"))
    assert len(found(provider)) == 1


def test_zone_names_differ_between_accounts_and_ids_do_not(provider, consumer):
    """https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html"""
    ours, theirs = (
        {zone["ZoneName"]: zone["ZoneId"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]}
        for ec2 in (provider, consumer)
    )
    assert sorted(ours.values()) == sorted(theirs.values())
    assert sorted(ours) == sorted(theirs)
    assert all(ours[name] != theirs[name] for name in ours)


def test_a_subnet_lies_in_the_zone_its_account_knows_by_that_name(provider, consumer):
    for ec2 in (provider, consumer):
        zones = {zone["ZoneName"]: zone["ZoneId"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]}
        vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        for number, (name, zone_id) in enumerate(zones.items()):
            made = ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=name)["Subnet"]
            assert (made["AvailabilityZone"], made["AvailabilityZoneId"]) == (name, zone_id)


def test_an_interface_has_the_groups_and_the_description_it_was_made_with(provider, provider_network):
    made = provider.create_network_interface(
        SubnetId=provider_network.subnet_ids[0], Groups=[provider_network.group_id], Description="a desktop"
    )["NetworkInterface"]
    wanted = [{"Name": "group-id", "Values": [provider_network.group_id]}]
    (seen,) = provider.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    assert (seen["NetworkInterfaceId"], seen["Description"]) == (made["NetworkInterfaceId"], "a desktop")
