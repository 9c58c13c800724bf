"""PutMetricData, GetMetricData, GetMetricStatistics and ListMetrics."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from rig.control import cloudwatch as rig_cloudwatch
from rig.control.cloudwatch.publication import datum
from rig.control.cloudwatch.series import Metric
from rig.control.cloudwatch.summary import Summary
from rig.control.lock import lock
from unit.rig.ec2.scenery import error_of

SHOP = [{"Name": "Shop", "Value": "tokyo"}]


def at(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)


def put(cloudwatch, *values: float, time: float, name: str = "Latency", dimensions=None, fine: bool = False) -> None:
    cloudwatch.put_metric_data(
        Namespace="Shop",
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": SHOP if dimensions is None else dimensions,
                "Timestamp": at(time),
                "Values": list(values),
                "Unit": "Seconds",
                "StorageResolution": 1 if fine else 60,
            }
        ],
    )


def query(stat: str, period: int = 60, id_: str = "q", name: str = "Latency", dimensions=None, **more):
    metric = {"Namespace": "Shop", "MetricName": name, "Dimensions": SHOP if dimensions is None else dimensions}
    return {"Id": id_, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **more}


def get(cloudwatch, *queries, start: float, end: float, **more) -> dict[str, list[tuple[float, float]]]:
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=list(queries), StartTime=at(start), EndTime=at(end), ScanBy="TimestampAscending", **more
    )
    return {
        result["Id"]: [
            (time.timestamp(), value) for time, value in zip(result["Timestamps"], result["Values"], strict=True)
        ]
        for result in answer["MetricDataResults"]
    }


@pytest.mark.parametrize(
    ("stat", "expected"),
    [
        ("Sum", 5050),
        ("Average", 50.5),
        ("Minimum", 1),
        ("Maximum", 100),
        ("SampleCount", 100),
        ("p50", 50),
        ("p90", 90),
        ("p99", 99),
        ("p99.9", 100),
        ("p100", 100),
    ],
)
def test_statistics_of_a_period(cloudwatch, minute, stat, expected):
    put(cloudwatch, *range(1, 101), time=minute)
    assert get(cloudwatch, query(stat), start=minute, end=minute + 60) == {"q": [(minute, expected)]}


def test_a_period_takes_in_all_that_its_minutes_hold(cloudwatch, minute):
    for back, value in ((60, 1), (120, 2), (180, 3), (240, 100)):
        put(cloudwatch, value, time=minute - back)
    found = get(cloudwatch, query("Sum", period=180), start=minute - 180, end=minute)
    assert found == {"q": [(minute - 180, 6)]}
    found = get(cloudwatch, query("Sum"), start=minute - 180, end=minute)
    assert found == {"q": [(minute - 180, 3), (minute - 120, 2), (minute - 60, 1)]}


def test_the_start_is_rounded_down_to_the_minute_and_the_end_is_exclusive(cloudwatch, minute):
    put(cloudwatch, 1, time=minute - 60)
    put(cloudwatch, 2, time=minute)
    assert get(cloudwatch, query("Sum"), start=minute - 20, end=minute) == {"q": [(minute - 60, 1)]}


def test_short_periods_are_for_metrics_of_high_resolution(cloudwatch, minute):
    put(cloudwatch, 1, time=minute - 48, fine=True)
    put(cloudwatch, 2, time=minute - 41, fine=True)
    put(cloudwatch, 4, time=minute - 41, name="Coarse")
    found = get(
        cloudwatch,
        query("Sum", period=10),
        query("Sum", period=10, id_="coarse", name="Coarse"),
        start=minute - 60,
        end=minute,
    )
    assert found == {"q": [(minute - 50, 3)], "coarse": [(minute - 60, 4)]}


def test_each_set_of_dimensions_is_a_metric_of_its_own(cloudwatch, minute):
    both = [*SHOP, {"Name": "Till", "Value": "1"}]
    put(cloudwatch, 1, time=minute)
    put(cloudwatch, 2, time=minute, dimensions=both)
    asked = [query("Sum"), query("Sum", id_="both", dimensions=both[::-1]), query("Sum", id_="none", dimensions=[])]
    assert get(cloudwatch, *asked, start=minute, end=minute + 60) == {
        "q": [(minute, 1)],
        "both": [(minute, 2)],
        "none": [],
    }


def test_counts_weigh_values_and_sets_have_no_percentiles(cloudwatch, minute):
    cloudwatch.put_metric_data(
        Namespace="Shop",
        MetricData=[
            {"MetricName": "Counted", "Timestamp": at(minute), "Values": [1, 2], "Counts": [97, 3]},
            {
                "MetricName": "Set",
                "Timestamp": at(minute),
                "StatisticValues": {"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 4},
            },
        ],
    )
    found = get(
        cloudwatch,
        query("p97", id_="low", name="Counted", dimensions=[]),
        query("p98", id_="high", name="Counted", dimensions=[]),
        query("Average", id_="average", name="Set", dimensions=[]),
        query("p50", id_="unknown", name="Set", dimensions=[]),
        start=minute,
        end=minute + 60,
    )
    assert found == {"low": [(minute, 1)], "high": [(minute, 2)], "average": [(minute, 2.5)], "unknown": []}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("errors / requests", {0: 0.25}),
        ("100 * errors / requests - 1", {0: 24.0}),
        ("FILL(errors, 0) / requests", {0: 0.25, 60: 0.0}),
        ("IF(requests > 6, FILL(errors, 0) / requests, 1)", {0: 0.25, 60: 1.0}),
        ("requests / (requests - requests)", {}),
    ],
)
def test_metric_math(cloudwatch, minute, expression, expected):
    put(cloudwatch, 8, time=minute, name="Requests")
    put(cloudwatch, 4, time=minute + 60, name="Requests")
    put(cloudwatch, 2, time=minute, name="Errors")
    found = get(
        cloudwatch,
        query("Sum", id_="requests", name="Requests", ReturnData=False),
        query("Sum", id_="errors", name="Errors", ReturnData=False),
        {"Id": "rate", "Expression": expression},
        start=minute,
        end=minute + 120,
    )
    assert found == {"rate": [(minute + offset, value) for offset, value in expected.items()]}


def test_get_metric_statistics_tells_percentiles_too(cloudwatch, minute):
    put(cloudwatch, *range(1, 11), time=minute)
    answer = cloudwatch.get_metric_statistics(
        Namespace="Shop",
        MetricName="Latency",
        Dimensions=SHOP,
        StartTime=at(minute),
        EndTime=at(minute + 60),
        Period=60,
        Statistics=["Sum", "Maximum"],
        ExtendedStatistics=["p90"],
    )
    (point,) = answer["Datapoints"]
    assert (point["Sum"], point["Maximum"], point["ExtendedStatistics"]) == (55, 10, {"p90": 9})
    assert (point["Timestamp"], point["Unit"]) == (at(minute), "Seconds")


def test_metrics_are_listed_by_namespace_name_and_dimension(cloudwatch, minute):
    put(cloudwatch, 1, time=minute)
    put(cloudwatch, 1, time=minute, name="Requests", dimensions=[{"Name": "Shop", "Value": "osaka"}])

    def names(**filters):
        return [metric["MetricName"] for metric in cloudwatch.list_metrics(**filters)["Metrics"]]

    assert names(Namespace="Shop") == ["Latency", "Requests"]
    assert names(Dimensions=[{"Name": "Shop"}], MetricName="Requests") == ["Requests"]
    assert names(Dimensions=SHOP) == ["Latency"]
    assert names(Namespace="Other") == []


def test_accounts_do_not_see_each_other(cloud, cloudwatch, minute):
    put(cloudwatch, 1, time=minute)
    assert cloud.client("public", "cloudwatch").list_metrics()["Metrics"] == []


def test_namespaces_of_aws_are_for_aws(cloudwatch, minute):
    datum_ = {"MetricName": "RequestCount", "Value": 1}
    code, _message = error_of(cloudwatch.put_metric_data, Namespace="AWS/ApplicationELB", MetricData=[datum_])
    assert code == "InvalidParameterValue"
    with lock:
        metric = Metric(namespace="AWS/ApplicationELB", name="RequestCount")
        rig_cloudwatch.publish(
            "222222222222", "ap-northeast-1", metric, datum(minute, Summary.of_values({1: 1}), "Count", fine=False)
        )
    (listed,) = cloudwatch.list_metrics(Namespace="AWS/ApplicationELB")["Metrics"]
    assert listed["MetricName"] == "RequestCount"


@pytest.mark.parametrize(
    "change",
    [
        {"Value": math.nan},
        {"Value": 1, "Values": [1]},
        {},
        {"Values": [1, 2], "Counts": [1]},
        {"Values": list(range(151))},
        {"Value": 1, "Timestamp": datetime.now(UTC) - timedelta(days=15)},
        {"Value": 1, "Timestamp": datetime.now(UTC) + timedelta(hours=3)},
        {"Value": 1, "Dimensions": [{"Name": str(number), "Value": "x"} for number in range(31)]},
        {"StatisticValues": {"SampleCount": math.inf, "Sum": 1, "Minimum": 1, "Maximum": 1}},
    ],
    ids=lambda change: ",".join(change) or "nothing",
)
def test_what_cannot_be_a_datum_is_refused(cloudwatch, change):
    code, _message = error_of(
        cloudwatch.put_metric_data, Namespace="Shop", MetricData=[{"MetricName": "Bad", **change}]
    )
    assert code in ("InvalidParameterValue", "InvalidParameterCombination")
    assert cloudwatch.list_metrics()["Metrics"] == []


@pytest.mark.parametrize(
    "queries",
    [
        [query("Sum", period=7)],
        [query("Sum"), query("Average")],
        [query("Sum", id_="Upper")],
        [query("tm99")],
        [{"Id": "e", "Expression": "nobody + 1"}],
        [{"Id": "e", "Expression": "SEARCH('x')"}],
        [{"Id": "e", "Expression": "1 +"}],
        [{"Id": "e"}],
    ],
    ids=["period", "twins", "id", "statistic", "undefined", "function", "syntax", "empty"],
)
def test_queries_that_cannot_be_answered_are_refused(cloudwatch, minute, queries):
    call = {"MetricDataQueries": queries, "StartTime": at(minute), "EndTime": at(minute + 60)}
    assert error_of(cloudwatch.get_metric_data, **call)[0] == "ValidationError"


def test_time_runs_forward(cloudwatch, minute):
    call = {"MetricDataQueries": [query("Sum")], "StartTime": at(minute), "EndTime": at(minute)}
    assert error_of(cloudwatch.get_metric_data, **call)[0] == "ValidationError"


def test_fine_data_is_kept_for_three_hours(cloudwatch, minute, cloud):
    def put_many(begin: float) -> None:
        data = [
            {"MetricName": "Fine", "Value": 1, "Timestamp": at(begin + number), "StorageResolution": 1}
            for number in range(1000)
        ]
        cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)

    put_many(minute - 10000)
    cloud.clock.advance(3600)
    put_many(minute)
    put_many(minute + 1000)
    asked = query("SampleCount", period=1200, name="Fine", dimensions=[])
    assert get(cloudwatch, asked, start=minute - 12000, end=minute - 60) == {"q": []}
