"""Turns the data plane's readings into what AWS's services publish, each reading once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from moto.cloudwatch.models import cloudwatch_backends

from rig.control.cloudwatch import container_service, elastic_compute, elastic_load_balancing
from rig.control.cloudwatch.point import Point
from rig.control.cloudwatch.publication import datum
from rig.world import MeterKey, Reading, Traffic, Usage


class Publisher:
    """Readings tell totals; what is published of a period is what it added to them."""

    def __init__(self) -> None:
        self._traffic: Mapping[MeterKey, Traffic] = {}
        self._usage: Mapping[str, Usage] = {}
        self._taken_until = 0.0

    def take(self, readings: Sequence[Reading]) -> bool:
        """True when one of them was new. Call it under the lock."""
        fresh = [reading for reading in readings if reading.begin >= self._taken_until]
        for reading in fresh:
            self._publish(reading)
            self._traffic, self._usage = reading.traffic, reading.usage
            self._taken_until = reading.begin + reading.seconds
        return bool(fresh)

    def _publish(self, reading: Reading) -> None:
        for point in self._points(reading):
            backend = cloudwatch_backends[point.account_id][point.region]
            fine = reading.seconds < 60
            backend.publish(point.metric, datum(reading.begin, point.summary, point.unit, fine=fine))

    def _points(self, reading: Reading) -> Iterator[Point]:
        gained = {key: _difference(now, self._traffic.get(key)) for key, now in reading.traffic.items()}
        yield from elastic_load_balancing.points(gained)
        yield from elastic_load_balancing.health()
        yield from container_service.points(reading.usage, self._usage, reading.seconds)
        yield from elastic_compute.points(reading.usage, self._usage, reading.seconds)


def _difference(now: Traffic, before: Traffic | None) -> Traffic:
    if before is None:
        return now
    return Traffic(counts=_gain(now.counts, before.counts), seconds=_gain(now.seconds, before.seconds))


def _gain(now: Mapping, before: Mapping) -> dict:
    return {key: number - before.get(key, 0) for key, number in now.items() if number > before.get(key, 0)}
