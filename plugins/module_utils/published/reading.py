# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Looks for the things to be published. Nothing here changes anything. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect, aws_call, pages
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import ALB, ASG, INSTANCES, NLB
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer import (
    api,
    api_auto_scaling,
    api_listeners,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.read_around import (
    alb_target_groups,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.published.check import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.published.things import (
    AutoScalingGroup,
    Instance,
    LoadBalancer,
    Things,
)

Entries = Sequence[Mapping[str, Any]]


def find_things(connect: Connect, entries: Entries, owner: Owner, vpc_id: str | None) -> Things:
    """Calls nothing for kinds that no entry has. `entries` are complete and right; `vpc_id` is the side's own VPC."""
    balancers = _load_balancers(connect, entries, owner)
    groups = _auto_scaling_groups(connect, [one["auto_scaling_group"] for one in entries if one["kind"] == ASG])
    instances, tagged = _instances(connect, entries, groups.values())
    addresses = sorted({address for one in entries for address in one.get("addresses") or ()})
    interfaces = _interfaces(connect("ec2"), addresses, vpc_id) if addresses and vpc_id else {}
    held = {
        *(group for one in balancers.values() for group in one.groups),
        *(group for one in instances.values() for group in one.groups),
        *(group for some in interfaces.values() for group in some),
    }
    return Things(
        load_balancers=balancers,
        auto_scaling_groups=groups,
        instances=instances,
        tagged=tagged,
        interfaces=interfaces,
        doors=_doors(connect("ec2"), sorted(held)) if held else {},
    )


def find_place(ec2: Any, link: str, subnet_ids: Sequence[str | None], consumers: Sequence[str]) -> Place:
    """By the subnets that the load balancers are to stand in; nowhere while these are not known."""
    known = [id_ for id_ in subnet_ids if id_]
    subnets = _subnets(ec2, known) if known else []
    vpc_ids = sorted({item["VpcId"] for item in subnets})
    blocks = [one for item in _vpcs(ec2, vpc_ids) for one in item["CidrBlockAssociationSet"]] if vpc_ids else []
    return Place(
        link=link,
        vpc_id=vpc_ids[0] if vpc_ids else None,
        vpc_cidrs=tuple(block["CidrBlock"] for block in blocks),
        cidrs=tuple(sorted(item["CidrBlock"] for item in subnets)),
        az_ids=tuple(sorted(item["AvailabilityZoneId"] for item in subnets)),
        consumers=tuple(consumers),
    )


@aws_call("describe vpcs")
def _vpcs(ec2: Any, ids: Sequence[str]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_vpcs, "Vpcs", Filters=[_filter("vpc-id", ids)]))


def _load_balancers(connect: Connect, entries: Entries, owner: Owner) -> dict[str, LoadBalancer]:
    kinds = {one["load_balancer"]: one["kind"] for one in entries if one["kind"] in (ALB, NLB)}
    if not kinds:
        return {}
    items = [item for name in sorted(kinds) if (item := api.get_load_balancer(connect("elbv2"), name))]
    services = _services(connect("ec2"), owner) if NLB in kinds.values() else {}
    zones = _zones(connect("ec2"), [item for item in items if item["Type"] == "network"])
    vpcs = {item["VpcId"] for item in items if item["Type"] == "application"}
    behind = alb_target_groups(connect("elbv2"), vpcs) if vpcs and ALB in kinds.values() else {}
    return {
        item["LoadBalancerName"]: LoadBalancer(
            name=item["LoadBalancerName"],
            arn=item["LoadBalancerArn"],
            kind=item["Type"],
            vpc_id=item["VpcId"],
            state=item["State"]["Code"],
            zones=tuple(
                sorted(zones[one["SubnetId"]] for one in item["AvailabilityZones"] if one["SubnetId"] in zones)
            ),
            groups=tuple(item.get("SecurityGroups") or ()),
            enforced=item.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic") == "on",
            listeners=_listeners(connect("elbv2"), item["LoadBalancerArn"]),
            service=services.get(item["LoadBalancerArn"]),
            behind=behind.get(item["LoadBalancerArn"], {}),
        )
        for item in items
    }


def _zones(ec2: Any, balancers: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The zone ids of their subnets."""
    ids = sorted({zone["SubnetId"] for item in balancers for zone in item["AvailabilityZones"]})
    return {item["SubnetId"]: item["AvailabilityZoneId"] for item in _subnets(ec2, ids)} if ids else {}


def _listeners(elbv2: Any, arn: str) -> dict[str, str]:
    return {str(item["Port"]): item["Protocol"] for item in api_listeners.list_listeners(elbv2, arn)}


@aws_call("list endpoint services")
def _services(ec2: Any, owner: Owner) -> dict[str, str]:
    """Who publishes which load balancer already, ourselves left out."""
    return {
        arn: item["ServiceId"]
        for item in pages(ec2.describe_vpc_endpoint_service_configurations, "ServiceConfigurations")
        if not owner.owns(boto3_tag_list_to_ansible_dict(item.get("Tags", [])))
        for arn in item.get("NetworkLoadBalancerArns", ())
    }


def _auto_scaling_groups(connect: Connect, names: Sequence[str]) -> dict[str, AutoScalingGroup]:
    found = api_auto_scaling.list_groups(connect("autoscaling"), sorted(set(names))) if names else []
    subnets = _subnets(connect("ec2"), sorted({_subnet(item) for item in found})) if found else []
    vpcs = {item["SubnetId"]: item["VpcId"] for item in subnets}
    return {
        item["AutoScalingGroupName"]: AutoScalingGroup(
            name=item["AutoScalingGroupName"],
            health_checks=tuple(item["HealthCheckType"].split(",")),
            vpc_id=vpcs.get(_subnet(item)),
            instance_ids=tuple(one["InstanceId"] for one in item.get("Instances", ())),
        )
        for item in found
    }


def _subnet(group: Mapping[str, Any]) -> str:
    """One of its subnets: all of them are in one VPC."""
    return (group.get("VPCZoneIdentifier") or "").split(",")[0]


@aws_call("describe subnets")
def _subnets(ec2: Any, ids: Sequence[str]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_subnets, "Subnets", Filters=[_filter("subnet-id", ids)]))


def _instances(
    connect: Connect, entries: Entries, groups: Iterable[AutoScalingGroup]
) -> tuple[dict[str, Instance], dict[str, tuple[str, ...]]]:
    """All instances that are meant, and which of them each entry means by tags. Those that have ended are none."""
    named = [one for one in entries if one["kind"] == INSTANCES]
    ids = sorted(
        {
            *(id_ for one in named for id_ in one.get("instance_ids") or ()),
            *(id_ for group in groups for id_ in group.instance_ids),
        }
    )
    found = {one.id: one for one in _described(connect("ec2"), [_filter("instance-id", ids)])} if ids else {}
    tagged: dict[str, tuple[str, ...]] = {}
    for one in named:
        if tags := one.get("instance_tags"):
            # Stopped ones are no targets: who tags what is to be published means those that run.
            wanted = [_filter(f"tag:{key}", [value]) for key, value in sorted(tags.items())]
            matching = _described(connect("ec2"), [*wanted, _filter("instance-state-name", ["running"])])
            tagged[one["name"]] = tuple(sorted(instance.id for instance in matching))
            found |= {instance.id: instance for instance in matching}
    return found, tagged


def _filter(name: str, values: Sequence[str]) -> dict[str, Any]:
    return {"Name": name, "Values": list(values)}


@aws_call("describe instances")
def _described(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[Instance]:
    """By filters rather than ids: AWS answers with nothing instead of an error when one is not there."""
    reservations = pages(ec2.describe_instances, "Reservations", Filters=list(filters))
    items = [item for reservation in reservations for item in reservation["Instances"]]
    return [
        Instance(
            id=item["InstanceId"],
            vpc_id=item.get("VpcId"),
            state=item["State"]["Name"],
            groups=tuple(group["GroupId"] for group in item.get("SecurityGroups", ())),
        )
        for item in items
        if item["State"]["Name"] not in ("shutting-down", "terminated")
    ]


@aws_call("describe network interfaces")
def _interfaces(ec2: Any, addresses: Sequence[str], vpc_id: str) -> dict[str, tuple[str, ...]]:
    filters = [_filter("addresses.private-ip-address", addresses), _filter("vpc-id", [vpc_id])]
    items = pages(ec2.describe_network_interfaces, "NetworkInterfaces", Filters=filters)
    return {item["PrivateIpAddress"]: tuple(group["GroupId"] for group in item["Groups"]) for item in items}


@aws_call("describe security groups")
def _doors(ec2: Any, ids: Sequence[str]) -> dict[str, tuple[Mapping[str, Any], ...]]:
    items = pages(ec2.describe_security_groups, "SecurityGroups", Filters=[_filter("group-id", ids)])
    return {item["GroupId"]: tuple(item.get("IpPermissions", ())) for item in items}
