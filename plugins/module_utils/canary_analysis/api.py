# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The two calls an analysis may take. PRIVATE to the collection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import aws_call, pages
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import Query
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import Window

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
NOT_VALID = (
    "ValidationError",
    "ValidationException",
    "InvalidParameterValue",
    "InvalidParameterCombination",
    "MissingParameter",
    "MissingRequiredParameter",
)
# PartialData only says that another page follows.
INCOMPLETE = ("InternalError", "Forbidden")
ADDED_UP = ("Sum", "SampleCount")


@aws_call("read metrics from {window.begin} to {window.end}")
def read_metrics(
    cloudwatch: Any, queries: Sequence[Query], window: Window
) -> tuple[dict[Query, float], dict[Query, AwsError]]:
    """The value of each query that has one, in one call: the window is one period, so percentiles are of all of it.
    And what AWS says of those that it could not tell, which it does one by one.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    ids = {f"q{number}": query for number, query in enumerate(queries)}
    request = {
        "MetricDataQueries": [_query(id_, query, window.seconds) for id_, query in ids.items()],
        "StartTime": datetime.fromtimestamp(window.begin, UTC),
        "EndTime": datetime.fromtimestamp(window.end, UTC),
    }
    values: dict[Query, list[float]] = defaultdict(list)
    unread: dict[Query, AwsError] = {}
    for result in pages(cloudwatch.get_metric_data, "MetricDataResults", **request):
        query = ids[result["Id"]]
        if result.get("StatusCode") in INCOMPLETE:
            unread[query] = _incomplete(query, result)
        values[query] += [
            value
            for time, value in zip(result["Timestamps"], result["Values"], strict=True)
            if window.begin <= time.timestamp() < window.end
        ]
    return {query: _together(query.statistic, found) for query, found in values.items() if found}, unread


def _query(id_: str, query: Query, seconds: int) -> dict[str, Any]:
    named = [{"Name": name, "Value": value} for name, value in query.dimensions]
    metric = {"Namespace": query.namespace, "MetricName": query.name, "Dimensions": named}
    return {"Id": id_, "MetricStat": {"Metric": metric, "Period": seconds, "Stat": query.statistic}}


def _incomplete(query: Query, result: dict[str, Any]) -> AwsError:
    said = "; ".join(message.get("Value", "") for message in result.get("Messages") or ())
    return AwsError(where=f"metric {query.namespace} {query.name}", found=f"{result['StatusCode']}: {said}")


def _together(statistic: str, values: Iterable[float]) -> float:
    """One value, unless AWS should cut the window elsewhere than at its begin: then the worst of them."""
    if statistic in ADDED_UP:
        return sum(values)
    return min(values) if statistic == "Minimum" else max(values)


@aws_call("read alarms {names}")
def read_alarms(cloudwatch: Any, names: Sequence[str]) -> dict[str, str]:
    """States by name; composite alarms are told only when they are asked for:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html (AlarmTypes)
    """
    kinds = ["MetricAlarm", "CompositeAlarm"]
    answer = cloudwatch.describe_alarms(AlarmNames=list(names), AlarmTypes=kinds, MaxRecords=100, aws_retry=True)
    found = [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in found}
