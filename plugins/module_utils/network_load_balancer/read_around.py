# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Answers the questions that a plan has about what stands around the load balancer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect, aws_call, pages
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer import (
    api,
    api_listeners,
    api_target_groups,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.around import (
    Alb,
    Around,
    Questions,
    Subnet,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import ALB


def read_around(connect: Connect, questions: Questions, load_balancer_arn: str | None) -> Around:
    """Calls nothing for questions that are not asked."""
    subnets = _subnets(connect("ec2"), questions.subnet_ids) if questions.subnet_ids else []
    return Around(
        albs=_albs(connect("elbv2"), questions.alb_arns) if questions.alb_arns else {},
        subnets={item["SubnetId"]: _subnet(item) for item in subnets},
        cross_region_service=_cross_region(connect("ec2"), load_balancer_arn) if questions.idle_timeout else None,
    )


def _albs(elbv2: Any, arns: Iterable[str]) -> dict[str, Alb]:
    found = [item for arn in arns if (item := api.get_load_balancer_by_arn(elbv2, arn))]
    behind = alb_target_groups(elbv2, {item["VpcId"] for item in found}) if found else {}
    return {item["LoadBalancerArn"]: _alb(elbv2, item, behind.get(item["LoadBalancerArn"], {})) for item in found}


def _alb(elbv2: Any, item: dict[str, Any], behind: dict[str, tuple[str, ...]]) -> Alb:
    arn = item["LoadBalancerArn"]
    ports = sorted(listener["Port"] for listener in api_listeners.list_listeners(elbv2, arn))
    state = item["State"]["Code"]
    return Alb(arn=arn, kind=item["Type"], vpc_id=item["VpcId"], state=state, ports=tuple(ports), behind=behind)


def alb_target_groups(elbv2: Any, vpc_ids: set[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """By ARN of the Application Load Balancer: the names of its target groups, and who uses each."""
    behind: dict[str, dict[str, tuple[str, ...]]] = {}
    for group in api_target_groups.list_all(elbv2):
        if group.get("TargetType") == ALB and group.get("VpcId") in vpc_ids:
            used = tuple(arn.split("/")[-2] for arn in group.get("LoadBalancerArns", ()))
            for target in api_target_groups.list_targets(elbv2, group["TargetGroupArn"]):
                behind.setdefault(target.id, {})[group["TargetGroupName"]] = used
    return behind


@aws_call("describe subnets")
def _subnets(ec2: Any, ids: Sequence[str]) -> list[dict[str, Any]]:
    return list(pages(ec2.describe_subnets, "Subnets", SubnetIds=list(ids)))


def _subnet(item: dict[str, Any]) -> Subnet:
    return Subnet(id=item["SubnetId"], zone=item["AvailabilityZone"], vpc_id=item["VpcId"])


@aws_call("look for endpoint services of {load_balancer_arn}")
def _cross_region(ec2: Any, load_balancer_arn: str | None) -> str | None:
    """The endpoint service that publishes it to other regions. No filter of the call knows load balancers."""
    home = (load_balancer_arn or "").split(":")[3:4]
    for item in pages(ec2.describe_vpc_endpoint_service_configurations, "ServiceConfigurations"):
        regions = {one["Region"] for one in item.get("SupportedRegions", ())}
        if load_balancer_arn in item.get("NetworkLoadBalancerArns", ()) and regions - set(home):
            return item["ServiceId"]
    return None
