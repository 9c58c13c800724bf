"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""

from __future__ import annotations

import re

import pytest
from unit.rig.elb.scenery import error_of, forward, make_network


def described(elbv2, arn):
    (found,) = elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    return found


def interfaces(ec2):
    found = ec2.describe_network_interfaces()["NetworkInterfaces"]
    return [one for one in found if one["Description"].startswith("ELB ")]


def test_arns_and_names_tell_the_kind(balancing, elbv2):
    network = described(elbv2, balancing.balancer("tokyo-inbound", "network"))
    application = described(elbv2, balancing.balancer("tokyo-services-1", "application"))
    assert re.search(r":loadbalancer/net/tokyo-inbound/[0-9a-f]{16}$", network["LoadBalancerArn"])
    assert re.fullmatch(r"tokyo-inbound-[0-9a-f]{16}\.elb\.ap-northeast-1\.amazonaws\.com", network["DNSName"])
    assert re.search(r":loadbalancer/app/tokyo-services-1/[0-9a-f]{16}$", application["LoadBalancerArn"])
    assert re.fullmatch(r"internal-tokyo-services-1-\d+\.ap-northeast-1\.elb\.amazonaws\.com", application["DNSName"])


def test_it_is_provisioning_until_its_delay_is_over(balancing, elbv2, cloud):
    arn = balancing.balancer("inbound", "network")
    assert described(elbv2, arn)["State"]["Code"] == "provisioning"
    assert described(elbv2, arn)["State"]["Code"] == "provisioning", "looking must not make it ready"
    cloud.clock.advance(cloud.settings.delay("load_balancer"))
    assert described(elbv2, arn)["State"]["Code"] == "active"


def test_it_has_an_interface_in_each_subnet_and_gives_them_back(balancing, elbv2, ec2, cloud, network):
    arn = balancing.balancer("inbound", "network")
    name = arn.split(":loadbalancer/")[1]
    assert {one["Description"] for one in interfaces(ec2)} == {f"ELB {name}"}
    assert {one["SubnetId"] for one in interfaces(ec2)} == set(network.subnet_ids)
    assert all(one["Groups"] == [] for one in interfaces(ec2)), "made without groups, it has none"
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    assert len(interfaces(ec2)) == 2, "they outlive it for a while"
    cloud.clock.advance(cloud.settings.delay("load_balancer_deletion"))
    assert interfaces(ec2) == []
    elbv2.delete_load_balancer(LoadBalancerArn=arn)  # gone already: succeeds


def test_creating_the_same_again_hands_back_the_first(balancing, network):
    arn = balancing.balancer("inbound", "network")
    assert balancing.balancer("inbound", "network") == arn
    code, message = error_of(balancing.balancer, name="inbound", kind="network", Subnets=network.subnet_ids[:1])
    assert code == "DuplicateLoadBalancerName"
    assert "exists, but with different settings" in message


def test_names_that_aws_refuses(balancing):
    for name in ("internal-x", "-x", "x-", "a_b", "x" * 33):
        assert error_of(balancing.balancer, name=name, kind="network")[0] == "ValidationError", name


def test_an_application_load_balancer_needs_two_zones(balancing, network):
    wanted = {"name": "one", "kind": "application", "Subnets": network.subnet_ids[:1]}
    assert error_of(balancing.balancer, **wanted)[0] == "ValidationError"


def test_two_subnets_of_one_zone_are_refused(balancing, ec2, network):
    zone = ec2.describe_subnets(SubnetIds=network.subnet_ids[:1])["Subnets"][0]["AvailabilityZone"]
    twin = ec2.create_subnet(VpcId=network.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone=zone)["Subnet"]
    wanted = {"name": "twins", "kind": "network", "Subnets": [network.subnet_ids[0], twin["SubnetId"]]}
    assert error_of(balancing.balancer, **wanted)[0] == "InvalidConfigurationRequest"


def test_an_internet_facing_one_needs_an_internet_gateway(balancing):
    wanted = {"name": "front", "kind": "network", "Scheme": "internet-facing"}
    assert error_of(balancing.balancer, **wanted)[0] == "InvalidSubnet"


