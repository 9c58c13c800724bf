"""A series: one system, one size, one after the other through the phases, in a cloud of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bench import cloud, entries, ground
from bench.record import Row
from bench.systems import SYSTEMS, Work

RATE_VARIABLE = "TWOWAY_API_RATE"
ALL = tuple(entries.PHASES)


@dataclass(frozen=True, kw_only=True)
class Series:
    """`times` over, each time from an empty cloud: the best counts, for what else runs can only slow one down."""

    system: str
    n: int
    latency_ms: int = 0
    throttled: bool = False
    phases: tuple[str, ...] = ALL
    times: int = 1

    def __str__(self) -> str:
        throttled = ", throttled" if self.throttled else ""
        return f"{self.system}, {self.n} services, {self.latency_ms} ms{throttled}: {', '.join(self.phases)}"

    def rows(self) -> list[Row]:
        return best([row for _time in range(self.times) for row in self._once()])

    def _once(self) -> Iterator[Row]:
        with cloud.up(control_only=self.system != "site"):
            place = self._ground()
            listed = entries.of(self.n)
            cloud.meet(latency_ms=self.latency_ms, throttled=self.throttled)
            # The sandbox is no AWS endpoint: that this one throttles like AWS has to be said.
            os.environ[RATE_VARIABLE] = "1" if self.throttled else "0"
            for phase, edit in entries.PHASES.items():
                if phase not in self.phases:
                    continue
                before, listed = listed, edit(listed)
                yield self._phase(Work(phase=phase, entries=listed, before=before, ground=place))

    def _ground(self) -> dict:
        if self.system in ("limit", "ours"):
            return ground.prepare(self.n + 1)
        return {"certificate_arn": ground.certificate()} if self.system == "stock" else {}

    def _phase(self, work: Work) -> Row:
        before = cloud.calls()
        measured = SYSTEMS[self.system](work)
        spent = cloud.calls() - before
        return Row(
            system=self.system,
            n=self.n,
            phase=work.phase,
            latency_ms=self.latency_ms,
            throttled=self.throttled,
            wall_s=round(measured.wall_s, 2),
            module_invocations=measured.module_invocations,
            api_calls=dict(sorted(spent.by_action.items())),
            peak_rss_mb=round(measured.peak_rss_mb),
            refused=spent.throttled,
            cpu_s=round(measured.cpu_s, 2),
            call_s=round(measured.call_s, 2),
        )


def best(rows: Iterable[Row]) -> list[Row]:
    """One row for each key: the last, with the best of the times and the largest of the sizes."""
    grouped: dict[tuple, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.key, []).append(row)
    return [
        replace(
            group[-1],
            wall_s=min(row.wall_s for row in group),
            cpu_s=min(row.cpu_s for row in group),
            call_s=min(row.call_s for row in group),
            peak_rss_mb=max(row.peak_rss_mb for row in group),
        )
        for group in grouped.values()
    ]
