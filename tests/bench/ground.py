"""What a fleet stands on: network, load balancers, cluster and role, as the other roles would have made them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from e2e import sandbox

# A service with a canary takes two target groups, of which a load balancer holds a hundred.
SERVICES_PER_SHARD = 50


def prepare(services: int) -> dict[str, Any]:
    """The options of ecs_services that say where so many services are to run."""
    ec2 = sandbox.client("isolated", "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]][:2]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{64 * index}.0/18", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for index, zone in enumerate(zones)
    ]
    group = ec2.create_security_group(GroupName="services", Description="services", VpcId=vpc)["GroupId"]
    certificate_arn = certificate()
    shards = [
        {"number": number, "listener_arn": _listener(number, subnets, group, certificate_arn), "port": 442 + number}
        for number in range(1, -(-services // SERVICES_PER_SHARD) + 1)
    ]
    sandbox.client("isolated", "ecs").create_cluster(clusterName=sandbox.LINK)
    role = sandbox.client("isolated", "iam").create_role(RoleName="execution", AssumeRolePolicyDocument="{}")
    return {
        "link": sandbox.LINK,
        "link_domain": f"{sandbox.LINK}.twoway.example",
        "cluster": sandbox.LINK,
        "vpc_id": vpc,
        "subnet_ids": subnets,
        "security_group_ids": [group],
        "execution_role_arn": role["Role"]["Arn"],
        "shards": shards,
    }


def certificate() -> str:
    pki = sandbox.facts()["pki"]
    pem = {key: Path(pki[key]).read_bytes() for key in ("certificate", "private_key")}
    acm = sandbox.client("isolated", "acm")
    return acm.import_certificate(Certificate=pem["certificate"], PrivateKey=pem["private_key"])["CertificateArn"]


def _listener(number: int, subnets: list[str], group: str, certificate: str) -> str:
    elb = sandbox.client("isolated", "elbv2")
    balancer = elb.create_load_balancer(
        Name=f"{sandbox.LINK}-services-{number}",
        Subnets=subnets,
        SecurityGroups=[group],
        Scheme="internal",
        Type="application",
    )["LoadBalancers"][0]["LoadBalancerArn"]
    return elb.create_listener(
        LoadBalancerArn=balancer,
        Port=443,
        Protocol="HTTPS",
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]["ListenerArn"]
