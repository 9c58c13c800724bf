"""Endpoints to services of another region.

https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
"""

from __future__ import annotations

import pytest
from unit.rig.ec2.scenery import admit, error_of

TOKYO = "ap-northeast-1"


@pytest.fixture
def virginia(cloud):
    return cloud.client("public", "ec2", region="us-east-1")


@pytest.fixture
def remote(cloud, provider, load_balancer_arn):
    """A service in Tokyo that can be reached from Virginia."""
    made = provider.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[load_balancer_arn], SupportedRegions=["us-east-1"]
    )["ServiceConfiguration"]
    admit(provider, made, f"arn:aws:iam::{cloud.account('public').id}:root")
    return made


@pytest.fixture
def wanted(virginia, remote):
    vpc_id = virginia.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    def wanted(*zone_ids, **more):
        subnets = [
            virginia.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZoneId=zone_id)["Subnet"]
            for number, zone_id in enumerate(zone_ids)
        ]
        request = {
            "VpcId": vpc_id,
            "ServiceName": remote["ServiceName"],
            "VpcEndpointType": "Interface",
            "ServiceRegion": TOKYO,
            "SubnetIds": [subnet["SubnetId"] for subnet in subnets],
        }
        return {**request, **more}

    return wanted


def test_any_zone_but_one_without_remote_access(virginia, wanted):
    """github.com/chanzuckerberg/cztack pull 865 quotes the message."""
    made = virginia.create_vpc_endpoint(**wanted("use1-az1", "use1-az5"))["VpcEndpoint"]
    assert made["ServiceRegion"] == TOKYO and len(made["NetworkInterfaceIds"]) == 2


def test_a_zone_without_remote_access(virginia, wanted):
    code, message = error_of(virginia.create_vpc_endpoint, **wanted("use1-az3"))
    assert code == "InvalidParameter"
    assert message == (
        "Only the following availability zones are supported for remote access: "
        "use1-az1, use1-az2, use1-az4, use1-az5, use1-az6"
    )


def test_the_region_must_be_named(virginia, wanted):
    request = wanted("use1-az1")
    del request["ServiceRegion"]
    assert error_of(virginia.create_vpc_endpoint, **request)[0] == "InvalidServiceName"


def test_a_region_that_is_not_supported_does_not_know_the_service(provider, virginia, wanted, remote):
    request = wanted("use1-az1")
    provider.modify_vpc_endpoint_service_configuration(
        ServiceId=remote["ServiceId"], RemoveSupportedRegions=["us-east-1"]
    )
    assert error_of(virginia.create_vpc_endpoint, **request)[0] == "InvalidServiceName"


def test_a_look_from_another_region_names_it_and_sees_no_zones(virginia, remote):
    """github.com/hashicorp/terraform-provider-aws issue 44186, github.com/cloud-custodian/cloud-custodian pull 10918"""
    names = [remote["ServiceName"]]
    assert error_of(virginia.describe_vpc_endpoint_services, ServiceNames=names)[0] == "InvalidServiceName"
    [found] = virginia.describe_vpc_endpoint_services(ServiceNames=names, ServiceRegions=[TOKYO])["ServiceDetails"]
    assert found["ServiceRegion"] == TOKYO
    assert not found.get("AvailabilityZones") and not found.get("AvailabilityZoneIds")


def test_some_of_aws_own_services_reach_over_regions(virginia, wanted):
    """https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html"""
    seen = virginia.describe_vpc_endpoint_services(
        ServiceRegions=["us-west-2"], Filters=[{"Name": "owner", "Values": ["amazon"]}]
    )["ServiceNames"]
    assert "com.amazonaws.us-west-2.ecr.api" in seen and "com.amazonaws.us-west-2.ssm" not in seen
    more = {"ServiceName": f"com.amazonaws.{TOKYO}.ecr.api", "PrivateDnsEnabled": False}
    assert virginia.create_vpc_endpoint(**wanted("use1-az1", **more))["VpcEndpoint"]["ServiceRegion"] == TOKYO
