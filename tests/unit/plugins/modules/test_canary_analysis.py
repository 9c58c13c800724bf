"""canary_analysis against the rig's CloudWatch: one call for all metrics, and what comes of it."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis import subject
from rig.control import clock, cloudwatch
from rig.control.cloudwatch.publication import datum
from rig.control.cloudwatch.series import Metric
from rig.control.cloudwatch.summary import Summary
from rig.control.lock import lock
from unit.plugins.modules.canary import Shop

BALANCER = "app/tokyo-services-1/50dc6c495c0c9188"
ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:targetgroup/tokyo-orders-{}/0123456789abcdef"
GROUPS = {variant: ARN.format(variant) for variant in ("stable", "canary")}
GIVEN = {"load_balancer": BALANCER, "target_groups": GROUPS}
ERRORS = {"metric": "error_rate", "max": 1}


class Traffic:
    """What AWS publishes of the two target groups, by the minute."""

    def __init__(self, cloud, groups=GROUPS, balancer: str = BALANCER) -> None:
        self.groups, self.balancer = groups, balancer
        cloud.time.advance(60 - clock.wall() % 60)
        self.now = math.floor(clock.wall())

    def publish(self, variant: str, minutes_ago: int = 3, seconds: float = 0.1, **counts: int) -> None:
        """`counts` by the metric's name."""
        where = (("LoadBalancer", self.balancer), ("TargetGroup", self.groups[variant].rpartition(":")[2]))
        found: dict[str, dict[float, float]] = {name: {1.0: number} for name, number in counts.items()}
        if "RequestCount" in counts:
            found["TargetResponseTime"] = {seconds: counts["RequestCount"]}
        begin = self.now - 60 * minutes_ago
        with lock:
            for name, values in found.items():
                metric = Metric(namespace="AWS/ApplicationELB", name=name, dimensions=where)
                point = datum(begin, Summary.of_values(values), "Count", fine=False)
                cloudwatch.publish("222222222222", "ap-northeast-1", metric, point)


@pytest.fixture
def traffic(cloud, monkeypatch: pytest.MonkeyPatch) -> Traffic:
    monkeypatch.setattr(subject, "time", SimpleNamespace(time=clock.wall))
    return Traffic(cloud)


@pytest.fixture
def look(run, traffic):
    def look(*checks: dict[str, Any], **options: Any) -> dict[str, Any]:
        place = {} if "link" in options else GIVEN
        result = run("canary_analysis", "isolated", checks=list(checks), **{**place, **options})
        return result.get("analysis") or result

    return look


def test_one_call_tells_all_metrics(look, traffic: Traffic, cloud):
    traffic.publish("canary", RequestCount=500, HTTPCode_Target_2XX_Count=490, HTTPCode_Target_5XX_Count=10)
    traffic.publish("stable", RequestCount=9500, HTTPCode_Target_2XX_Count=9500, seconds=0.08)
    found = look(
        {"metric": "error_rate", "max": 5, "max_ratio": 2},
        {"metric": "latency", "statistic": "p99", "max": 0.5, "max_ratio": 1.5},
        {"metric": "unanswered_rate", "max": 0.5},
        {"metric": "request_count", "min": 100},
    )
    assert cloud.calls == ["GetMetricData"]
    assert [check["verdict"] for check in found["checks"]] == ["fail", "pass", "pass", "pass"]
    assert (found["verdict"], found["why"]) == ("fail", "error_rate: 2 % against 0 % of stable, above 2 times")
    errors, slow, _unanswered, count = found["checks"]
    assert (errors["value"], errors["samples"], errors["stable_value"], errors["stable_samples"]) == (2, 500, 0, 9500)
    assert (slow["value"], slow["stable_value"], count["value"]) == (0.1, 0.08, 500)


def test_errors_that_were_not_counted_are_none_and_requests_that_were_not_are_no_data(look, traffic: Traffic):
    assert look(ERRORS)["why"] == "error_rate: no data of the canary"
    traffic.publish("canary", RequestCount=200)
    assert look(ERRORS)["verdict"] == "pass"


