"""metric_alarms: alarms that are ours from their first moment."""

from __future__ import annotations

import pytest

MODULE, ACCOUNT = "metric_alarms", "public"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
NAME = "tokyo-reverse-proxy-refusals"
ALARM = {
    "name": NAME,
    "description": "somebody tries doors",
    "namespace": "TwoWay/PrivateLink",
    "metric_name": "Denied",
    "dimensions": {"Link": "tokyo"},
    "period": 300,
    "threshold": 100,
    "treat_missing_data": "notBreaching",
}
WANTED = {"alarms": [ALARM], "tags": TAGS}
ABSENT = {**WANTED, "alarms": [{"name": NAME}], "state": "absent"}


@pytest.fixture
def alarms(cloud):
    client = cloud.client("cloudwatch", ACCOUNT)
    return lambda: client.describe_alarms()["MetricAlarms"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"threshold": None}, "alarms[0].threshold: nothing", id="no threshold"),
        pytest.param({"metric_name": None}, "alarms[0].metric_name: nothing", id="no metric"),
    ],
)
def test_invalid(run, alarms, change, message):
    result = run(MODULE, ACCOUNT, alarms=[{**ALARM, **change}], tags=TAGS)

    assert result["failed"] and message in result["msg"] and not alarms()


def test_a_name_used_twice(run, alarms):
    assert "alarms[1].name" in run(MODULE, ACCOUNT, alarms=[ALARM, ALARM], tags=TAGS)["msg"] and not alarms()


def test_check_on_an_empty_account(run, alarms):
    result = run(MODULE, ACCOUNT, check=True, **WANTED)

    assert result["changed"] and result["alarm_arns"] == {NAME: None} and not alarms()


def test_create(run, alarms):
    result = run(MODULE, ACCOUNT, **WANTED)

    (alarm,) = alarms()
    assert (alarm["MetricName"], alarm["Threshold"], alarm["Period"], alarm["Statistic"]) == ("Denied", 100, 300, "Sum")
    assert alarm["Dimensions"] == [{"Name": "Link", "Value": "tokyo"}]
    assert alarm["TreatMissingData"] == "notBreaching"
    assert result["alarm_arns"] == {NAME: alarm["AlarmArn"]}


@pytest.mark.parametrize("check", [False, True])
def test_idempotent(run, cloud, check):
    run(MODULE, ACCOUNT, **WANTED)
    result = run(MODULE, ACCOUNT, check=check, **WANTED)

    assert not result["changed"] and cloud.calls == ["DescribeAlarms", "ListTagsForResource"]


@pytest.mark.parametrize(
    ("alarm", "tags", "verbs"),
    [
        pytest.param({"threshold": 5}, {}, ["change"], id="threshold"),
        pytest.param(
            {"alarm_actions": ["arn:aws:sns:ap-northeast-1:111111111111:pager"]}, {}, ["change"], id="actions"
        ),
        pytest.param({"datapoints_to_alarm": 1, "evaluation_periods": 3}, {}, ["change"], id="datapoints"),
        pytest.param({"dimensions": {"Link": "osaka"}}, {}, ["change"], id="dimensions"),
        pytest.param({}, {"team": "shop"}, ["tag"], id="a tag"),
    ],
)
def test_changes(run, alarm, tags, verbs):
    run(MODULE, ACCOUNT, **WANTED)
    wanted = {"alarms": [{**ALARM, **alarm}], "tags": {**TAGS, **tags}}
    forecast = run(MODULE, ACCOUNT, check=True, **wanted)
    result = run(MODULE, ACCOUNT, **wanted)

    assert [action["verb"] for action in result["actions"]] == verbs
    assert (forecast["diff"], forecast["actions"]) == (result["diff"], result["actions"])
    assert not run(MODULE, ACCOUNT, **wanted)["changed"]


def test_absent_and_again(run, alarms):
    run(MODULE, ACCOUNT, **WANTED)

    assert run(MODULE, ACCOUNT, **ABSENT)["changed"] and not alarms()
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"]


def test_one_that_is_not_ours(run, cloud, alarms):
    cloud.client("cloudwatch", ACCOUNT).put_metric_alarm(
        AlarmName=NAME, MetricName="CPU", Namespace="N", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip

    assert f"alarm {NAME}: one without our tags" in run(MODULE, ACCOUNT, **WANTED)["msg"]
    assert not run(MODULE, ACCOUNT, **ABSENT)["changed"] and alarms()[0]["MetricName"] == "CPU"
