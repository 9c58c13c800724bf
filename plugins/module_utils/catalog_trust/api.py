# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What CloudWatch and Auto Scaling know of the service proxies. PRIVATE to the collection."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import aws_call, pages
from ansible_collections.twoway.privatelink.plugins.module_utils.catalog_trust.model import PERIOD, Minute

STATISTICS = {"told": "SampleCount", "least": "Minimum", "greatest": "Maximum"}
SERVING = ("InService", "Healthy")


def serving(group: dict[str, Any] | None) -> int:
    """How many instances of the fleet requests may come to; those that start read the newest text before they do."""
    instances = group["Instances"] if group else ()
    return sum((one["LifecycleState"], one["HealthStatus"]) == SERVING for one in instances)


@aws_call("read what the service proxies of {link} tell")
def minutes(cloudwatch: Any, link: str, begin: float, end: float) -> list[Minute]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""
    dimensions = [{"Name": "Link", "Value": link}, {"Name": "Proxy", "Value": "service"}]
    metric = {"Namespace": "TwoWay/PrivateLink", "MetricName": "LinkDigest", "Dimensions": dimensions}
    request = {
        "MetricDataQueries": [
            {"Id": id_, "MetricStat": {"Metric": metric, "Period": PERIOD, "Stat": statistic}}
            for id_, statistic in STATISTICS.items()
        ],
        "StartTime": datetime.fromtimestamp(begin, UTC),
        "EndTime": datetime.fromtimestamp(end, UTC),
    }
    values: dict[float, dict[str, float]] = defaultdict(dict)
    for result in pages(cloudwatch.get_metric_data, "MetricDataResults", **request):
        for time, value in zip(result["Timestamps"], result["Values"], strict=True):
            values[time.timestamp()][result["Id"]] = value
    return [
        Minute(begin=begun, told=round(found["told"]), least=found["least"], greatest=found["greatest"])
        for begun, found in sorted(values.items())
        if found.keys() == STATISTICS.keys()
    ]
