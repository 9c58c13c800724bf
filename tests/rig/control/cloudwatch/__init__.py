"""CloudWatch: metrics that are really measured, their statistics, and alarms that follow them."""

from __future__ import annotations

from collections.abc import Sequence

import moto.cloudwatch.models
import moto.cloudwatch.urls
from moto.cloudwatch.models import cloudwatch_backends

from rig.control.cloudwatch.alarm import Alarm
from rig.control.cloudwatch.backend import CloudWatch
from rig.control.cloudwatch.publisher import Publisher
from rig.control.cloudwatch.responses import MetricsResponse
from rig.control.cloudwatch.series import Datum, Metric
from rig.control.settings import Settings
from rig.world import Reading

_publisher = Publisher()


def install(_settings: Settings) -> None:
    global _publisher
    _publisher = Publisher()
    moto.cloudwatch.models.cloudwatch_backends.backend = CloudWatch
    moto.cloudwatch.models.Alarm = Alarm  # what moto's checked creation makes
    moto.cloudwatch.urls.url_paths["{0}/$"] = MetricsResponse.dispatch


def publish(account_id: str, region: str, metric: Metric, datum: Datum) -> None:
    """As an AWS service does, into a namespace that PutMetricData refuses. Call it under the lock."""
    cloudwatch_backends[account_id][region].publish(metric, datum)


def take(readings: Sequence[Reading]) -> bool:
    """Publish what the data plane has read of its meters. True when there was news. Call it under the lock."""
    return _publisher.take(readings)
