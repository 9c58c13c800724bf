"""The deny log as it grows: lines that Envoy has written, gathered so that a flood is a few events with a count."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from .denials import WHY, Denial

MOST_DISTINCT = 1_000  # events of one flush; the rest of a flood is one event more


class Tail:
    """Whole lines of a file that others write to, and rename when it has grown. Begins at its end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._rest = ""
        self._open(at_end=True)

    def lines(self) -> Iterator[str]:
        """What has come since the last call. A file that was renamed is read to its end first."""
        yield from self._read()
        if self._renamed():
            self._open(at_end=False)
            yield from self._read()

    def _open(self, at_end: bool) -> None:
        if self._file:
            self._file.close()
        self._file, self._rest = None, ""
        if self._path.exists():
            self._file = self._path.open(encoding="utf-8", errors="replace")
            if at_end:
                self._file.seek(0, os.SEEK_END)

    def _renamed(self) -> bool:
        try:
            there = self._path.stat().st_ino
        except FileNotFoundError:
            return False
        return self._file is None or os.fstat(self._file.fileno()).st_ino != there

    def _read(self) -> Iterator[str]:
        if self._file:
            *whole, self._rest = (self._rest + self._file.read()).split("\n")
            yield from whole


@dataclass
class _Tally:
    count: int
    first: str
    last: str


class Ledger:
    """Denials since the last `take`, alike ones together."""

    def __init__(self) -> None:
        self._tallies: dict[Denial, _Tally] = {}
        self._untold = 0
        self.counts: dict[tuple[str, str], int] = {}  # by profile and reason, since they were last cleared

    def add(self, line: str) -> None:
        """A line that is no JSON is nobody's refusal: Envoy was cut off while it wrote."""
        try:
            fields = json.loads(line)
        except ValueError:
            return
        denial, when = Denial.of(fields), str(fields.get("time"))
        key = (denial.profile, denial.reason)
        self.counts[key] = self.counts.get(key, 0) + 1
        tally = self._tallies.get(denial)
        if tally:
            tally.count, tally.last = tally.count + 1, when
        elif len(self._tallies) < MOST_DISTINCT:
            self._tallies[denial] = _Tally(1, when, when)
        else:
            self._untold += 1

    def take(self) -> list[dict[str, Any]]:
        """The events to tell, in the order in which they began."""
        events = [
            {
                "time": tally.first,
                **{key: value for key, value in asdict(denial).items() if value is not None},
                "why": WHY[denial.reason],
                **({"count": tally.count, "until": tally.last} if tally.count > 1 else {}),
            }
            for denial, tally in self._tallies.items()
        ]
        if self._untold:
            now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            events.append({"time": now, "why": "more refusals than are told one by one", "count": self._untold})
        self._tallies, self._untold = {}, 0
        return events
