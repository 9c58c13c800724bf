# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tells a person how far a long wait is. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import threading
from pathlib import Path


class Teller:
    """A module cannot print while it runs: it appends lines to a file, and the action plugin prints those."""

    def __init__(self, path: str | None) -> None:
        self._path = Path(path) if path else None
        self._last = ""

    def tell(self, line: str) -> None:
        """Says a thing once."""
        if self._path and line and line != self._last:
            self._last = line
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


class Tally:
    """How many services are through, told at each tenth of many: below AWS's throttles a hundred take minutes."""

    MANY = 20
    TIMES = 10

    def __init__(self, teller: Teller, total: int) -> None:
        self._teller = teller
        self._total = total
        self._count = 0
        self._lock = threading.Lock()

    def one_more(self) -> None:
        """Any thread may say so."""
        with self._lock:
            self._count += 1
            is_a_tenth_more = self._count * self.TIMES % self._total < self.TIMES
            if self._total >= self.MANY and is_a_tenth_more:
                self._teller.tell(f"{self._count} of {self._total} services are through")
