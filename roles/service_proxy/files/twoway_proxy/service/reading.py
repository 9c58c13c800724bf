"""What the service proxy reads of SSM, and how often.

The link, the canaries and the certificate are a few parameters, read each time. The services are many, ten a call,
and an account has 40 calls a second for everybody in it. So whoever publishes the catalogue says so in one parameter,
`revision`, and the services are read when it has changed. In between, and where nobody writes a revision, they are read
as often as a fixed share of the account's calls allows.
https://docs.aws.amazon.com/general/latest/gr/ssm.html (Parameter Store throughput)
"""

import time
from collections.abc import Callable

from ..parameters import PAGE, ParameterStore

# Calls a second for the services, at most. Without a revision, 1,000 of them are seen anew every 6 s.
TOLD, UNTOLD = 2.0, 25.0


class CatalogueReading:
    def __init__(self, catalogue: str, own: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._catalogue = catalogue
        self._own = own
        self._clock = clock
        self._services: dict[str, str] = {}
        self._revision: str | None = None
        self._read_at = float("-inf")

    def read(self, store: ParameterStore) -> dict[str, str]:
        head = store.read(self._catalogue, deep=False)
        head |= store.read(f"{self._catalogue}/canaries") | store.read(self._own)
        revision = head.get(f"{self._catalogue}/revision")
        begun = self._clock()
        if revision != self._revision or begun - self._read_at >= self._pause(revision):
            self._services = store.read(f"{self._catalogue}/services")
            self._revision, self._read_at = revision, begun
        return head | self._services

    def _pause(self, revision: str | None) -> float:
        """Nothing for a single page: a small catalogue is read each time."""
        pages = len(self._services) // PAGE
        return pages / (UNTOLD if revision is None else TOLD)
