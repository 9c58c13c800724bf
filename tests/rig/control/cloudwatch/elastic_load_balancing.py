"""AWS/ApplicationELB and AWS/NetworkELB: what the data plane metered, under AWS's names and dimensions.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from moto.elbv2.models import elbv2_backends

from rig.control.cloudwatch.point import Point
from rig.control.cloudwatch.summary import Summary
from rig.control.elbv2.backend import LoadBalancing
from rig.control.elbv2.load_balancer import LoadBalancer
from rig.control.elbv2.target_group import TargetGroup
from rig.world import MeterKey, Traffic

_NAMESPACES = {"application": "AWS/ApplicationELB", "network": "AWS/NetworkELB"}
# Of targets: told for the load balancer, and for each target group.
_TARGET_COUNTS = {
    "requests": "RequestCount",
    "target_2xx": "HTTPCode_Target_2XX_Count",
    "target_3xx": "HTTPCode_Target_3XX_Count",
    "target_4xx": "HTTPCode_Target_4XX_Count",
    "target_5xx": "HTTPCode_Target_5XX_Count",
    "connection_errors": "TargetConnectionErrorCount",
}
_BALANCER_COUNTS = {
    "elb_3xx": "HTTPCode_ELB_3XX_Count",
    "elb_4xx": "HTTPCode_ELB_4XX_Count",
    "elb_5xx": "HTTPCode_ELB_5XX_Count",
    "elb_500": "HTTPCode_ELB_500_Count",
    "elb_502": "HTTPCode_ELB_502_Count",
    "elb_503": "HTTPCode_ELB_503_Count",
    "elb_504": "HTTPCode_ELB_504_Count",
    "fixed_responses": "HTTP_Fixed_Response_Count",
    "redirects": "HTTP_Redirect_Count",
}
_FLOW_COUNTS = {"flows": ("NewFlowCount", "Count"), "bytes": ("ProcessedBytes", "Bytes")}
_ZONE, _BALANCER, _GROUP = "AvailabilityZone", "LoadBalancer", "TargetGroup"


def points(traffic: Mapping[MeterKey, Traffic]) -> Iterator[Point]:
    """Of one period. What nothing was counted of is not told, as AWS does: "If there are no requests flowing through
    the load balancer or no data for a metric, the metric is not reported." """
    for (balancer_arn, group_arn, zone), passed in traffic.items():
        found = _balancer(balancer_arn)
        if found is None:
            continue  # it is gone by now
        backend, balancer = found
        group = backend.target_groups.get(group_arn)
        where = {_BALANCER: balancer.short_name, _ZONE: zone}
        if balancer.is_network:
            yield from _flows(balancer, where, passed)
        elif group is not None:
            yield from _of_group(balancer, {**where, _GROUP: _group_name(group)}, passed, len(group.targets))
        else:
            yield from _of_balancer(balancer, where, passed)


def health() -> Iterator[Point]:
    """Of every target group that a load balancer uses, whatever the traffic."""
    for regions in elbv2_backends.values():
        for backend in regions.values():
            for group_arn, balancer_arns in backend.links.items():
                if group := backend.target_groups.get(group_arn):
                    for arn in balancer_arns:
                        yield from _health(backend, group, backend.load_balancers[arn])


def _balancer(arn: str) -> tuple[LoadBalancing, LoadBalancer] | None:
    if not arn:
        return None
    _arn, _partition, _service, region, account_id, _rest = arn.split(":", 5)
    backend = elbv2_backends[account_id][region]
    balancer = backend.load_balancers.get(arn)
    return (backend, balancer) if balancer else None


def _group_name(group: TargetGroup) -> str:
    """targetgroup/name/id"""
    return group.arn.rpartition(":")[2]


def _point(
    balancer: LoadBalancer, name: str, where: Mapping[str, str], keys: tuple[str, ...], summary: Summary, unit: str
) -> Point:
    return Point.of(
        balancer.arn,
        namespace=_NAMESPACES[balancer.type],
        name=name,
        dimensions={key: where[key] for key in keys},
        summary=summary,
        unit=unit,
    )


def _each_one(number: float) -> Summary:
    """ "Minimum, Maximum, and Average all return 1": each request is a sample."""
    return Summary.of_values({1.0: number})


def _of_group(balancer: LoadBalancer, where: Mapping[str, str], passed: Traffic, targets: int) -> Iterator[Point]:
    for keys in ((_BALANCER,), (_ZONE, _BALANCER), (_GROUP, _BALANCER), (_ZONE, _GROUP, _BALANCER)):
        for word, name in _TARGET_COUNTS.items():
            if number := passed.counts.get(word):
                yield _point(balancer, name, where, keys, _each_one(number), "Count")
        if passed.seconds:
            yield _point(balancer, "TargetResponseTime", where, keys, Summary.of_values(passed.seconds), "Seconds")
    if (number := passed.counts.get("requests")) and targets:
        share = Summary.of_values({number / targets: 1.0})
        for keys in ((_GROUP,), (_ZONE, _GROUP), (_GROUP, _BALANCER), (_ZONE, _GROUP, _BALANCER)):
            yield _point(balancer, "RequestCountPerTarget", where, keys, share, "Count")


def _of_balancer(balancer: LoadBalancer, where: Mapping[str, str], passed: Traffic) -> Iterator[Point]:
    for word, name in _BALANCER_COUNTS.items():
        if number := passed.counts.get(word):
            for keys in ((_BALANCER,), (_ZONE, _BALANCER)):
                yield _point(balancer, name, where, keys, _each_one(number), "Count")


def _flows(balancer: LoadBalancer, where: Mapping[str, str], passed: Traffic) -> Iterator[Point]:
    for word, (name, unit) in _FLOW_COUNTS.items():
        if number := passed.counts.get(word):
            for keys in ((_BALANCER,), (_ZONE, _BALANCER)):
                yield _point(balancer, name, where, keys, Summary.of_values({float(number): 1.0}), unit)


def _health(backend: LoadBalancing, group: TargetGroup, balancer: LoadBalancer) -> Iterator[Point]:
    states: dict[str, Counter[str]] = {}
    for registration in group.targets.values():
        states.setdefault(registration.zone or "", Counter())[backend.status(group, registration).state] += 1
    everywhere = sum(states.values(), Counter())
    where = {_BALANCER: balancer.short_name, _GROUP: _group_name(group)}
    for name, state in (("HealthyHostCount", "healthy"), ("UnHealthyHostCount", "unhealthy")):
        number = Summary.of_values({float(everywhere[state]): 1.0})
        yield _point(balancer, name, where, (_GROUP, _BALANCER), number, "Count")
        for zone, found in states.items():
            if zone:
                number = Summary.of_values({float(found[state]): 1.0})
                keys = (_ZONE, _GROUP, _BALANCER)
                yield _point(balancer, name, {**where, _ZONE: zone}, keys, number, "Count")
