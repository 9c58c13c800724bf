"""What passed is what is measured."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import count

import pytest
from rig.fabric.envoy import metering
from rig.world import Action, Report, WeightedTargetGroup, World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud

HOST = f"https://orders.{worlds.DOMAIN}"
ALB_A = ("10.0.10.40", 443)
REQUEST = "meter.requests.listener.app/x/1/2/eni-1.cluster.{}.route.{}.code.{}.details.{}"
GROUP = "targetgroup/orders-stable/1/eni-1"
LISTENER = "app/x/1/2/eni-1"
_numbers = count(1)


@pytest.mark.parametrize(
    ("cluster", "route", "code", "details", "expected"),
    [
        (GROUP, "", "200", "via_upstream", {(GROUP, "requests"), (GROUP, "target_2xx")}),
        (GROUP, "", "503", "via_upstream", {(GROUP, "requests"), (GROUP, "target_5xx")}),
        (
            GROUP,
            "",
            "502",
            "upstream_reset_before_response_started{remote_connection_failure|Connection_refused}",
            {(GROUP, "requests"), (LISTENER, "elb_5xx"), (LISTENER, "elb_502")},
        ),
        (
            GROUP,
            "",
            "200",
            "upstream_reset_after_response_started{connection_termination}",
            {(GROUP, "requests"), (GROUP, "target_2xx")},
        ),
        (GROUP, "", "200", "downstream_remote_disconnect", {(GROUP, "requests"), (GROUP, "target_2xx")}),
        (GROUP, "", "0", "downstream_remote_disconnect", {(GROUP, "requests"), (LISTENER, "elb_4xx")}),
        (GROUP, "", "503", "no_healthy_upstream", {(LISTENER, "elb_5xx"), (LISTENER, "elb_503")}),
        ("", "fixed-response", "404", "direct_response", {(LISTENER, "fixed_responses")}),
        ("", "redirect", "301", "direct_response", {(LISTENER, "elb_3xx"), (LISTENER, "redirects")}),
        ("", "", "503", "direct_response", {(LISTENER, "elb_5xx"), (LISTENER, "elb_503")}),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_each_request_counts_as_what_it_was(cluster, route, code, details, expected):
    assert set(metering.words(REQUEST.format(cluster, route, code, details))) == expected


def test_other_statistics_are_read_too():
    assert set(metering.words(f"cluster.{GROUP}.upstream_cx_connect_timeout")) == {(GROUP, "connection_errors")}
    assert set(metering.words("tcp.net/x/1/2/eni-1.downstream_cx_total")) == {("net/x/1/2/eni-1", "flows")}
    assert set(metering.words("tcp.net/x/1/2/eni-1.downstream_cx_rx_bytes_total")) == {("net/x/1/2/eni-1", "bytes")}
    assert not set(metering.words("cluster.x.upstream_rq_total"))


def test_what_begins_anew_counts_from_nought():
    before = {"same": 5, "more": 5, "again": 5, "gone": 5}
    found = {"same": 5, "more": 8, "again": 2, "new": 1}
    assert dict(metering.increments(found, before)) == {"more": 3, "again": 2, "new": 1}


def test_bins_are_told_by_their_middle():
    histogram = {"name": f"meter.times.cluster.{GROUP}", "totals": [{"lower_bound": 670, "width": 10, "count": 2}]}
    answer = {"stats": [{"name": "x", "value": 1}, {"histograms": {"details": [histogram]}}]}
    assert metering.times(answer) == {(GROUP, 0.000675): 2}
    assert metering.counters(answer) == {"x": 1}


def counted(report: Report, balancer: str, group: str = "") -> Counter[str]:
    """All zones together."""
    found: Counter[str] = Counter()
    if report.readings:
        for (lb, tg, _zone), traffic in report.readings[-1].traffic.items():
            if (lb, tg) == (balancer, group):
                found.update(traffic.counts)
    return found


def gained(cloud: Cloud, before: Report, *wanted: tuple[str, str, str, int]) -> dict[tuple[str, str, str], int]:
    """What was counted since `before`, once it is as much as `wanted`: (balancer, group, word, number)."""

    def gains(report: Report) -> dict[tuple[str, str, str], int]:
        return {
            (lb, tg, word): counted(report, lb, tg)[word] - counted(before, lb, tg)[word]
            for lb, tg, word, _number in wanted
        }

    report = cloud.wait_until(
        lambda report: all(gains(report)[lb, tg, word] >= number for lb, tg, word, number in wanted), f"{wanted}"
    )
    return gains(report)


@pytest.fixture
def opened(base: World) -> World:
    """`base`, with the ALB open to the isolated VPC."""
    return worlds.with_rules(base, "sg-services", worlds.rule("tcp", 443, cidr="10.0.0.0/16"))


def with_canary(world: World, version: str, action: Action, **environment: str) -> World:
    """The second task is of that version, and orders are forwarded by `action`."""
    kept = tuple(workload for workload in world.workloads if workload.id != "orders-2")
    second = next(workload for workload in world.workloads if workload.id == "orders-2")
    canary = replace(
        second,
        id=f"orders-canary-{next(_numbers)}",
        image=f"{worlds.ECR}/twoway/orders:{version}",
        environment=tuple(environment.items()),
    )
    return worlds.with_orders_forwarded(replace(world, workloads=(*kept, canary)), action)


def send(insider: Agent, ca: str, number: int) -> list[tuple[int, float, str]]:
    """Status, seconds and body of each."""
    return insider.send(f"{HOST}/", number, ca=ca, to=ALB_A)


def test_requests_are_counted_exactly_each_in_its_group(insider: Agent, cloud: Cloud, opened: World, ca: str):
    cloud.apply(with_canary(opened, "2.0.0-fails-10", worlds.forward(stable=1, canary=1)))
    cloud.wait_healthy(worlds.STABLE, worlds.CANARY)
    before = cloud.wait_until(lambda report: report.readings, "a reading")
    statuses = Counter(status for status, _seconds, _body in send(insider, ca, 200))
    wanted = [(worlds.ALB, group, "requests", 1) for group in (worlds.STABLE, worlds.CANARY)]

    def total(report: Report, word: str) -> int:
        return sum(
            counted(report, worlds.ALB, group)[word] - counted(before, worlds.ALB, group)[word]
            for group in (worlds.STABLE, worlds.CANARY)
        )

    report = cloud.wait_until(lambda report: total(report, "requests") >= 200, "all of them")
    assert total(report, "requests") == 200
    assert total(report, "target_2xx") == statuses[200]
    assert total(report, "target_5xx") == statuses[500] > 0
    assert counted(report, worlds.ALB, worlds.STABLE)["target_5xx"] == 0
    assert all(gained(cloud, before, *wanted).values())


def test_times_are_those_of_the_target(insider: Agent, cloud: Cloud, opened: World, ca: str):
    """Not less than it slept, not more than the client waited; bins are 5 % wide on either side."""
    group = f"{worlds.CANARY}-timed"
    world = with_canary(opened, "2.0.0", Action(kind="forward"), RESPONSE_SECONDS="0.04")
    world = worlds.change(world, "target_groups", worlds.CANARY, arn=group)
    timed = Action(kind="forward", target_groups=(WeightedTargetGroup(arn=group, weight=1),))
    cloud.apply(worlds.with_orders_forwarded(world, timed))
    cloud.wait_healthy(group)
    waited: list[float] = []
    while len(waited) < 30:
        waited += [seconds for _status, seconds, body in send(insider, ca, 10) if '"2.0.0"' in body]

    def times(report: Report) -> list[float]:
        passed = report.readings[-1].traffic.items() if report.readings else ()
        found = (traffic.seconds for (_lb, its_group, _zone), traffic in passed if its_group == group)
        return sorted(seconds for each in found for seconds in Counter(each).elements())

    spread = times(cloud.wait_until(lambda report: len(times(report)) >= len(waited), "all of them"))
    assert len(spread) == len(waited)
    for measured, seen in zip(spread, sorted(waited), strict=True):
        assert 0.04 * 0.95 <= measured <= seen * 1.06


def test_a_target_that_cannot_be_reached_is_the_load_balancers_502(
    insider: Agent, cloud: Cloud, opened: World, ca: str
):
    """docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues"""
    cloud.apply(with_canary(opened, "2.0.0-crashes", worlds.forward(canary=1)))
    cloud.eventually(lambda: insider.fetch(f"{HOST}/", ca=ca, to=ALB_A)["status"], 502)
    before = cloud.report()
    assert {status for status, _seconds, _body in send(insider, ca, 5)} == {502}
    wanted = [
        (worlds.ALB, "", "elb_5xx", 5),
        (worlds.ALB, "", "elb_502", 5),
        (worlds.ALB, worlds.CANARY, "connection_errors", 5),
    ]
    assert all(number >= 5 for number in gained(cloud, before, *wanted).values())
    assert gained(cloud, before, (worlds.ALB, worlds.CANARY, "target_5xx", 0)) == {
        (worlds.ALB, worlds.CANARY, "target_5xx"): 0
    }


def test_the_load_balancers_own_answers_are_told_apart(insider: Agent, cloud: Cloud, opened: World, ca: str):
    redirect = Action(kind="redirect", redirect={"StatusCode": "HTTP_301", "Host": "new.example"})
    cloud.apply(worlds.with_orders_forwarded(opened, redirect))
    cloud.eventually(lambda: insider.fetch(f"{HOST}/", ca=ca, to=ALB_A)["status"], 301)
    before = cloud.report()
    for _time in range(4):
        insider.fetch(f"{HOST}/", ca=ca, to=ALB_A)
    assert insider.fetch(f"https://nobody.{worlds.DOMAIN}/", ca=ca, to=ALB_A)["status"] == 404
    found = gained(cloud, before, (worlds.ALB, "", "redirects", 4), (worlds.ALB, "", "elb_3xx", 4))
    assert all(number >= 4 for number in found.values())
    assert gained(cloud, before, (worlds.ALB, "", "fixed_responses", 1))


def test_flows_and_bytes_of_a_network_load_balancer(client: Agent, cloud: Cloud, ca: str):
    before = cloud.wait_until(lambda report: report.readings, "a reading")
    at = (worlds.ENDPOINT_NAME, 443)
    for _time in range(6):
        assert client.fetch(f"{HOST}/", ca=ca, to=at)["status"] == 200
    found = gained(cloud, before, (worlds.NLB, "", "flows", 6), (worlds.NLB, "", "bytes", 6 * 1000))
    assert found[worlds.NLB, "", "flows"] == 6


def test_what_workloads_use_is_measured(cloud: Cloud, base: World):
    report = cloud.wait_until(lambda report: report.readings and "insider" in report.readings[-1].usage, "a reading")
    usage = report.readings[-1].usage
    assert usage.keys() >= {"orders-1", "client", "insider"}
    assert all(each.memory_bytes > 1 << 20 and each.cpu_seconds >= 0 for each in usage.values())
