"""Alarms follow their metrics. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rig.control import clock
from unit.rig.ec2.scenery import error_of

ALARM = {
    "AlarmName": "slow",
    "Namespace": "Shop",
    "MetricName": "Latency",
    "Period": 60,
    "Statistic": "Average",
    "EvaluationPeriods": 2,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def put(cloudwatch, value: float, name: str = "Latency") -> None:
    now = datetime.fromtimestamp(clock.wall(), UTC)
    data = {"MetricName": name, "Value": value, "Timestamp": now, "StorageResolution": 1}
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[data])


def state(cloudwatch, name: str = "slow") -> str:
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return alarm["StateValue"]


@pytest.fixture
def live(cloud, cloudwatch, minute):
    """live(2, 3): a value each minute; what the alarm says after each of them."""

    def run(*values: float | None, seconds: float = 60) -> list[str]:
        states = []
        for value in values:
            if value is not None:
                put(cloudwatch, value)
            cloud.clock.advance(seconds)
            states.append(state(cloudwatch))
        return states

    cloud.clock.advance(5)  # well within the minute
    return run


def test_a_new_alarm_has_no_data(cloudwatch):
    cloudwatch.put_metric_alarm(**ALARM)
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["StateValue"], alarm["StateReason"]) == ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation")


def test_states_follow_the_data(cloudwatch, live):
    cloudwatch.put_metric_alarm(**ALARM)
    assert live(0.5, 2, 2, 0.5, 0.5) == ["OK", "OK", "ALARM", "OK", "OK"]


def test_a_threshold_that_is_crossed_is_told_with_its_numbers(cloudwatch, live):
    cloudwatch.put_metric_alarm(**ALARM)
    live(2, 3)
    (alarm,) = cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert "3.0" in alarm["StateReason"] and "greater than the threshold (1.0)" in alarm["StateReason"]


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        ("missing", "INSUFFICIENT_DATA"),
        ("ignore", "ALARM"),
        ("breaching", "ALARM"),
        ("notBreaching", "OK"),
    ],
)
def test_silence_is_what_the_alarm_makes_of_it(cloudwatch, live, treatment, expected):
    cloudwatch.put_metric_alarm(**ALARM, TreatMissingData=treatment)
    assert live(2, 2)[-1] == "ALARM"
    assert live(*[None] * 6)[-1] == expected


def test_data_from_before_the_alarm_count(cloudwatch, cloud, minute):
    put(cloudwatch, 2)
    cloud.clock.advance(60)
    put(cloudwatch, 2)
    cloud.clock.advance(60)
    cloudwatch.put_metric_alarm(**ALARM)
    cloud.clock.advance(60)
    assert state(cloudwatch) == "ALARM"


def test_short_periods_are_looked_at_every_ten_seconds(cloudwatch, live):
    cloudwatch.put_metric_alarm(**{**ALARM, "Period": 10, "EvaluationPeriods": 1})
    assert live(2, 0, 2, seconds=10) == ["ALARM", "OK", "ALARM"]


def test_one_of_three(cloudwatch, live):
    cloudwatch.put_metric_alarm(**{**ALARM, "EvaluationPeriods": 3, "DatapointsToAlarm": 1})
    assert live(0, 2, 0, 0, 0) == ["OK", "ALARM", "ALARM", "ALARM", "OK"]


def test_alarms_on_metric_math(cloudwatch, live):
    metric = {"Namespace": "Shop", "MetricName": "Latency"}
    stat = {"Metric": metric, "Period": 60, "Stat": "Maximum"}
    cloudwatch.put_metric_alarm(
        AlarmName="slow",
        EvaluationPeriods=1,
        Threshold=10,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Metrics=[
            {"Id": "m1", "MetricStat": stat, "ReturnData": False},
            {"Id": "e1", "Expression": "m1 * 10", "ReturnData": True},
        ],
    )
    assert live(0.5, 2) == ["OK", "ALARM"]


def test_percentiles_of_few_samples_can_be_left_alone(cloudwatch, live):
    wanted = {key: value for key, value in ALARM.items() if key != "Statistic"}
    cloudwatch.put_metric_alarm(
        **{**wanted, "EvaluationPeriods": 1, "ExtendedStatistic": "p90"}, EvaluateLowSampleCountPercentile="ignore"
    )
    assert live(2) == ["INSUFFICIENT_DATA"]
    cloudwatch.put_metric_alarm(**{**wanted, "EvaluationPeriods": 1, "ExtendedStatistic": "p90"})
    assert live(2) == ["ALARM"]


def test_a_changed_alarm_keeps_its_state_until_it_is_evaluated(cloudwatch, live):
    cloudwatch.put_metric_alarm(**ALARM)
    live(2, 2)
    cloudwatch.put_metric_alarm(**{**ALARM, "Threshold": 5.0})
    assert state(cloudwatch) == "ALARM"
    assert live(2) == ["OK"]


def test_a_state_that_was_set_lasts_until_the_next_look(cloudwatch, live):
    cloudwatch.put_metric_alarm(**ALARM)
    live(0, 0)
    cloudwatch.set_alarm_state(AlarmName="slow", StateValue="ALARM", StateReason="a test")
    assert state(cloudwatch) == "ALARM"
    assert live(0) == ["OK"]


def test_a_deleted_alarm_is_gone(cloudwatch, live, cloud):
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.delete_alarms(AlarmNames=["slow"])
    cloud.clock.advance(120)
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"Period": 45},
        {"EvaluationPeriods": 2, "DatapointsToAlarm": 3},
        {"TreatMissingData": "hope"},
        {"ExtendedStatistic": "p99"},
        {"EvaluationPeriods": 1500},
        {"ComparisonOperator": "LessThanLowerThreshold"},
    ],
    ids="-".join,
)
def test_what_cannot_be_an_alarm_is_refused_and_changes_nothing(cloudwatch, change):
    cloudwatch.put_metric_alarm(**ALARM)
    code, _message = error_of(cloudwatch.put_metric_alarm, **{**ALARM, **change})
    assert code in ("ValidationError", "InvalidParameterCombination")
    (kept,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert kept["Period"] == 60 and kept["EvaluationPeriods"] == 2
