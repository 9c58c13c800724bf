"""What AWS documents, and that we stay below it."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.pacing import limits
from botocore.session import Session
from rig.control.throttling import limits as documented

SIGNED_AS = {"elbv2": "elasticloadbalancing"}


@pytest.mark.parametrize(
    "service, action, expected",
    [
        ("elbv2", "CreateRule", [("mutating", 20, 3), ("account", 40, 10)]),
        ("elbv2", "DescribeTags", [("non-mutating", 40, 10), ("account", 40, 10)]),
        ("elbv2", "CreateLoadBalancer", [("resource-intensive", 10, 0.2), ("account", 40, 10)]),
        ("ecs", "CreateService", [("service modify", 50, 5)]),
        ("ecs", "RegisterTaskDefinition", [("task definition modify", 20, 1)]),
        ("ec2", "CreateVpcEndpoint", [("", 4, 0.3)]),
        ("ec2", "CreateVpcEndpointServiceConfiguration", [("", 10, 1)]),
        ("ec2", "CreateVpc", [("", 50, 5)]),
        ("logs", "PutRetentionPolicy", [("", 5, 5)]),
        ("ssm", "GetParametersByPath", [("get parameters", 40, 40)]),
        ("iam", "CreateRole", []),
    ],
)
def test_what_a_call_is_measured_by(service, action, expected):
    found = [(limit.name, limit.capacity, limit.refill) for limit in limits.limits_of(service, action)]
    assert found == expected


def told_of(service: str) -> dict[str, tuple[documented.Limit, ...]]:
    """What the sandbox was told of AWS, by action. Written from the same pages as ours, but by itself."""
    theirs = documented.SERVICES[SIGNED_AS.get(service, service)]
    names = Session().get_service_model(service).operation_names
    reads = ("Describe", "Get", "List", "Search")
    return {name: theirs.actions.get(name, theirs.reads if name.startswith(reads) else theirs.writes) for name in names}


@pytest.mark.parametrize("service", sorted(limits.LIMITS))
def test_each_action_stays_below_what_aws_documents(service):
    for action, theirs in told_of(service).items():
        ours = limits.limits_of(service, action)
        for limit in theirs if ours else ():
            below = [own for own in ours if own.our_capacity <= limit.capacity and own.our_refill < limit.refill]
            assert below, f"{action}: {limit}"


@pytest.mark.parametrize("service", ["elbv2", "ecs", "ssm"])
def test_what_shares_a_bucket_at_aws_shares_one_of_ours(service):
    buckets: dict[str, list[set]] = {}
    for action, theirs in told_of(service).items():
        shared = {limit for limit in limits.limits_of(service, action) if not limit.each}
        for limit in theirs if limits.limits_of(service, action) else ():
            buckets.setdefault(limit.name, []).append(shared)
    for name, shared in buckets.items():
        assert len(shared) == 1 or set.intersection(*shared), name


def test_headroom():
    (limit,) = limits.limits_of("ec2", "CreateVpcEndpoint")
    assert (limit.our_capacity, limit.our_refill) == (4, pytest.approx(0.285))
    limit, _account = limits.limits_of("elbv2", "CreateRule")
    assert (limit.our_capacity, limit.our_refill) == (16, pytest.approx(2.85))
