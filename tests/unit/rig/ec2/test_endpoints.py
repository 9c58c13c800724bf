"""https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""

from __future__ import annotations

import json
import re
from ipaddress import ip_address, ip_network

import pytest
from unit.rig.ec2.scenery import error_of, make_endpoint, make_network, state_of


@pytest.fixture
def endpoint(consumer, consumer_network, service):
    return make_endpoint(consumer, consumer_network, service["ServiceName"])


def interfaces(ec2, endpoint):
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])
    return found["NetworkInterfaces"]


def read(ec2, endpoint):
    return ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])["VpcEndpoints"][0]


def test_an_endpoint_looks_as_aws_shows_it(cloud, endpoint, consumer_network, service):
    assert re.fullmatch(r"vpce-[0-9a-f]{17}", endpoint["VpcEndpointId"])
    assert endpoint["VpcEndpointType"] == "Interface"
    assert endpoint["ServiceName"] == service["ServiceName"]
    assert endpoint["OwnerId"] == cloud.account("public").id
    assert sorted(endpoint["SubnetIds"]) == sorted(consumer_network.subnet_ids)
    assert [group["GroupId"] for group in endpoint["Groups"]] == [consumer_network.group_id]
    assert endpoint["PrivateDnsEnabled"] is False
    assert endpoint["RequesterManaged"] is False
    assert json.loads(endpoint["PolicyDocument"])["Statement"][0]["Effect"] == "Allow"


def test_it_has_one_regional_name_and_one_per_zone(consumer, endpoint, service):
    names = [entry["DnsName"] for entry in endpoint["DnsEntries"]]
    zones = sorted(eni["AvailabilityZone"] for eni in interfaces(consumer, endpoint))
    stem = re.fullmatch(r"(vpce-[0-9a-f]{17}-[a-z0-9]{8})\..*", names[0]).group(1)
    base = f"{service['ServiceId']}.ap-northeast-1.vpce.amazonaws.com"
    assert names == [f"{stem}.{base}", *(f"{stem}-{zone}.{base}" for zone in zones)]


def test_its_interfaces_lie_in_its_subnets_with_its_groups(consumer, endpoint, consumer_network):
    subnets = {
        subnet["SubnetId"]: ip_network(subnet["CidrBlock"])
        for subnet in consumer.describe_subnets(SubnetIds=list(consumer_network.subnet_ids))["Subnets"]
    }
    found = interfaces(consumer, endpoint)
    assert len(found) == 2
    for eni in found:
        assert ip_address(eni["PrivateIpAddress"]) in subnets[eni["SubnetId"]]
        assert [group["GroupId"] for group in eni["Groups"]] == [consumer_network.group_id]
        assert eni["InterfaceType"] == "vpc_endpoint"
        assert eni["RequesterManaged"] is True
        assert eni["Status"] == "in-use"
        assert eni["Description"] == f"VPC Endpoint Interface {endpoint['VpcEndpointId']}"


def test_without_groups_it_gets_the_default_one(consumer, consumer_network, service):
    endpoint = make_endpoint(consumer, consumer_network, service["ServiceName"], SecurityGroupIds=[])
    assert [group["GroupName"] for group in endpoint["Groups"]] == ["default"]


def test_addresses_may_be_chosen(consumer, consumer_network, service):
    first = consumer_network.subnet_ids[0]
    endpoint = make_endpoint(
        consumer,
        consumer_network,
        service["ServiceName"],
        SubnetIds=[first],
        SubnetConfigurations=[{"SubnetId": first, "Ipv4": "10.0.0.77"}],
    )
    assert [eni["PrivateIpAddress"] for eni in interfaces(consumer, endpoint)] == ["10.0.0.77"]


def test_a_subnet_in_a_zone_without_the_service_is_refused(consumer, consumer_network, service):
    """github.com/terraform-aws-modules/terraform-aws-vpc issue 785"""
    subnet = consumer.create_subnet(
        VpcId=consumer_network.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZoneId="apne1-az2"
    )["Subnet"]["SubnetId"]
    code, message = error_of(
        consumer.create_vpc_endpoint,
        VpcId=consumer_network.vpc_id,
        ServiceName=service["ServiceName"],
        VpcEndpointType="Interface",
        SubnetIds=[consumer_network.subnet_ids[0], subnet],
    )
    assert code == "InvalidParameter"
    assert message == (
        f"The VPC endpoint service {service['ServiceName']} does not support the availability zone of the subnet: "
        f"{subnet}."
    )
    assert consumer.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert consumer.describe_network_interfaces()["NetworkInterfaces"] == []


def test_two_subnets_of_one_zone_are_refused(consumer, consumer_network, endpoint):
    """github.com/terraform-aws-modules/terraform-aws-vpc issue 583"""
    subnet = consumer.create_subnet(
        VpcId=consumer_network.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZoneId="apne1-az1"
    )["Subnet"]["SubnetId"]
    code, message = error_of(
        consumer.modify_vpc_endpoint, VpcEndpointId=endpoint["VpcEndpointId"], AddSubnetIds=[subnet]
    )
    assert code == "DuplicateSubnetsInSameZone"
    assert subnet in message


def test_another_vpcs_subnets_and_groups_are_refused(consumer, consumer_network, service):
    other = make_network(consumer)
    wanted = {"VpcId": consumer_network.vpc_id, "ServiceName": service["ServiceName"], "VpcEndpointType": "Interface"}
    for field, value in (("SubnetIds", other.subnet_ids[0]), ("SecurityGroupIds", other.group_id)):
        code, message = error_of(consumer.create_vpc_endpoint, **wanted, **{field: [value]})
        assert (code, value in message) == ("InvalidParameter", True)


def test_the_type_must_be_the_services(consumer, consumer_network, service):
    code, message = error_of(
        consumer.create_vpc_endpoint,
        VpcId=consumer_network.vpc_id,
        ServiceName=service["ServiceName"],
        VpcEndpointType="Gateway",
    )
    assert code == "InvalidParameter"
    assert message == "Endpoint type (Gateway) does not match available service types ([Interface])."


def test_subnets_and_groups_are_changed_in_place(consumer, consumer_network, endpoint):
    first, second = consumer_network.subnet_ids
    group = consumer.create_security_group(GroupName="other", Description="other", VpcId=consumer_network.vpc_id)
    consumer.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"],
        RemoveSubnetIds=[second],
        AddSecurityGroupIds=[group["GroupId"]],
        RemoveSecurityGroupIds=[consumer_network.group_id],
    )
    changed = read(consumer, endpoint)
    assert changed["SubnetIds"] == [first]
    assert [entry["GroupId"] for entry in changed["Groups"]] == [group["GroupId"]]
    (eni,) = interfaces(consumer, changed)
    assert [entry["GroupId"] for entry in eni["Groups"]] == [group["GroupId"]]
    assert len(consumer.describe_network_interfaces()["NetworkInterfaces"]) == 1


def test_the_policy_is_replaced_and_reset(consumer, endpoint):
    policy = json.dumps({"Statement": []})
    consumer.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], PolicyDocument=policy)
    assert read(consumer, endpoint)["PolicyDocument"] == policy
    consumer.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], ResetPolicy=True)
    assert json.loads(read(consumer, endpoint)["PolicyDocument"])["Statement"][0]["Principal"] == "*"


def test_a_deleted_endpoint_keeps_its_interfaces_until_it_is_gone(cloud, consumer, consumer_network, endpoint):
    consumer.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert state_of(consumer, endpoint) == "deleting"
    assert len(interfaces(consumer, endpoint)) == 2
    code, _message = error_of(consumer.delete_subnet, SubnetId=consumer_network.subnet_ids[0])
    assert code == "DependencyViolation"
    cloud.clock.advance(cloud.settings.delay("endpoint_deletion"))
    assert state_of(consumer, endpoint) == "deleted"
    assert error_of(consumer.delete_subnet, SubnetId=consumer_network.subnet_ids[0])[0] == "DependencyViolation"
    cloud.clock.advance(cloud.settings.delay("endpoint_interfaces"))
    assert consumer.describe_network_interfaces()["NetworkInterfaces"] == []
    cloud.clock.advance(cloud.settings.delay("deleted_endpoint"))
    code, _message = error_of(consumer.describe_vpc_endpoints, VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert code == "InvalidVpcEndpointId.NotFound"


def test_deleting_an_unknown_endpoint_is_unsuccessful_and_no_error(consumer, endpoint):
    wanted = ["vpce-0123456789abcdef0", endpoint["VpcEndpointId"]]
    (failed,) = consumer.delete_vpc_endpoints(VpcEndpointIds=wanted)["Unsuccessful"]
    assert (failed["ResourceId"], failed["Error"]["Code"]) == (wanted[0], "InvalidVpcEndpoint.NotFound")
    assert state_of(consumer, endpoint) == "deleting"


def test_endpoints_are_their_owners_alone(provider, endpoint):
    assert provider.describe_vpc_endpoints()["VpcEndpoints"] == []


@pytest.mark.parametrize(
    "name, value, found",
    [
        ("vpc-endpoint-state", "pendingAcceptance", True),
        ("vpc-endpoint-state", "available", False),
        ("vpc-endpoint-type", "Interface", True),
        ("service-name", "com.amazonaws.vpce.*", True),
        ("tag:Name", "tokyo-inbound", True),
        ("tag-key", "Name", True),
        ("tag:Name", "osaka-inbound", False),
    ],
)
def test_endpoints_are_filtered(consumer, consumer_network, service, name, value, found):
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "tokyo-inbound"}]}]
    make_endpoint(consumer, consumer_network, service["ServiceName"], TagSpecifications=tags)
    seen = consumer.describe_vpc_endpoints(Filters=[{"Name": name, "Values": [value]}])["VpcEndpoints"]
    assert bool(seen) is found


def test_tags_of_another_kind_of_resource_are_refused(consumer, consumer_network, service):
    code, _message = error_of(
        consumer.create_vpc_endpoint,
        VpcId=consumer_network.vpc_id,
        ServiceName=service["ServiceName"],
        VpcEndpointType="Interface",
        TagSpecifications=[{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "x"}]}],
    )
    assert code == "InvalidParameterValue"


def test_a_vpc_holds_fifty_interface_endpoints(consumer, consumer_network):
    """https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html"""
    wanted = {
        "VpcId": consumer_network.vpc_id,
        "ServiceName": "com.amazonaws.ap-northeast-1.ssm",
        "VpcEndpointType": "Interface",
        "PrivateDnsEnabled": False,
    }
    for _turn in range(50):
        consumer.create_vpc_endpoint(**wanted)
    assert error_of(consumer.create_vpc_endpoint, **wanted)[0] == "VpcEndpointLimitExceeded"


def test_a_changed_address_replaces_the_interface(consumer, consumer_network, endpoint):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetConfiguration.html"""
    first, second = consumer_network.subnet_ids
    before = {eni["SubnetId"]: eni["NetworkInterfaceId"] for eni in interfaces(consumer, endpoint)}
    wanted = [{"SubnetId": first, "Ipv4": "10.0.0.77"}]
    consumer.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], SubnetConfigurations=wanted)
    after = {eni["SubnetId"]: eni for eni in interfaces(consumer, read(consumer, endpoint))}
    assert after[first]["PrivateIpAddress"] == "10.0.0.77"
    assert after[first]["NetworkInterfaceId"] != before[first]
    assert after[second]["NetworkInterfaceId"] == before[second]


