"""What cannot be read says so itself, and does not keep the others from being heard."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.desired import Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Check,
    Source,
    Targets,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.subject import analysis_of
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.verdict import Analysis
from botocore.exceptions import ClientError, EndpointConnectionError

NOW = 100_000.0
TARGETS = Targets(load_balancer="app/x/1", groups={"stable": "targetgroup/s/1", "canary": "targetgroup/c/1"})
ERRORS = Check(name="errors", metric="error_rate", max=5, min_samples=10)
SLOW = Check(name="slow", metric="latency", max=1, min_samples=10)
PAID = Check(name="paid", source=Source(namespace="Shop", name="Paid", statistic="Sum"), min=1)
DOWN = Check(name="down", alarm="down")
QUEUE = Check(name="queue", alarm="queue")


def refusal(code: str, operation: str) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "not now"}, "ResponseMetadata": {"RequestId": "r"}}, operation
    )


class CloudWatch:
    """Of each metric one datum, or what AWS says instead of it; of each alarm its state, those that there are."""

    def __init__(self, metrics: dict[str, Any], alarms: dict[str, str] | None = None, refused: Any = None) -> None:
        self.metrics, self.alarms, self.refused = metrics, alarms or {}, refused or {}
        self.asked: list[list[str]] = []

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        names = [one["MetricStat"]["Metric"]["MetricName"] for one in request["MetricDataQueries"]]
        self.asked.append(names)
        for name, error in self.refused.items():
            if name in names:
                raise error
        results = [self._result(one) for one in request["MetricDataQueries"]]
        return {"MetricDataResults": results}

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        stat = query["MetricStat"]
        found = self.metrics.get(stat["Metric"]["MetricName"])
        result = {"Id": query["Id"], "Timestamps": [], "Values": [], "StatusCode": "Complete"}
        if isinstance(found, str):
            return {**result, "StatusCode": found, "Messages": [{"Code": found, "Value": "not now"}]}
        if found is None:
            return result
        value = found if stat["Stat"] != "SampleCount" else 100
        return {**result, "Timestamps": [datetime.fromtimestamp(NOW - 300, UTC)], "Values": [value]}

    def describe_alarms(self, **request: Any) -> dict[str, Any]:
        if "alarms" in self.refused:
            raise self.refused["alarms"]
        found = [
            {"AlarmName": name, "StateValue": self.alarms[name]}
            for name in request["AlarmNames"]
            if name in self.alarms
        ]
        return {"MetricAlarms": found, "CompositeAlarms": []}


def look(cloudwatch: CloudWatch, *checks: Check) -> Analysis:
    desired = Desired(checks=checks, seconds=300, ignore_last=0, since=None, targets=TARGETS)
    return analysis_of(desired, lambda _service: cloudwatch, NOW)


def verdicts(found: Analysis) -> dict[str, str]:
    return {one.check.name: one.verdict for one in found.findings}


BAD = {"RequestCount": 100, "HTTPCode_Target_5XX_Count": 50, "TargetResponseTime": 0.1, "Paid": 3}
GOOD = {**BAD, "HTTPCode_Target_5XX_Count": 0}


@pytest.mark.parametrize(("metrics", "verdict"), [(BAD, FAIL), (GOOD, INCONCLUSIVE)], ids=["bad", "good"])
@pytest.mark.parametrize(
    ("lost", "refused", "others", "said"),
    [
        pytest.param({}, {}, [QUEUE], "queue: alarm queue: there is none", id="an alarm that is not there"),
        pytest.param({}, {"alarms": refusal("Throttling", "DescribeAlarms")}, [DOWN], "down: ", id="alarms throttled"),
        pytest.param({}, {"alarms": refusal("AccessDenied", "DescribeAlarms")}, [DOWN], "down: ", id="alarms denied"),
        pytest.param(
            {},
            {"alarms": EndpointConnectionError(endpoint_url="https://x")},
            [DOWN],
            "down: ",
            id="nobody answers of alarms",
        ),
        pytest.param(
            {"Paid": "Forbidden"}, {}, [PAID], "paid: metric Shop Paid: Forbidden: not now", id="one forbidden"
        ),
        pytest.param({"Paid": "InternalError"}, {}, [PAID], "paid: metric Shop Paid: InternalError", id="one at fault"),
        pytest.param(
            {"TargetResponseTime": "InternalError"}, {}, [SLOW], "slow: metric AWS/ApplicationELB", id="one of our own"
        ),
        pytest.param({}, {"Paid": refusal("ValidationError", "GetMetricData")}, [PAID], "paid: ", id="one not valid"),
        pytest.param(
            {}, {"Paid": refusal("InvalidParameterValue", "GetMetricData")}, [PAID], "paid: ", id="one with a bad value"
        ),
    ],
)
def test_one_that_cannot_be_read_blinds_no_other(metrics, verdict, lost, refused, others, said):
    found = look(CloudWatch({**metrics, **lost}, {"down": "OK"}, refused), ERRORS, *others)
    assert found.verdict == verdict
    assert verdicts(found)["errors"] == (FAIL if metrics is BAD else PASS)
    unread = [one for one in found.findings if one.unread]
    assert [one.check.name for one in unread] == [check.name for check in others]
    assert said in "; ".join(f"{one.check.name}: {one.why}" for one in unread)
    assert (said in found.why) == (verdict == INCONCLUSIVE)


@pytest.mark.parametrize("code", ["Throttling", "AccessDenied", "InternalFailure"])
def test_alarms_are_heard_when_no_metric_is(code):
    everything = {"RequestCount": refusal(code, "GetMetricData")}
    cloudwatch = CloudWatch(GOOD, {"down": "ALARM"}, everything)
    found = look(cloudwatch, ERRORS, SLOW, DOWN)
    assert verdicts(found) == {"errors": INCONCLUSIVE, "slow": INCONCLUSIVE, "down": FAIL}
    assert found.why == "down: alarm down is in state ALARM"
    assert len(cloudwatch.asked) == 1, "who is throttled is not asked once more for each"


@pytest.mark.parametrize(("policy", "verdict"), [(INCONCLUSIVE, INCONCLUSIVE), (PASS, INCONCLUSIVE), (FAIL, FAIL)])
def test_what_is_not_known_never_passes_and_fails_where_the_plan_says_so(policy, verdict):
    alarm = Check(name="queue", alarm="queue", no_data=policy)
    paid = Check(name="paid", source=PAID.source, min=1, no_data=policy)
    found = look(CloudWatch({"Paid": "Forbidden"}), alarm, paid)
    assert verdicts(found) == {"queue": verdict, "paid": verdict}


def test_a_limit_that_is_broken_needs_nobody_to_compare_with():
    """Stable cannot be read, and the canary alone is bad enough; or it is not, and nothing is known."""
    compared = Source(namespace="Shop", name="Failed", statistic="Sum", stable_dimensions={"Variant": "stable"})
    broken = Check(name="failed", source=compared, max=5, max_ratio=2)

    class Stable(CloudWatch):
        def _result(self, query: dict[str, Any]) -> dict[str, Any]:
            result = super()._result(query)
            if query["MetricStat"]["Metric"]["Dimensions"]:
                return {**result, "StatusCode": "InternalError", "Timestamps": [], "Values": []}
            return result

    assert verdicts(look(Stable({"Failed": 50}), broken)) == {"failed": FAIL}
    assert verdicts(look(Stable({"Failed": 1}), broken)) == {"failed": INCONCLUSIVE}
    generous = Check(name="failed", source=compared, max=5, max_ratio=2, no_baseline=PASS)
    assert verdicts(look(Stable({"Failed": 1}), generous)) == {"failed": INCONCLUSIVE}


def test_errors_that_are_counted_are_enough():
    """Connections that fail cannot be read; answers of 5XX alone are too many, or they are not."""
    lost = {"TargetConnectionErrorCount": "InternalError"}
    assert verdicts(look(CloudWatch({**BAD, **lost}), ERRORS)) == {"errors": FAIL}
    assert verdicts(look(CloudWatch({**GOOD, **lost}), ERRORS)) == {"errors": INCONCLUSIVE}
    assert verdicts(look(CloudWatch({**BAD, "RequestCount": "InternalError"}), ERRORS)) == {"errors": INCONCLUSIVE}
    answers = Check(name="unanswered", metric="unanswered_rate", max=5, min_samples=10)
    told = {"RequestCount": 100, "HTTPCode_Target_2XX_Count": "InternalError"}
    assert verdicts(look(CloudWatch(told), answers)) == {"unanswered": INCONCLUSIVE}, "what was answered is not known"
