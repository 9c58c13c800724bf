"""Everything of ours in one account, whatever kind it is: {kind: names}, read with plain boto3.

Names and not ids, so that the holdings of two runs compare: a duplicate is a name told twice, an orphan a name too
many. Empty once a link is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import sandbox

OUR_TAG = "privatelink:link"
DEAD = {"deleted", "deleting", "terminated", "shutting-down", "failed", "rejected"}
EC2_KINDS = (
    ("describe_vpcs", "Vpcs", "VpcId"),
    ("describe_subnets", "Subnets", "SubnetId"),
    ("describe_route_tables", "RouteTables", "RouteTableId"),
    ("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("describe_security_groups", "SecurityGroups", "GroupName"),
    ("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("describe_vpc_endpoints", "VpcEndpoints", "ServiceName"),
    ("describe_vpc_endpoint_service_configurations", "ServiceConfigurations", "ServiceId"),
    ("describe_launch_templates", "LaunchTemplates", "LaunchTemplateName"),
)


def of_ours(side: str) -> dict[str, list[str]]:
    """Sorted names by kind; kinds with none are left out."""
    found: dict[str, list[str]] = {}
    for read in (_ec2, _instances, _elbv2, _ecs, _autoscaling, _iam, _ssm, _s3, _logs, _alarms, _acm):
        for kind, names in read(side):
            if names:
                found[kind] = sorted(names)
    return found


def _ours(item: dict[str, Any]) -> bool:
    return OUR_TAG in sandbox.tags_of(item)


def _alive(item: dict[str, Any]) -> bool:
    return str(item.get("State", item.get("ServiceState", ""))).lower() not in DEAD


def _ec2(side: str) -> Iterator[tuple[str, list[str]]]:
    ec2 = sandbox.client(side, "ec2")
    for operation, key, identity in EC2_KINDS:
        items = [item for item in sandbox.pages(ec2, operation, key) if _ours(item) and _alive(item)]
        yield key, [sandbox.tags_of(item).get("Name", item[identity]) for item in items]
    addresses = [item for item in ec2.describe_addresses()["Addresses"] if _ours(item)]
    yield "Addresses", [sandbox.tags_of(item).get("Name", item["AllocationId"]) for item in addresses]


def _instances(side: str) -> Iterator[tuple[str, list[str]]]:
    reservations = sandbox.pages(sandbox.client(side, "ec2"), "describe_instances", "Reservations")
    instances = [item for reservation in reservations for item in reservation["Instances"]]
    alive = [item for item in instances if _ours(item) and item["State"]["Name"] not in DEAD]
    yield "Instances", [sandbox.tags_of(item).get("Name", item["InstanceId"]) for item in alive]


def _elbv2(side: str) -> Iterator[tuple[str, list[str]]]:
    elbv2 = sandbox.client(side, "elbv2")
    balancers = _tagged(elbv2, "describe_load_balancers", "LoadBalancers", "LoadBalancerArn")
    yield "LoadBalancers", [item["LoadBalancerName"] for item in balancers]
    groups = _tagged(elbv2, "describe_target_groups", "TargetGroups", "TargetGroupArn")
    yield "TargetGroups", [item["TargetGroupName"] for item in groups]
    for balancer in balancers:
        arn, name = balancer["LoadBalancerArn"], balancer["LoadBalancerName"]
        listeners = sandbox.pages(elbv2, "describe_listeners", "Listeners", LoadBalancerArn=arn)
        yield f"listeners of {name}", [str(item["Port"]) for item in listeners]
        for listener in listeners:
            rules = sandbox.pages(elbv2, "describe_rules", "Rules", ListenerArn=listener["ListenerArn"])
            yield f"rules of {name}:{listener['Port']}", [_conditions(rule) for rule in rules]


def _tagged(elbv2: Any, operation: str, key: str, identity: str) -> list[dict[str, Any]]:
    items = {item[identity]: item for item in sandbox.pages(elbv2, operation, key)}
    arns = list(items)
    for start in range(0, len(arns), 20):
        for told in elbv2.describe_tags(ResourceArns=arns[start : start + 20])["TagDescriptions"]:
            items[told["ResourceArn"]]["Tags"] = told["Tags"]
    return [item for item in items.values() if _ours(item)]


def _conditions(rule: dict[str, Any]) -> str:
    return " ".join(str(condition.get("Values") or condition) for condition in rule["Conditions"]) or "default"


def _ecs(side: str) -> Iterator[tuple[str, list[str]]]:
    ecs = sandbox.client(side, "ecs")
    clusters = [arn for arn in sandbox.pages(ecs, "list_clusters", "clusterArns") if arn.endswith(f"/{sandbox.LINK}")]
    yield "clusters", clusters
    for cluster in clusters:
        yield "ECS services", sandbox.pages(ecs, "list_services", "serviceArns", cluster=cluster)
    families = sandbox.pages(ecs, "list_task_definition_families", "families", status="ACTIVE")
    yield "task definition families", [family for family in families if _named(family)]


def _autoscaling(side: str) -> Iterator[tuple[str, list[str]]]:
    autoscaling = sandbox.client(side, "autoscaling")
    groups = sandbox.pages(autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups")
    yield "AutoScalingGroups", [item["AutoScalingGroupName"] for item in groups if _ours(item)]


def _iam(side: str) -> Iterator[tuple[str, list[str]]]:
    iam = sandbox.client(side, "iam")
    for listed, key, read, identity in (
        ("list_roles", "Roles", iam.get_role, "RoleName"),
        ("list_instance_profiles", "InstanceProfiles", iam.get_instance_profile, "InstanceProfileName"),
    ):
        names = [item[identity] for item in sandbox.pages(iam, listed, key) if _named(item[identity])]
        items = {name: read(**{identity: name})[key.removesuffix("s")] for name in names}
        yield key, [name for name, item in items.items() if sandbox.tags_of(item).get(OUR_TAG) == sandbox.LINK]


def _ssm(side: str) -> Iterator[tuple[str, list[str]]]:
    parameters = sandbox.pages(sandbox.client(side, "ssm"), "describe_parameters", "Parameters")
    yield "Parameters", [item["Name"] for item in parameters if item["Name"].startswith(f"/twoway/{sandbox.LINK}/")]


def _s3(side: str) -> Iterator[tuple[str, list[str]]]:
    """Each bucket with its objects."""
    s3 = sandbox.client(side, "s3")
    names = [item["Name"] for item in sandbox.pages(s3, "list_buckets", "Buckets")]
    ours = [name for name in names if _named(name)]
    yield "Buckets", ours
    for name in ours:
        yield f"objects of {name}", [item["Key"] for item in s3.list_objects_v2(Bucket=name).get("Contents", [])]


def _logs(side: str) -> Iterator[tuple[str, list[str]]]:
    groups = sandbox.pages(sandbox.client(side, "logs"), "describe_log_groups", "logGroups")
    names = [item["logGroupName"] for item in groups]
    yield "log groups", [name for name in names if name.startswith(f"/twoway/{sandbox.LINK}")]


def _alarms(side: str) -> Iterator[tuple[str, list[str]]]:
    alarms = sandbox.pages(sandbox.client(side, "cloudwatch"), "describe_alarms", "MetricAlarms")
    yield "alarms", [item["AlarmName"] for item in alarms if _named(item["AlarmName"])]


def _acm(side: str) -> Iterator[tuple[str, list[str]]]:
    acm = sandbox.client(side, "acm")
    certificates = sandbox.pages(acm, "list_certificates", "CertificateSummaryList")
    arns = [item["CertificateArn"] for item in certificates]
    tagged = [(arn, acm.list_tags_for_certificate(CertificateArn=arn)) for arn in arns]
    yield "certificates", [sandbox.tags_of(tags).get("Name", arn) for arn, tags in tagged if _ours(tags)]


def _named(name: str) -> bool:
    return name.startswith(f"{sandbox.LINK}-")