def test_an_address_that_is_taken_leaves_the_interface_alone(consumer, consumer_network, endpoint):
    first = consumer_network.subnet_ids[0]
    consumer.create_network_interface(SubnetId=first, PrivateIpAddress="10.0.0.77")
    before = interfaces(consumer, endpoint)
    wanted = [{"SubnetId": first, "Ipv4": "10.0.0.77"}]
    code, _message = error_of(
        consumer.modify_vpc_endpoint, VpcEndpointId=endpoint["VpcEndpointId"], SubnetConfigurations=wanted
    )
    assert code == "InvalidIPAddress.InUse"
    assert interfaces(consumer, read(consumer, endpoint)) == before


@pytest.mark.parametrize(
    "settings",
    [
        {"IpAddressType": "dualstack"},
        {"DnsOptions": {"DnsRecordIpType": "ipv6"}},
        {"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": False}},
    ],
    ids=["address type the service lacks", "records the address type lacks", "an option of S3's"],
)
def test_settings_that_do_not_fit_are_refused(consumer, consumer_network, service, endpoint, settings):
    """https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointDnsRecordIpType.html"""
    code, _message = error_of(consumer.modify_vpc_endpoint, VpcEndpointId=endpoint["VpcEndpointId"], **settings)
    assert code == "InvalidParameter"
