"""Things another team owns, in both accounts: `python -m e2e.foreign make` puts them there before the first run.

They look as much like ours as they may (same CIDR, names and paths, an endpoint service) and lack our tags, or carry
those of a link whose name begins like ours. Whatever the playbooks do, `snapshot` must tell the same afterwards.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from . import sandbox

VPC_CIDR = "10.0.0.0/16"
NAME = "tokyo-inbound"  # a name of ours, on something that is not
OTHER_LINK = f"{sandbox.LINK}-east"
PROFILES = (f"{OTHER_LINK}-service-proxy", f"{sandbox.LINK}-legacy")


def make() -> None:
    for side in sandbox.SIDES:
        _make(side)
    _file().write_text(json.dumps(snapshot(), indent=1, default=str))


def recorded() -> dict[str, Any]:
    """The snapshot as it was when the things were made."""
    return json.loads(_file().read_text())


def snapshot() -> dict[str, Any]:
    """All that can be told of the foreign things, by side; JSON, so that two snapshots compare."""
    told = {side: _look(side) for side in sandbox.SIDES}
    return json.loads(json.dumps(told, default=str, sort_keys=True))


def _file() -> Path:
    return sandbox.directory() / "foreign.json"


def _make(side: str) -> None:
    ec2, elbv2, ssm = (sandbox.client(side, service) for service in ("ec2", "elbv2", "ssm"))
    vpc_id = ec2.create_vpc(CidrBlock=VPC_CIDR, TagSpecifications=_tagged("vpc"))["Vpc"]["VpcId"]
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
    ec2.create_security_group(GroupName="tokyo-services", Description="another team's", VpcId=vpc_id)
    # AWS refuses a second load balancer of one name, so this one's differs.
    load_balancer = elbv2.create_load_balancer(
        Name="foreign-inbound", Type="network", Scheme="internal", Subnets=[subnet_id]
    )["LoadBalancers"][0]
    elbv2.get_waiter("load_balancer_available").wait(
        LoadBalancerArns=[load_balancer["LoadBalancerArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[load_balancer["LoadBalancerArn"]],
        AcceptanceRequired=True,
        TagSpecifications=_tagged("vpc-endpoint-service"),
    )
    ssm.put_parameter(Name="/twoway-other/tokyo", Value="another team's", Type="String")
    _make_profiles(side)


def _make_profiles(side: str) -> None:
    """One of another link, and one without tags where ours are."""
    iam, (of_a_link, of_nobody) = sandbox.client(side, "iam"), PROFILES
    tags = {"Name": of_a_link, "privatelink:link": OTHER_LINK, "privatelink:side": side}
    iam.create_instance_profile(
        InstanceProfileName=of_a_link, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )
    iam.create_instance_profile(InstanceProfileName=of_nobody, Path=f"/privatelink/{sandbox.LINK}/{side}/")


def _tagged(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": NAME}, {"Key": "owner", "Value": "another team"}]}]


def _look(side: str) -> dict[str, Any]:
    ec2, elbv2, ssm = (sandbox.client(side, service) for service in ("ec2", "elbv2", "ssm"))
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:owner", "Values": ["another team"]}])["Vpcs"]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    services = ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    iam = sandbox.client(side, "iam")
    return {
        "vpc": vpc,
        "subnets": ec2.describe_subnets(Filters=inside)["Subnets"],
        "security_groups": ec2.describe_security_groups(Filters=inside)["SecurityGroups"],
        "route_tables": ec2.describe_route_tables(Filters=inside)["RouteTables"],
        "load_balancers": elbv2.describe_load_balancers(Names=["foreign-inbound"])["LoadBalancers"],
        "endpoint_services": [one for one in services if sandbox.tags_of(one).get("owner") == "another team"],
        "instance_profiles": [iam.get_instance_profile(InstanceProfileName=n)["InstanceProfile"] for n in PROFILES],
        "parameter": ssm.get_parameter(Name="/twoway-other/tokyo")["Parameter"],
    }


if __name__ == "__main__":
    if sys.argv[1:] != ["make"]:
        sys.exit("usage: python -m e2e.foreign make")
    make()