def test_what_is_too_young_and_what_is_too_old_is_not_looked_at(look, traffic: Traffic):
    traffic.publish("canary", minutes_ago=8, RequestCount=1000, HTTPCode_Target_5XX_Count=500)
    traffic.publish("canary", minutes_ago=7, RequestCount=200)
    traffic.publish("canary", minutes_ago=2, RequestCount=1000, HTTPCode_Target_5XX_Count=500)
    found = look(ERRORS)
    assert (found["verdict"], found["checks"][0]["samples"]) == ("pass", 200)
    assert found["window"]["seconds"] == 300 and found["window"]["whole"]
    assert look(ERRORS, ignore_last=60)["verdict"] == "fail"
    assert look(ERRORS, window=360)["verdict"] == "fail"


def test_nothing_from_before_the_weights_were_moved(look, traffic: Traffic):
    traffic.publish("canary", minutes_ago=5, RequestCount=1000, HTTPCode_Target_5XX_Count=500)
    traffic.publish("canary", minutes_ago=3, RequestCount=200)

    def since(seconds: float) -> str:
        return datetime.fromtimestamp(traffic.now - seconds, UTC).isoformat()

    half = look(ERRORS, since=since(4.5 * 60))
    assert half["why"] == "error_rate: 0 % <= 1, but only 120 s have been seen"
    assert not half["window"]["whole"] and half["window"]["seconds"] == 120
    assert look(ERRORS, since=since(4.5 * 60), window=120)["verdict"] == "pass"
    assert "nothing to look at before" in look(ERRORS, since=since(30))["why"]


def test_percentiles_are_of_the_whole_window(look, traffic: Traffic):
    """One bad minute of five is a fifth of all requests, and p95 shows it."""
    for minute in range(3, 7):
        traffic.publish("canary", minutes_ago=minute, RequestCount=100, seconds=0.1)
    traffic.publish("canary", minutes_ago=7, RequestCount=100, seconds=3.0)
    (check,) = look({"metric": "latency", "statistic": "p95", "max": 1})["checks"]
    assert (check["value"], check["samples"]) == (3.0, 500)
    (check,) = look({"metric": "latency", "statistic": "p75", "max": 1})["checks"]
    assert check["value"] == 0.1


def test_the_target_groups_are_found_with_one_call(look, traffic: Traffic, cloud, site, engine, run):
    shop = Shop(cloud, site, engine)
    stable, canary = shop.group("stable"), shop.group("canary")
    rule = shop.rule({stable: 95, canary: 5})
    balancer = rule.partition(":listener-rule/")[2].rpartition("/")[0].rpartition("/")[0]
    Traffic(cloud, {"stable": stable, "canary": canary}, balancer).publish("canary", RequestCount=300)
    (found,) = look(ERRORS, link="tokyo", service="orders")["checks"]
    assert cloud.calls == ["GetResources", "GetMetricData"]
    assert found["samples"] == 300
    assert "no rule with these tags" in look(ERRORS, link="tokyo", service="stock")["msg"]


