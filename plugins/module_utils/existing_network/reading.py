# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Looks for a network that another team made. Nothing here changes anything. PRIVATE to the collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import aws_call, pages
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.endpoints import (
    AwsEndpoint,
    their_endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import Found, Subnet, Vpc
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.wish import Named, Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.link.standing import Standing, StandingSubnet


def find_network(ec2: Any, wish: Wish, owner: Owner | None = None) -> Found:
    """With an owner, also what it has: a VPC of its own, and addresses in the subnets."""
    vpcs = [_vpc(ec2, item) for item in _vpcs(ec2, _filters("vpc-id", wish.vpc))]
    if len(vpcs) != 1:
        return Found(vpcs=tuple(vpcs))
    inside = [{"Name": "vpc-id", "Values": [vpcs[0].id]}]
    tables = _route_tables(ec2, inside)
    groups = _groups(ec2, owner.filters()) if owner else []
    return Found(
        vpcs=tuple(vpcs),
        subnets=tuple(sorted((Subnet.from_boto(item, tables) for item in _subnets(ec2, inside)), key=_by_zone)),
        own_vpc_id=own_vpc_id(ec2, owner) if owner else None,
        group_vpc_ids=vpc_ids_of(groups),
        held=_held(ec2, groups),
    )


def own_vpc_id(ec2: Any, owner: Owner) -> str | None:
    """The VPC that the collection made for the owner, if it did."""
    return next((item["VpcId"] for item in _vpcs(ec2, owner.filters())), None)


def find_standing(ec2: Any, owner: Owner) -> Standing:
    """What there is of a network that the collection made for the owner, in two calls."""
    vpc = next(iter(_vpcs(ec2, owner.filters())), None)
    if vpc is None:
        return Standing(group_vpc_ids=vpc_ids_of(_groups(ec2, owner.filters())))
    subnets = [
        StandingSubnet(
            id=item["SubnetId"],
            name=boto3_tag_list_to_ansible_dict(item.get("Tags", [])).get(NAME, item["SubnetId"]),
            az_id=item["AvailabilityZoneId"],
            cidr=item["CidrBlock"],
        )
        for item in _subnets(ec2, owner.filters())
    ]
    return Standing(
        vpc_id=vpc["VpcId"],
        cidr=vpc["CidrBlock"],
        subnets=tuple(sorted(subnets, key=lambda subnet: (subnet.az_id, subnet.name))),
    )


def find_endpoints(ec2: Any, vpc_id: str, owner: Owner) -> list[AwsEndpoint]:
    """Those of AWS services in the VPC that are not the owner's, with what their security groups let in."""
    items = [
        item
        for item in _endpoints(ec2, [{"Name": "vpc-id", "Values": [vpc_id]}])
        if not owner.owns(boto3_tag_list_to_ansible_dict(item.get("Tags", [])))
    ]
    ids = sorted({group["GroupId"] for item in items for group in item.get("Groups", ())})
    groups = _groups(ec2, [{"Name": "group-id", "Values": ids}]) if ids else []
    return list(their_endpoints(items, {group["GroupId"]: group.get("IpPermissions", ()) for group in groups}))


def _by_zone(subnet: Subnet) -> tuple[str, str]:
    return subnet.az_id, subnet.id


def _filters(id_filter: str, named: Named) -> list[dict[str, Any]]:
    """Filters rather than ids: AWS answers with nothing instead of an error when there is none."""
    if named.ids:
        return [{"Name": id_filter, "Values": list(named.ids)}]
    return [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted(named.tags.items())]


def vpc_ids_of(items: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({item["VpcId"] for item in items}))


def _held(ec2: Any, groups: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The interfaces with groups of ours, by subnet: of load balancers, endpoints, tasks and instances alike."""
    ids = [item["GroupId"] for item in groups]
    items = _interfaces(ec2, [{"Name": "group-id", "Values": ids}]) if ids else []
    return dict(Counter(item["SubnetId"] for item in items))


@aws_call("describe vpcs")
def _vpcs(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_vpcs, "Vpcs", Filters=filters))


def _vpc(ec2: Any, item: Mapping[str, Any]) -> Vpc:
    attributes = {name: _attribute(ec2, item["VpcId"], name) for name in ("enableDnsSupport", "enableDnsHostnames")}
    return Vpc.from_boto(
        item, dns_support=attributes["enableDnsSupport"], dns_hostnames=attributes["enableDnsHostnames"]
    )


@aws_call("describe attribute {name} of {vpc_id}")
def _attribute(ec2: Any, vpc_id: str, name: str) -> bool:
    answer = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=name, aws_retry=True)
    return answer[name[0].upper() + name[1:]]["Value"]


@aws_call("describe subnets")
def _subnets(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_subnets, "Subnets", Filters=filters))


@aws_call("describe route tables")
def _route_tables(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_route_tables, "RouteTables", Filters=filters))


@aws_call("describe security groups")
def _groups(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_security_groups, "SecurityGroups", Filters=filters))


@aws_call("describe endpoints")
def _endpoints(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_vpc_endpoints, "VpcEndpoints", Filters=filters))


@aws_call("describe network interfaces")
def _interfaces(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_network_interfaces, "NetworkInterfaces", Filters=filters))