def test_network_load_balancers_take_groups_at_creation_only(balancing, elbv2, network):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html"""
    bare = balancing.balancer("bare", "network")
    refused = error_of(elbv2.set_security_groups, LoadBalancerArn=bare, SecurityGroups=[network.group_id])
    assert refused[0] == "InvalidConfigurationRequest"
    assert "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic" not in described(elbv2, bare)


def test_groups_are_enforced_on_privatelink_unless_told_otherwise(balancing, elbv2, network, plane):
    arn = balancing.balancer("guarded", "network", SecurityGroups=[network.group_id])
    flag = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    assert described(elbv2, arn)[flag] == "on"
    told = elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[network.group_id], **{flag: "off"})
    assert (told["SecurityGroupIds"], told[flag]) == ([network.group_id], "off")
    assert described(elbv2, arn)[flag] == "off"
    (balancer,) = plane.round().load_balancers
    assert (balancer.groups, balancer.enforce_groups_on_privatelink) == ((network.group_id,), False)


def test_setting_groups_moves_the_interfaces_along(balancing, elbv2, ec2, network):
    arn = balancing.balancer("guarded", "network", SecurityGroups=[network.group_id])
    other = ec2.create_security_group(GroupName="other", Description="other", VpcId=network.vpc_id)["GroupId"]
    elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[other])
    assert {group["GroupId"] for one in interfaces(ec2) for group in one["Groups"]} == {other}


def test_attributes_have_awss_defaults_and_belong_to_a_kind(balancing, elbv2):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html"""

    def attributes(arn):
        found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        return {one["Key"]: one["Value"] for one in found}

    network, application = balancing.balancer("n", "network"), balancing.balancer("a", "application")
    assert attributes(network)["load_balancing.cross_zone.enabled"] == "false"
    assert attributes(application)["load_balancing.cross_zone.enabled"] == "true"
    assert attributes(application)["idle_timeout.timeout_seconds"] == "60"
    wrong = [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}]
    refused = error_of(elbv2.modify_load_balancer_attributes, LoadBalancerArn=network, Attributes=wrong)
    assert refused[0] == "InvalidConfigurationRequest"


def test_deletion_protection_protects(balancing, elbv2):
    arn = balancing.balancer("kept", "network")
    attribute = {"Key": "deletion_protection.enabled", "Value": "true"}
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[attribute])
    assert error_of(elbv2.delete_load_balancer, LoadBalancerArn=arn)[0] == "OperationNotPermitted"


def test_one_with_an_endpoint_service_is_in_use(balancing, elbv2, ec2):
    """https://github.com/hashicorp/terraform-provider-aws/issues/5701"""
    arn = balancing.balancer("inbound", "network")
    made = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn])["ServiceConfiguration"]
    code, message = error_of(elbv2.delete_load_balancer, LoadBalancerArn=arn)
    assert (code, message.endswith("is currently associated with another service")) == ("ResourceInUse", True)
    ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[made["ServiceId"]])
    elbv2.delete_load_balancer(LoadBalancerArn=arn)


def test_one_that_is_a_target_is_in_use(balancing, elbv2, cloud, plane):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html"""
    application, network = balancing.balancer("a", "application"), balancing.balancer("n", "network")
    balancing.listener(
        application, 80, "HTTP", [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    )
    group = balancing.target_group("door", "alb", "TCP", 80)
    balancing.listener(network, 80, "TCP", forward(group))
    cloud.clock.advance(5)
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": application}])
    assert error_of(elbv2.delete_load_balancer, LoadBalancerArn=application)[0] == "ResourceInUse"
    elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": application}])
    elbv2.delete_load_balancer(LoadBalancerArn=application)


def test_pages_follow_page_size_and_marker(balancing, elbv2):
    arns = [balancing.balancer(f"n{number}", "network") for number in range(3)]
    first = elbv2.describe_load_balancers(PageSize=2)
    assert [one["LoadBalancerArn"] for one in first["LoadBalancers"]] == arns[:2]
    last = elbv2.describe_load_balancers(PageSize=2, Marker=first["NextMarker"])
    assert [one["LoadBalancerArn"] for one in last["LoadBalancers"]] == arns[2:]
    assert "NextMarker" not in last


def test_tags_of_twenty_at_a_time(balancing, elbv2):
    arn = balancing.balancer("n", "network", Tags=[{"Key": "privatelink:link", "Value": "tokyo"}])
    elbv2.add_tags(ResourceArns=[arn], Tags=[{"Key": f"k{number}", "Value": "v"} for number in range(15)])
    (told,) = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert len(told["Tags"]) == 16
    assert error_of(elbv2.describe_tags, ResourceArns=[arn] * 21)[0] == "ValidationError"


def test_an_unknown_one_is_not_found(elbv2):
    assert error_of(elbv2.describe_load_balancers, Names=["nobody"])[0] == "LoadBalancerNotFound"


@pytest.fixture
def third_subnet(ec2, network):
    return ec2.create_subnet(VpcId=network.vpc_id, CidrBlock="10.0.2.0/24", AvailabilityZoneId="apne1-az2")["Subnet"]


def consumer(cloud, elbv2, arn):
    """An endpoint to a service that publishes the load balancer, connected."""
    ec2, account = cloud.client("isolated", "ec2"), cloud.account("public").id
    service = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn], AcceptanceRequired=False)
    made = service["ServiceConfiguration"]
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=made["ServiceId"], AddAllowedPrincipals=[f"arn:aws:iam::{account}:root"]
    )
    there = make_network(cloud.client("public", "ec2"))
    cloud.client("public", "ec2").create_vpc_endpoint(
        VpcId=there.vpc_id, ServiceName=made["ServiceName"], VpcEndpointType="Interface", SubnetIds=there.subnet_ids[:1]
    )
    return made["ServiceId"]


def test_zones_come_and_go(balancing, elbv2, network, third_subnet):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html"""
    arn = balancing.balancer("inbound", "network")
    for subnets in ([*network.subnet_ids, third_subnet["SubnetId"]], network.subnet_ids[:1]):
        elbv2.set_subnets(LoadBalancerArn=arn, Subnets=subnets)
        told = {zone["SubnetId"] for zone in described(elbv2, arn)["AvailabilityZones"]}
        assert told == set(subnets)


