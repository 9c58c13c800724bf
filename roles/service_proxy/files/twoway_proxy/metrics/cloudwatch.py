"""A few figures a minute for CloudWatch: how many requests, how many went wrong, and how the agent fares."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .. import journal
from ..envoy.admin import Unreachable
from .figure import Figure
from .gauge import Gauge

NAMESPACE = "TwoWay/PrivateLink"
EVERY_SECONDS = 60.0
MOST_AT_ONCE = 1_000  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
_UNSENT = (BotoCoreError, ClientError)


class Increments:
    """What counters grew by since the last look. One that is smaller than it was has begun anew, with its Envoy."""

    def __init__(self) -> None:
        self._before: dict[str, int] = {}

    def of(self, counters: Mapping[str, int]) -> dict[str, int]:
        grown = {}
        for name, now in counters.items():
            before = self._before.get(name, 0)
            grown[name] = now - before if now >= before else now
        self._before = dict(counters)
        return grown


class CloudWatch:
    """Each figure has the dimensions Link and Proxy, not the instance: a fleet is one metric."""

    def __init__(self, region: str, link: str, proxy: str, every_seconds: float = EVERY_SECONDS) -> None:
        self._region = region
        self._dimensions = [{"Name": "Link", "Value": link}, {"Name": "Proxy", "Value": proxy}]
        self._every_seconds = every_seconds
        self._increments = Increments()
        self._trouble: str | None = None
        self._client: Any = None

    async def run(
        self,
        count: Callable[[], Awaitable[Mapping[str, int]]],
        tell: Callable[[], Iterable[Gauge]],
        further: Callable[[], Awaitable[Iterable[Figure]]],
    ) -> None:
        while True:
            await asyncio.sleep(self._every_seconds)
            try:
                await asyncio.to_thread(self._put, [*self.data(await count(), tell()), *self._data(await further())])
                self._trouble = None
            except Unreachable:
                continue  # Envoy is on its way; its counters are there the next time
            except _UNSENT as problem:
                self._complain(f"metrics cannot be sent: {problem}")

    def data(self, counters: Mapping[str, int], gauges: Iterable[Gauge]) -> list[dict[str, Any]]:
        counted = [(name, value, "Count") for name, value in self._increments.of(counters).items()]
        told = [(gauge.title, gauge.value, gauge.unit) for gauge in gauges if gauge.value is not None]
        return [
            {"MetricName": name, "Value": value, "Unit": unit, "Dimensions": self._dimensions}
            for name, value, unit in counted + told
        ]

    def _data(self, figures: Iterable[Figure]) -> list[dict[str, Any]]:
        return [
            {
                "MetricName": figure.name,
                "Value": figure.value,
                "Unit": "Count",
                "Dimensions": self._dimensions
                + [{"Name": key, "Value": value} for key, value in figure.dimensions.items()],
            }
            for figure in figures
        ]

    def _put(self, data: list[dict[str, Any]]) -> None:
        limits = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 2})
        self._client = self._client or boto3.client("cloudwatch", region_name=self._region, config=limits)
        for start in range(0, len(data), MOST_AT_ONCE):
            self._client.put_metric_data(Namespace=NAMESPACE, MetricData=data[start : start + MOST_AT_ONCE])

    def _complain(self, trouble: str) -> None:
        """Once, not every minute."""
        if trouble != self._trouble:
            journal.say(logging.WARNING, trouble)
        self._trouble = trouble
