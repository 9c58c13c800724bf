"""What AWS's services publish of what was metered.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from rig.control import clock, cloudwatch, feedback
from rig.control.lock import lock
from rig.world import Reading, Report, Traffic, Usage
from unit.rig.elb.scenery import forward

ZONE = "ap-northeast-1a"


@pytest.fixture
def shop(balancing, cloud):
    """An application load balancer with a target group, and both their names in metrics."""
    group = balancing.target_group("orders")
    balancer = balancing.balancer("services", "application")
    balancing.listener(balancer, 80, "HTTP", forward(group))
    return Shop(cloud, balancer, group)


class Shop:
    def __init__(self, cloud, balancer: str, group: str) -> None:
        self.balancer, self.group = balancer, group
        self.balancer_name = balancer.rpartition(":loadbalancer/")[2]
        self.group_name = group.rpartition(":")[2]
        self.cloudwatch = cloud.client("isolated", "cloudwatch")
        self.begin = (math.floor(clock.wall() / 60) - 10) * 60.0

    def read(self, *readings: Reading) -> None:
        with lock:
            cloudwatch.take(readings)

    def reading(self, period: int, zone: str = ZONE, seconds: float = 60, group: str | None = None, **counts: int):
        return self.timed(period, {}, zone, seconds, group, **counts)

    def timed(self, period: int, times, zone: str = ZONE, seconds: float = 60, group: str | None = None, **counts: int):
        key = (self.balancer, self.group if group is None else group, zone)
        traffic = {key: Traffic(counts=counts, seconds=times)}
        return Reading(begin=self.begin + period * seconds, seconds=seconds, traffic=traffic)

    def values(self, name: str, stat: str = "Sum", namespace: str = "AWS/ApplicationELB", period: int = 60, **where):
        named = [{"Name": key, "Value": value} for key, value in where.items()]
        metric = {"Namespace": namespace, "MetricName": name, "Dimensions": named}
        found = self.cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "q", "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}],
            StartTime=datetime.fromtimestamp(self.begin, UTC),
            EndTime=datetime.fromtimestamp(self.begin + 600, UTC),
            ScanBy="TimestampAscending",
        )["MetricDataResults"][0]
        times = [round((each.timestamp() - self.begin) / period) for each in found["Timestamps"]]
        return dict(zip(times, found["Values"], strict=True))

    @property
    def where(self) -> dict[str, str]:
        return {"LoadBalancer": self.balancer_name, "TargetGroup": self.group_name}


def test_counts_are_what_a_period_added(shop: Shop):
    first = shop.reading(0, requests=10, target_2xx=9, target_5xx=1)
    second = shop.reading(1, requests=25, target_2xx=24, target_5xx=1)
    shop.read(first)
    shop.read(first, second)  # a reading that was seen before is nothing new
    shop.read(second)
    assert shop.values("RequestCount", **shop.where) == {0: 10, 1: 15}
    assert shop.values("HTTPCode_Target_2XX_Count", **shop.where) == {0: 9, 1: 15}
    # "Reporting criteria: there is a nonzero value"
    assert shop.values("HTTPCode_Target_5XX_Count", **shop.where) == {0: 1}


def test_no_requests_no_metrics(shop: Shop):
    shop.read(shop.reading(0, requests=3), shop.reading(1, requests=3))
    assert shop.values("RequestCount", **shop.where) == {0: 3}


def test_each_combination_of_dimensions_is_told(shop: Shop):
    both = {
        (shop.balancer, shop.group, ZONE): Traffic(counts={"requests": 3}),
        (shop.balancer, shop.group, "ap-northeast-1c"): Traffic(counts={"requests": 4}),
    }
    shop.read(Reading(begin=shop.begin, seconds=60, traffic=both))
    balancer, group = {"LoadBalancer": shop.balancer_name}, {"TargetGroup": shop.group_name}
    assert shop.values("RequestCount", **balancer) == {0: 7}
    assert shop.values("RequestCount", **balancer, **group) == {0: 7}
    assert shop.values("RequestCount", **balancer, AvailabilityZone=ZONE) == {0: 3}
    assert shop.values("RequestCount", **balancer, **group, AvailabilityZone="ap-northeast-1c") == {0: 4}
    assert shop.values("RequestCount", **group) == {}


def test_each_request_is_a_sample_of_one(shop: Shop):
    shop.read(shop.reading(0, requests=5))
    told = {stat: shop.values("RequestCount", stat, **shop.where)[0] for stat in ("Minimum", "Maximum", "SampleCount")}
    assert told == {"Minimum": 1, "Maximum": 1, "SampleCount": 5}


def test_response_times_have_percentiles(shop: Shop):
    shop.read(shop.timed(0, {0.1: 98, 2.0: 2}, requests=100))
    shop.read(shop.timed(1, {0.1: 98, 2.0: 4}, requests=102))
    assert shop.values("TargetResponseTime", "p50", **shop.where) == {0: 0.1, 1: 2.0}
    assert shop.values("TargetResponseTime", "p99", **shop.where) == {0: 2.0, 1: 2.0}
    assert shop.values("TargetResponseTime", "SampleCount", **shop.where) == {0: 100, 1: 2}


def test_answers_of_the_load_balancer_itself_have_no_target_group(shop: Shop):
    shop.read(shop.reading(0, group="", elb_5xx=2, elb_502=2, fixed_responses=4))
    assert shop.values("HTTPCode_ELB_5XX_Count", LoadBalancer=shop.balancer_name) == {0: 2}
    assert shop.values("HTTPCode_ELB_502_Count", LoadBalancer=shop.balancer_name, AvailabilityZone=ZONE) == {0: 2}
    assert shop.values("HTTP_Fixed_Response_Count", LoadBalancer=shop.balancer_name) == {0: 4}
    assert shop.values("HTTPCode_ELB_5XX_Count", **shop.where) == {}


def test_short_periods_are_of_high_resolution(shop: Shop):
    shop.read(shop.reading(0, seconds=5, requests=1), shop.reading(1, seconds=5, requests=3))
    assert shop.values("RequestCount", period=5, **shop.where) == {0: 1, 1: 2}
    assert shop.values("RequestCount", period=10, **shop.where) == {0: 3}


def test_a_load_balancer_that_is_gone_tells_nothing(shop: Shop):
    traffic = {(f"{shop.balancer}0", shop.group, ZONE): Traffic(counts={"requests": 3}), ("", "", ""): Traffic()}
    shop.read(Reading(begin=shop.begin, seconds=60, traffic=traffic))
    assert shop.values("RequestCount", **shop.where) == {}


def test_flows_of_a_network_load_balancer(balancing, cloud):
    group = balancing.target_group("proxies", protocol="TCP")
    balancer = balancing.balancer("door", "network")
    balancing.listener(balancer, 443, "TCP", forward(group))
    shop = Shop(cloud, balancer, group)
    shop.read(shop.reading(0, group="", flows=4, bytes=4096))
    told = {"namespace": "AWS/NetworkELB", "LoadBalancer": shop.balancer_name}
    assert shop.values("NewFlowCount", **told) == {0: 4}
    assert shop.values("ProcessedBytes", AvailabilityZone=ZONE, **told) == {0: 4096}


@pytest.fixture
def served(fleet, plane, cloud) -> Shop:
    """Two tasks of a service behind a load balancer."""
    fleet.create(fleet.definition(), count=2, healthCheckGracePeriodSeconds=600)
    plane.round(4)
    (group,) = fleet.balancing.elbv2.describe_target_groups(Names=["orders"])["TargetGroups"]
    return Shop(cloud, group["LoadBalancerArns"][0], fleet.target_group)


def test_health_is_told_without_traffic(fleet, plane, served: Shop):
    plane.ill.add(next(iter(fleet.addresses())))
    plane.round()
    served.read(Reading(begin=served.begin, seconds=60))
    assert served.values("HealthyHostCount", "Average", **served.where) == {0: 1}
    assert served.values("UnHealthyHostCount", "Maximum", **served.where) == {0: 1}
    zones = {task["availabilityZone"] for task in fleet.tasks()}
    healthy = [served.values("HealthyHostCount", "Average", **served.where, AvailabilityZone=zone) for zone in zones]
    assert sorted(healthy, key=str) == [{0: 0}, {0: 1}]


def test_requests_per_target(served: Shop):
    served.read(served.reading(0, requests=10))
    assert served.values("RequestCountPerTarget", TargetGroup=served.group_name) == {0: 5}


def test_tasks_use_what_their_processes_do(fleet, served: Shop):
    """Each may have a quarter of a processor and 512 MiB."""
    ids = [f"{task['taskArn'].rpartition('/')[2]}.app" for task in fleet.tasks()]

    def usage(*seconds: float) -> dict[str, Usage]:
        return {id_: Usage(cpu_seconds=each, memory_bytes=128 << 20) for id_, each in zip(ids, seconds, strict=True)}

    served.read(Reading(begin=served.begin, seconds=60, usage=usage(100, 100)))
    served.read(Reading(begin=served.begin + 60, seconds=60, usage=usage(101.5, 115)))
    told = {"namespace": "AWS/ECS", "ClusterName": "tokyo", "ServiceName": "orders"}
    assert served.values("CPUUtilization", "Average", **told)[1] == pytest.approx(55)
    assert served.values("CPUUtilization", "Maximum", **told)[1] == pytest.approx(100)
    assert served.values("MemoryUtilization", "Average", **told)[1] == pytest.approx(25)


def test_what_is_measured_comes_by_the_report(shop: Shop):
    with lock:
        feedback.take(Report(readings=(shop.reading(0, requests=2),)))
    assert shop.values("RequestCount", **shop.where) == {0: 2}