def test_a_subnet_takes_the_place_of_another_of_its_zone_in_two_steps(balancing, elbv2, ec2, network):
    """ "Subnet changes within the same Availability Zone must be independent actions." """
    arn = balancing.balancer("inbound", "network")
    zone = ec2.describe_subnets(SubnetIds=network.subnet_ids[:1])["Subnets"][0]["AvailabilityZone"]
    twin = ec2.create_subnet(VpcId=network.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
    wanted = {"LoadBalancerArn": arn, "Subnets": [twin, network.subnet_ids[1]]}
    assert error_of(elbv2.set_subnets, **wanted)[0] == "InvalidConfigurationRequest"
    elbv2.set_subnets(LoadBalancerArn=arn, Subnets=network.subnet_ids[1:])
    elbv2.set_subnets(**wanted)


def test_no_subnet_goes_while_an_endpoint_is_connected(balancing, elbv2, network, third_subnet, cloud):
    """ "You can't remove a subnet if the Network Load Balancer has active Amazon VPC endpoint associations." """
    arn = balancing.balancer("inbound", "network")
    cloud.clock.advance(5)
    consumer(cloud, elbv2, arn)
    wanted = {"LoadBalancerArn": arn, "Subnets": network.subnet_ids[:1]}
    assert error_of(elbv2.set_subnets, **wanted)[0] == "InvalidConfigurationRequest"
    elbv2.set_subnets(LoadBalancerArn=arn, Subnets=[*network.subnet_ids, third_subnet["SubnetId"]])


def test_no_idle_timeout_of_its_own_while_other_regions_reach_it(balancing, elbv2, ec2, cloud):
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html"""
    arn = balancing.balancer("inbound", "network")
    group = balancing.target_group("g", "ip", "TCP", 3128)
    listener = balancing.listener(arn, 3128, "TCP", forward(group))
    cloud.clock.advance(5)
    service = consumer(cloud, elbv2, arn)
    hour = {"ListenerArn": listener, "Attributes": [{"Key": "tcp.idle_timeout.seconds", "Value": "3600"}]}
    elbv2.modify_listener_attributes(ListenerArn=listener, Attributes=[{**hour["Attributes"][0], "Value": "350"}])
    ec2.modify_vpc_endpoint_service_configuration(ServiceId=service, AddSupportedRegions=["us-east-1"])
    assert error_of(elbv2.modify_listener_attributes, **hour)[0] == "InvalidConfigurationRequest"
    elbv2.modify_listener_attributes(ListenerArn=listener, Attributes=[{**hour["Attributes"][0], "Value": "350"}])


def test_one_that_faces_the_internet_has_public_addresses(balancing, ec2, network, plane):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc_id)
    balancing.balancer("front", "application", Scheme="internet-facing")
    balancing.balancer("inside", "application")
    public = {one.public_address for one in plane.round().interfaces if one.public_address}
    assert len(public) == 2
    wanted = {"InternetGatewayId": gateway, "VpcId": network.vpc_id}
    assert error_of(ec2.detach_internet_gateway, **wanted)[0] == "DependencyViolation"
