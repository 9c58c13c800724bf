# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tells a person how far a fleet of services is. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import threading

from ansible_collections.twoway.privatelink.plugins.module_utils._progress import Teller


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
