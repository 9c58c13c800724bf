"""What was measured, as build/bench.json keeps it and as a table tells it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """One phase of one system.

    `system` is stock (the whole link by stock modules), site (the whole link by site.yml), limit (the fleet by plain
    boto3) or ours (the fleet by one call of ecs_services). `refused` counts calls that came too fast, `cpu_s` is what
    the system itself worked, `call_s` is `wall_s` without Ansible's start; these are not in the record.
    """

    system: str
    n: int
    phase: str
    latency_ms: int
    throttled: bool
    wall_s: float
    module_invocations: int
    api_calls: dict[str, int]
    peak_rss_mb: float
    refused: int = 0
    cpu_s: float = 0.0
    call_s: float = 0.0

    @property
    def key(self) -> tuple[Any, ...]:
        return self.system, self.n, self.phase, self.latency_ms, self.throttled

    @property
    def calls(self) -> int:
        return sum(self.api_calls.values())

    @property
    def written(self) -> dict[str, int]:
        """The calls that change something, by action."""
        actions: Counter[str] = Counter()
        for name, count in self.api_calls.items():
            actions[name.partition(":")[2]] += count
        return {action: n for action, n in actions.items() if not action.startswith(("Describe", "List", "Get"))}

    @property
    def writes(self) -> int:
        return sum(self.written.values())


class Record:
    """All rows so far, kept in `place` so that a bench may be run in parts."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._rows: dict[tuple[Any, ...], Row] = {}
        if place.exists():
            self.add(Row(**row) for row in json.loads(place.read_text()))

    def add(self, rows: Iterable[Row]) -> None:
        self._rows.update({row.key: row for row in rows})

    def rows(self) -> list[Row]:
        return list(self._rows.values())

    def find(self, system: str, n: int, phase: str, latency_ms: int = 0, throttled: bool = False) -> Row | None:
        return self._rows.get((system, n, phase, latency_ms, throttled))

    def save(self, record: Path) -> None:
        """`record` gets the rows without what only we need."""
        rows = [asdict(row) for row in self.rows()]
        self._place.write_text(json.dumps(rows, indent=1))
        record.write_text(json.dumps([_as_agreed(row) for row in rows], indent=1))


def _as_agreed(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("refused", "cpu_s", "call_s")}
