"""How fast AWS lets an account call, as its pages say: data, checked against them in 2026-11.

EC2:  https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
ELB:  https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
ECS:  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
Logs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
SSM:  https://docs.aws.amazon.com/general/latest/gr/ssm.html

Logs and SSM give a rate and no burst: their buckets hold one second's worth. Only actions that somebody here may call
are listed; services that document no throttle (IAM, STS, ACM, Auto Scaling) have none here either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A bucket, of so many tokens, so many of which come back each second. `each`: every action has one of its own."""

    name: str
    capacity: float
    refill: float
    each: bool = False


@dataclass(frozen=True, kw_only=True)
class Service:
    """`actions` names the limits of an action; `reads` and `writes` are those of all others."""

    actions: dict[str, tuple[Limit, ...]]
    reads: tuple[Limit, ...] = ()
    writes: tuple[Limit, ...] = ()


def _per_action(capacity: float, refill: float, *actions: str) -> dict[str, tuple[Limit, ...]]:
    return {name: (Limit(name=name, capacity=capacity, refill=refill),) for name in actions}


def _shared(limits: Iterable[Limit], *actions: str) -> dict[str, tuple[Limit, ...]]:
    return {name: tuple(limits) for name in actions}


_EC2_READ = Limit(name="non-mutating", capacity=100, refill=20, each=True)
_EC2_WRITE = Limit(name="mutating", capacity=50, refill=5, each=True)
# Of these a request without a filter and without a page draws on a smaller bucket.
EC2_UNFILTERED = Limit(name="unfiltered", capacity=50, refill=10, each=True)
EC2_BETTER_FILTERED = frozenset(
    {
        "DescribeInstances",
        "DescribeInstanceStatus",
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroups",
        "DescribeSnapshots",
        "DescribeSpotInstanceRequests",
        "DescribeVolumes",
    }
)

EC2 = Service(
    reads=(_EC2_READ,),
    writes=(_EC2_WRITE,),
    actions={
        **_per_action(4, 0.3, "CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"),
        **_per_action(
            10,
            1,
            "CreateVpcEndpointServiceConfiguration",
            "ModifyVpcEndpointServiceConfiguration",
            "DeleteVpcEndpointServiceConfigurations",
            "AcceptVpcEndpointConnections",
            "RejectVpcEndpointConnections",
            "CreateNatGateway",
            "DeleteNatGateway",
            "AssociateNatGatewayAddress",
        ),
        **_per_action(100, 10, "CreateTags", "DeleteTags"),
        **_per_action(
            100,
            5,
            "CreateLaunchTemplateVersion",
            "ModifyLaunchTemplate",
            "CreateNetworkInterface",
            "DeleteNetworkInterface",
            "ModifyNetworkInterfaceAttribute",
            "AssignPrivateIpAddresses",
            "UnassignPrivateIpAddresses",
            "AssociateIamInstanceProfile",
            "DisassociateIamInstanceProfile",
            "ModifyInstanceMetadataOptions",
            "TerminateInstances",
        ),
        **_per_action(5, 2, "RunInstances", "StartInstances"),
        **_per_action(20, 5, "DescribeSecurityGroupReferences", "DescribeStaleSecurityGroups"),
    },
)

_ELB_ALL = Limit(name="account", capacity=40, refill=10)
_ELB_READ = (_ELB_ALL, Limit(name="non-mutating", capacity=40, refill=10))
_ELB_WRITE = (_ELB_ALL, Limit(name="mutating", capacity=20, refill=3))
_ELB_INTENSIVE = (_ELB_ALL, Limit(name="resource-intensive", capacity=10, refill=0.2))
_ELB_REGISTRATION = (_ELB_ALL, Limit(name="registration", capacity=20, refill=4))

ELB = Service(
    reads=_ELB_READ,
    writes=_ELB_WRITE,
    actions={
        **_shared(_ELB_INTENSIVE, "CreateLoadBalancer", "SetSubnets"),
        **_shared(_ELB_REGISTRATION, "RegisterTargets", "DeregisterTargets"),
    },
)


def _ecs(name: str, capacity: float, refill: float, *actions: str) -> dict[str, tuple[Limit, ...]]:
    return _shared([Limit(name=name, capacity=capacity, refill=refill)], *actions)


ECS = Service(
    actions={
        **_ecs(
            "cluster modify",
            20,
            1,
            "CreateCluster",
            "DeleteCluster",
            "PutClusterCapacityProviders",
            "UpdateCluster",
            "UpdateClusterSettings",
        ),
        **_ecs("cluster read", 50, 20, "DescribeClusters", "ListClusters"),
        **_ecs("task definition modify", 20, 1, "RegisterTaskDefinition", "DeregisterTaskDefinition"),
        **_ecs(
            "task definition read",
            50,
            20,
            "DescribeTaskDefinition",
            "ListTaskDefinitions",
            "ListTaskDefinitionFamilies",
        ),
        **_ecs("task definition deletion", 5, 1, "DeleteTaskDefinitions"),
        **_ecs("tag modify", 20, 10, "TagResource", "UntagResource"),
        **_ecs("tag read", 50, 20, "ListTagsForResource"),
        **_ecs("cluster resource modify", 100, 40, "RunTask", "StartTask", "StopTask", "ExecuteCommand"),
        **_ecs(
            "cluster resource read",
            100,
            20,
            "DescribeTasks",
            "ListTasks",
            "DescribeContainerInstances",
            "ListContainerInstances",
            "ListAttributes",
        ),
        **_ecs("service modify", 50, 5, "CreateService", "UpdateService", "DeleteService"),
        **_ecs("service read", 100, 20, "DescribeServices", "ListServices"),
        **_ecs("service deployment", 50, 20, "DescribeServiceDeployments", "ListServiceDeployments"),
        **_ecs("service revision", 50, 20, "DescribeServiceRevisions"),
    },
)

LOGS = Service(
    actions={
        **_per_action(10, 10, "CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"),
        **_per_action(50, 50, "CreateLogStream"),
        **_per_action(25, 25, "DescribeLogStreams", "GetLogEvents"),
        **_per_action(10, 10, "FilterLogEvents"),
        **_per_action(5, 5, "PutRetentionPolicy", "DeleteRetentionPolicy"),
        **_per_action(5, 5, "TagResource", "UntagResource", "ListTagsForResource"),
        **_per_action(5, 5, "TagLogGroup", "UntagLogGroup", "ListTagsLogGroup"),
        **_per_action(5000, 5000, "PutLogEvents"),
    },
)

SSM = Service(
    actions={
        **_shared(
            [Limit(name="get parameters", capacity=40, refill=40)],
            "GetParameter",
            "GetParameters",
            "GetParametersByPath",
        ),
        **_per_action(3, 3, "PutParameter"),
        **_per_action(3, 3, "DeleteParameter"),
    },
)

# By the names that requests are signed with.
SERVICES = {"ec2": EC2, "elasticloadbalancing": ELB, "ecs": ECS, "logs": LOGS, "ssm": SSM}