def test_any_metric_and_any_alarm(look, traffic: Traffic, cloud):
    client = cloud.client("cloudwatch")
    for variant, value in (("canary", 5), ("stable", 100)):
        client.put_metric_data(
            Namespace="Shop",
            MetricData=[
                {
                    "MetricName": "Paid",
                    "Dimensions": [{"Name": "Variant", "Value": variant}],
                    "Timestamp": datetime.fromtimestamp(traffic.now - 180, UTC),
                    "Value": value,
                }
            ],
        )
    client.put_metric_alarm(
        AlarmName="queue",
        Namespace="Shop",
        MetricName="Queue",
        Period=60,
        Statistic="Average",
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    paid = {
        "namespace": "Shop",
        "name": "Paid",
        "statistic": "Sum",
        "dimensions": {"Variant": "canary"},
        "stable_dimensions": {"Variant": "stable"},
    }
    found = look({"name": "paid", "cloudwatch": paid, "min_ratio": 0.05}, {"alarm": "queue"})
    assert cloud.calls == ["GetMetricData", "DescribeAlarms"]
    assert [check["verdict"] for check in found["checks"]] == ["pass", "inconclusive"]
    client.set_alarm_state(AlarmName="queue", StateValue="ALARM", StateReason="a test")
    assert look({"alarm": "queue"})["why"] == "queue: alarm queue is in state ALARM"
    assert cloud.calls == ["DescribeAlarms"]
    assert look({"alarm": "nobody"})["msg"] == "alarm nobody: there is none; allowed: one of this region"
    assert "alarm nobody" in look({"alarm": "nobody"}, {"cloudwatch": paid, "min": 1})["msg"], "a task with a mistake"
    found = look({"alarm": "nobody"}, {"alarm": "queue"})
    assert (found["verdict"], found["why"]) == ("fail", "queue: alarm queue is in state ALARM")


def test_what_cannot_be_read_is_told_beside_the_rest(look, traffic: Traffic, cloud):
    traffic.publish("canary", RequestCount=500)
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="queue",
        Namespace="Shop",
        MetricName="Queue",
        Period=60,
        Statistic="Average",
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloud.fault("DescribeAlarms", "error", code="AccessDenied", times=9)
    found = look(ERRORS, {"alarm": "queue"})
    assert [check["verdict"] for check in found["checks"]] == ["pass", "inconclusive"]
    assert found["verdict"] == "inconclusive" and "queue: " in found["why"] and "AccessDenied" in found["why"]
    assert "AccessDenied" in look({"alarm": "queue"})["msg"], "of a look that has seen nothing the task fails"


def test_a_dry_run_says_what_it_would_have_said(look, traffic: Traffic):
    traffic.publish("canary", RequestCount=500, HTTPCode_Target_5XX_Count=50)
    found = look(ERRORS, dry_run=True)
    assert (found["verdict"], found["would_be"], found["checks"][0]["verdict"]) == ("pass", "fail", "fail")


@pytest.mark.parametrize(
    ("checks", "options", "said"),
    [
        ([], {}, "checks: none"),
        ([{"metric": "error_rate"}], {}, "checks[0]: no limit"),
        ([{"max": 1}], {}, "checks[0]: none of them; allowed: one of metric, cloudwatch and alarm"),
        ([{"metric": "latency", "alarm": "a", "max": 1}], {}, "checks[0]: metric and alarm"),
        ([{"alarm": "a", "max": 1}], {}, "checks[0]: limits"),
        ([ERRORS, ERRORS], {}, "checks[1].name: error_rate"),
        ([{"metric": "latency", "statistic": "p999", "max": 1}], {}, "checks[0].statistic: p999"),
        ([{**ERRORS, "min_samples": 0}], {}, "checks[0].min_samples: 0"),
        ([{"metric": "error_rate", "max_ratio": -1}], {}, "checks[0].max_ratio: -1"),
        (
            [{"cloudwatch": {"namespace": "S", "name": "n"}, "max_ratio": 1}],
            {},
            "checks[0].cloudwatch.stable_dimensions: nothing",
        ),
        (
            [{"cloudwatch": {"namespace": "S", "name": "n", "dimensions": {"Version": 1.1}}, "max": 1}],
            {},
            "checks[0].cloudwatch.dimensions.Version: 1.1 (fraction); allowed: a text; quote it",
        ),
        ([ERRORS], {"window": 90}, "window: 90"),
        ([ERRORS], {"ignore_last": -1}, "ignore_last: -1"),
        ([ERRORS], {"since": "now"}, "since: now"),
        ([ERRORS], {"link": "tokyo"}, "parameters are required together: link, service"),
        ([{"metric": "guess", "max": 1}], {}, "value of metric must be one of"),
    ],
)
def test_mistakes_are_told_before_aws_is_asked(look, cloud, checks, options, said):
    assert said in look(*checks, **options)["msg"]
    assert cloud.calls == []


def test_metrics_of_target_groups_need_to_be_told_which(run, cloud):
    result = run("canary_analysis", "isolated", checks=[ERRORS])
    assert "nothing that says which" in result["msg"]
    assert cloud.calls == []
