"""What is behind the load balancers of the link lets their nodes in, by addresses that are theirs and no others."""

from ipaddress import IPv4Network

import pytest

from e2e import link, sandbox

SIDES = {"isolated": "inbound", "public": "outbound"}


def subnets(side: str, balancer: dict) -> set[IPv4Network]:
    ids = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]
    found = sandbox.client(side, "ec2").describe_subnets(SubnetIds=ids)["Subnets"]
    return {IPv4Network(one["CidrBlock"]) for one in found}


def groups_of(side: str, kind: str, target: str) -> list[str]:
    """Of a target. Addresses past the proxies are no interfaces of ours."""
    if kind == "alb":
        elbv2 = sandbox.client(side, "elbv2")
        return elbv2.describe_load_balancers(LoadBalancerArns=[target])["LoadBalancers"][0]["SecurityGroups"]
    if kind == "instance":
        (found,) = sandbox.client(side, "ec2").describe_instances(InstanceIds=[target])["Reservations"]
        return [group["GroupId"] for group in found["Instances"][0]["SecurityGroups"]]
    return []


def admitted(side: str, group_ids: list[str], port: int) -> tuple[set[IPv4Network], set[str]]:
    """(blocks, groups) that may come in there."""
    groups = sandbox.client(side, "ec2").describe_security_groups(GroupIds=group_ids)["SecurityGroups"]
    rules = [rule for group in groups for rule in group["IpPermissions"] if rule["FromPort"] <= port <= rule["ToPort"]]
    blocks = {IPv4Network(one["CidrIp"]) for rule in rules for one in rule["IpRanges"]}
    return blocks, {pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]}


@pytest.mark.parametrize("side", sandbox.SIDES)
def test_targets_admit_each_subnet_of_a_load_balancer_that_privatelink_leads_to(side):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups"""
    elbv2, balancer = sandbox.client(side, "elbv2"), link.load_balancer(side, SIDES[side])
    assert balancer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "off"
    nodes = subnets(side, balancer)
    tried = 0
    for group in elbv2.describe_target_groups(LoadBalancerArn=balancer["LoadBalancerArn"])["TargetGroups"]:
        check = group["HealthCheckPort"]
        health = elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
        for target in [one["Target"] for one in health]:
            if not (held := groups_of(side, group["TargetType"], target["Id"])):
                continue
            blocks, _groups = admitted(side, held, target["Port"])
            assert all(any(node.subnet_of(block) for block in blocks) for node in nodes), group["TargetGroupName"]
            assert sum(block.num_addresses for block in blocks) == sum(node.num_addresses for node in nodes)
            checked = target["Port"] if check == "traffic-port" else int(check)
            assert set(balancer["SecurityGroups"]) <= admitted(side, held, checked)[1], group["TargetGroupName"]
            tried += 1
    assert tried
