# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How fast AWS lets an account call, in a region, as its pages say: data, of 2026-11. PRIVATE; stdlib only.

EC2:  https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
ELB:  https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
ECS:  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
Logs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
SSM:  https://docs.aws.amazon.com/general/latest/gr/ssm.html

Of Logs and SSM AWS tells a rate and no burst; a second's worth is taken for one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fnmatch import fnmatchcase

# What we leave to AWS's other users, and to calls that arrive closer together than they were sent.
BURST_WE_TAKE = 0.8
REFILL_WE_TAKE = 0.95


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One bucket for all actions that a pattern matches, or (`each`) one for every action."""

    name: str
    actions: tuple[str, ...]
    capacity: float
    refill: float
    each: bool = False

    def concerns(self, action: str) -> bool:
        return any(fnmatchcase(action, pattern) for pattern in self.actions)

    @property
    def our_capacity(self) -> int:
        return math.ceil(self.capacity * BURST_WE_TAKE)

    @property
    def our_refill(self) -> float:
        return self.refill * REFILL_WE_TAKE


def _each(capacity: float, refill: float, *actions: str) -> Limit:
    return Limit(name="", actions=actions, capacity=capacity, refill=refill, each=True)


def _all(name: str, capacity: float, refill: float, *actions: str) -> Limit:
    return Limit(name=name, actions=actions, capacity=capacity, refill=refill)


# Of a service's limits the first that concerns an action is the action's, so the general ones come last.
LIMITS: dict[str, tuple[Limit, ...]] = {
    "ec2": (
        _each(4, 0.3, "CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"),
        _each(10, 1, "*VpcEndpointServiceConfiguration", "DeleteVpcEndpointServiceConfigurations"),
        _each(10, 1, "AcceptVpcEndpointConnections", "RejectVpcEndpointConnections"),
        _each(10, 1, "CreateNatGateway", "DeleteNatGateway", "*NatGatewayAddress"),
        _each(100, 10, "CreateTags", "DeleteTags"),
        _each(5, 2, "RunInstances", "StartInstances"),
        _each(20, 5, "DescribeSecurityGroupReferences", "DescribeStaleSecurityGroups"),
        # Twice that with a filter or a page. We have one mostly, and few of these calls always.
        _each(50, 10, "DescribeInstances", "DescribeInstanceStatus", "DescribeNetworkInterfaces"),
        _each(50, 10, "DescribeSecurityGroups", "DescribeVolumes"),
        _each(100, 20, "Describe*", "Get*", "List*", "Search*"),
        _each(50, 5, "*"),
    ),
    "elbv2": (
        _all("resource-intensive", 10, 0.2, "CreateLoadBalancer", "SetSubnets"),
        _all("registration", 20, 4, "RegisterTargets", "DeregisterTargets"),
        _all("non-mutating", 40, 10, "Describe*"),
        _all("mutating", 20, 3, "*"),
    ),
    "ecs": (
        _all("cluster modify", 20, 1, "*Cluster", "PutClusterCapacityProviders", "UpdateClusterSettings"),
        _all("cluster read", 50, 20, "DescribeClusters", "ListClusters"),
        _all("task definition modify", 20, 1, "RegisterTaskDefinition", "DeregisterTaskDefinition"),
        _all("task definition deletion", 5, 1, "DeleteTaskDefinitions"),
        _all("task definition read", 50, 20, "DescribeTaskDefinition", "ListTaskDefinition*"),
        _all("tag modify", 20, 10, "TagResource", "UntagResource"),
        _all("tag read", 50, 20, "ListTagsForResource"),
        _all("cluster resource modify", 100, 40, "RunTask", "StartTask", "StopTask", "ExecuteCommand"),
        _all("cluster resource read", 100, 20, "DescribeTasks", "ListTasks"),
        _all("service modify", 50, 5, "CreateService", "UpdateService", "DeleteService"),
        _all("service read", 100, 20, "DescribeServices", "ListServices"),
        _all("service deployment", 50, 20, "DescribeServiceDeployments", "ListServiceDeployments"),
        _all("service revision", 50, 20, "DescribeServiceRevisions"),
    ),
    "logs": (
        _each(10, 10, "CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups", "FilterLogEvents"),
        _each(25, 25, "DescribeLogStreams"),
        _each(10, 10, "GetLogEvents"),
        _each(5, 5, "PutRetentionPolicy", "DeleteRetentionPolicy", "TagResource", "UntagResource"),
        _each(5, 5, "ListTagsForResource"),
    ),
    "ssm": (
        _all("get parameters", 40, 40, "GetParameter*"),
        _each(3, 3, "PutParameter", "DeleteParameter"),
    ),
}

# What every action of a service draws on besides.
ACCOUNT: dict[str, Limit] = {"elbv2": _all("account", 40, 10, "*")}


def limits_of(service: str, action: str) -> tuple[Limit, ...]:
    """What a call is measured by; nothing when AWS documents no limit. `service` is boto3's name."""
    own = next((limit for limit in LIMITS.get(service, ()) if limit.concerns(action)), None)
    return tuple(limit for limit in (own, ACCOUNT.get(service)) if limit)
