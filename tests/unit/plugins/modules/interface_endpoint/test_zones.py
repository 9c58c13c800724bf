"""The zones of the service and those of the subnets, by id: what is picked, what is dropped, what is an error."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint import api_ground
from unit.plugins.modules.interface_endpoint.scenery import (
    HERE,
    LIST,
    MODIFY,
    MODULE,
    SERVICES,
    SUBNETS,
    TAGS,
    add_subnet,
    aws,
    log,
    verbs,
)


@pytest.fixture
def third(ec2, here):
    """A subnet in apne1-az4, where the provider of `to_provider` is not."""
    return add_subnet(ec2, here.vpc_id, "apne1-az4", 9)


@pytest.fixture
def wide(to_provider, here, third):
    """An endpoint in more zones than its service."""
    return {**to_provider, "subnet_ids": [*here.subnet_ids, third]}


def test_a_zone_the_service_is_not_offered_in_is_dropped_and_told(run, cloud, wide, here, third):
    """AWS: "does not support the availability zone of the subnet". Names differ between the accounts, ids do not."""
    forecast = run(MODULE, HERE, check=True, **wide)
    result = run(MODULE, HERE, **wide)

    made = result["interface_endpoint"]
    assert made["subnet_ids"] == sorted(here.subnet_ids)
    assert made["dropped_subnets"] == [
        {"subnet_id": third, "zone_id": "apne1-az4", "why": "the service is not offered in apne1-az4"}
    ]
    assert forecast["interface_endpoint"]["dropped_subnets"] == made["dropped_subnets"]
    assert f"tokyo-inbound: {third} is left out: the service is not offered in apne1-az4" in result["note"]
    assert result["diff"] == forecast["diff"]


def test_idempotent_with_a_dropped_subnet_in_three_calls(run, cloud, wide, third):
    run(MODULE, HERE, **wide)
    result = run(MODULE, HERE, **wide)

    assert not result["changed"] and cloud.calls == [LIST, SUBNETS, SERVICES]
    assert [one["subnet_id"] for one in result["interface_endpoint"]["dropped_subnets"]] == [third]


def test_one_subnet_in_each_zone(run, cloud, ec2, options, here):
    """AWS: DuplicateSubnetsInSameZone."""
    second = add_subnet(ec2, here.vpc_id, "apne1-az1", 8)
    run(MODULE, HERE, **options)
    result = run(MODULE, HERE, **{**options, "subnet_ids": [second, *here.subnet_ids]})

    assert not result["changed"]  # the subnet it stands in is as good, whatever its id
    [dropped] = result["interface_endpoint"]["dropped_subnets"]
    assert (dropped["subnet_id"], dropped["zone_id"]) == (second, "apne1-az1") and "is in apne1-az1 already" in dropped[
        "why"
    ]


def test_no_zone_in_common_is_an_error_before_anything_is_made(run, cloud, to_provider, third):
    result = run(MODULE, HERE, **{**to_provider, "subnet_ids": [third]})

    assert result["failed"] and f"subnet_ids: {third}: the service is not offered in apne1-az4" in result["msg"]
    assert cloud.calls == [LIST, SUBNETS, SERVICES]


def test_some_services_of_aws_lack_a_zone(run, many, here, ec2):
    """Each endpoint of a list gets the subnets that its own service can use."""
    third = add_subnet(ec2, here.vpc_id, "apne1-az4", 9)
    wide = {**many, "services": ["email-smtp", "logs"], "subnet_ids": [*here.subnet_ids, third]}
    result = run(MODULE, HERE, **wide)

    assert [len(one["subnet_ids"]) for one in result["interface_endpoints"]] == [2, 3, 0]
    assert [one["subnet_id"] for one in result["interface_endpoints"][0]["dropped_subnets"]] == [third]
    assert result["note"] == f"tokyo-email-smtp: {third} is left out: the service is not offered in apne1-az4"
    assert not run(MODULE, HERE, **wide)["changed"]


def test_a_zone_the_provider_gains_is_used_at_the_next_run(run, cloud, provider, wide, service, third):
    run(MODULE, HERE, **wide)
    elb = cloud.client("elbv2", "isolated")
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    theirs = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]
    more = add_subnet(provider, balancer["VpcId"], "apne1-az4", 9)
    elb.set_subnets(LoadBalancerArn=balancer["LoadBalancerArn"], Subnets=[*theirs, more])
    provider.modify_vpc_endpoint_service_configuration(ServiceId=service["ServiceId"])
    result = run(MODULE, HERE, **wide)

    assert log(cloud.calls) == [LIST, SUBNETS, SERVICES, MODIFY, LIST]
    assert third in result["interface_endpoint"]["subnet_ids"]
    assert result["interface_endpoint"]["dropped_subnets"] == []


def test_an_sdk_that_does_not_know_zone_ids_goes_by_our_own_names(run, wide, third, monkeypatch):
    real = api_ground.Offer.from_boto
    without = {"AvailabilityZoneIds": None}
    monkeypatch.setattr(api_ground.Offer, "from_boto", lambda item: real({**item, **without}))
    result = run(MODULE, HERE, **wide)

    assert [one["subnet_id"] for one in result["interface_endpoint"]["dropped_subnets"]] == [third]


class TestAnotherRegion:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region"""

    @pytest.fixture
    def remote(self, cloud, publish):
        """From us-east-1 to the provider in Tokyo. One subnet lies in a zone without remote access."""
        virginia = cloud.client("ec2", HERE, "us-east-1")
        vpc = virginia.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [add_subnet(virginia, vpc, zone, number) for number, zone in enumerate(["use1-az1", "use1-az3"])]
        group = virginia.create_security_group(GroupName="one", Description="one", VpcId=vpc)["GroupId"]
        service = publish(AcceptanceRequired=False, SupportedRegions=["us-east-1"])
        return {
            "region": "us-east-1",
            "name": "tokyo-inbound",
            "vpc_id": vpc,
            "service_name": service["ServiceName"],
            "service_region": "ap-northeast-1",
            "subnet_ids": subnets,
            "security_group_ids": [group],
            "tags": TAGS,
        }

    def test_its_zones_do_not_matter_but_some_of_ours_do(self, run, cloud, remote):
        forecast = run(MODULE, HERE, check=True, **remote)
        result = run(MODULE, HERE, **remote)

        assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
        made = result["interface_endpoint"]
        assert (made["state"], made["service_region"]) == ("available", "ap-northeast-1")
        assert made["subnet_ids"] == remote["subnet_ids"][:1]
        assert made["dropped_subnets"][0]["why"] == "use1-az3 has no access to services of other regions"
        again = run(MODULE, HERE, **remote)
        assert not again["changed"] and cloud.calls == [LIST, SUBNETS, SERVICES]

    def test_another_region_replaces_only_when_asked(self, run, remote):
        run(MODULE, HERE, **remote)
        result = run(MODULE, HERE, **{**remote, "service_region": "eu-west-1"})

        assert result["failed"] and "service_region is ap-northeast-1, wanted eu-west-1" in result["msg"]

    def test_a_service_of_aws(self, run, remote):
        del remote["service_name"]
        wanted = {**remote, "services": ["ecr.api"], "private_dns_enabled": False}
        result = run(MODULE, HERE, **wanted)

        assert verbs(result) == ["create"] and not run(MODULE, HERE, **wanted)["changed"]
        assert result["interface_endpoints"][0]["service_name"] == aws("ecr.api")

    def test_an_sdk_that_is_too_old_says_so_if_it_is_used(self, run, cloud, options, remote, old_sdk):
        old_sdk("CreateVpcEndpoint", "ServiceRegion")
        result = run(MODULE, HERE, **remote)
        assert result["failed"] and "service_region: botocore" in result["msg"]
        assert "allowed: botocore 1.35.70 or newer" in result["msg"] and cloud.calls == []

        assert run(MODULE, HERE, **options)["interface_endpoint"]["state"] == "available"
