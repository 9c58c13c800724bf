"""Reads Envoy's statistics at the end of each period, and keeps what they add up to."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rig.fabric.envoy import metering
from rig.world import MeterKey, Reading, Traffic, Usage

_LOG = logging.getLogger(__name__)
_KEPT_READINGS = 30
_TIMEOUT_SECONDS = 10.0
_NOBODY: MeterKey = ("", "", "")
_MERGE_SECONDS = 0.02  # Envoy gathers its threads' histograms after the first question, for the second


@dataclass
class _Total:
    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[float] = field(default_factory=Counter)


class Meter:
    """`follow` may be called from any thread, `readings` too."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        admin: Path,
        seconds: int,
        usage: Callable[[], Mapping[str, Usage]],
    ) -> None:
        self._admin = admin
        self._seconds = seconds
        self._usage = usage
        self._places: dict[str, MeterKey] = {}
        self._seen: dict[Any, int] = {}
        self._totals: dict[MeterKey, _Total] = {}
        self._readings: deque[Reading] = deque(maxlen=_KEPT_READINGS)
        asyncio.run_coroutine_threadsafe(self._run(), loop)

    def follow(self, places: Mapping[str, MeterKey]) -> None:
        """Whose the statistics of a name are. Names that are gone keep their owner: their last ones may be unread."""
        self._places = {**self._places, **places}

    def readings(self) -> tuple[Reading, ...]:
        return tuple(self._readings)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            end = (math.floor(time.time() / self._seconds) + 1) * self._seconds
            await asyncio.sleep(end - time.time())
            try:
                reading = await loop.run_in_executor(None, self._read, end - self._seconds)
            except (OSError, HTTPException, ValueError):
                _LOG.exception("no reading of the meters")
            else:
                self._readings.append(reading)

    def _read(self, begin: float) -> Reading:
        usage = self._usage()
        self._ask("/stats?filter=^$")
        time.sleep(_MERGE_SECONDS)
        answer = json.loads(self._ask(metering.QUERY))
        counters, times = metering.counters(answer), metering.times(answer)
        for name, more in metering.increments(counters, self._seen):
            for owner, word in metering.words(name):
                self._total(owner).counts[word] += more
        for (cluster, seconds), more in metering.increments(times, self._seen):
            self._total(cluster).seconds[seconds] += more
        self._seen = {**counters, **times}
        traffic = {
            key: Traffic(counts=dict(total.counts), seconds=dict(total.seconds)) for key, total in self._totals.items()
        }
        return Reading(begin=begin, seconds=self._seconds, traffic=traffic, usage=usage)

    def _total(self, name: str) -> _Total:
        return self._totals.setdefault(self._places.get(name, _NOBODY), _Total())

    def _ask(self, target: str) -> bytes:
        connection = _Admin(self._admin)
        try:
            connection.request("GET", quote(target, safe="/?&="))
            return connection.getresponse().read()
        finally:
            connection.close()


class _Admin(HTTPConnection):
    """Envoy's administration, behind a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("envoy", timeout=_TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
