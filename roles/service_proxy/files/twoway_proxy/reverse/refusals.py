"""Tells CloudWatch what the way out refused, to whom and why, and how much it let through."""

import asyncio
import logging
import re
import socket
from collections import deque
from collections.abc import Iterable
from typing import Any

from .. import journal
from ..envoy.admin import Admin
from ..log_stream import LogStream, Untold
from ..metadata import metadata
from ..metrics.cloudwatch import Increments
from ..metrics.figure import Figure
from ..settings import Settings
from .deny_log import Ledger, Tail
from .logs import DENY

EVERY_SECONDS = 5.0
MOST_KEPT = 10_000  # events, while CloudWatch Logs cannot be reached; then the oldest go
_COUNTERS = r"^(sni_\d*\.rbac\.allowed|vhost\..*\.route\.plain_\d*\.upstream_rq_total)$"
_COUNTER = re.compile(r"(?:sni|plain)_(\d+)\.(?:rbac\.allowed|upstream_rq_total): (\d+)$")


class Refusals:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin = Admin(settings.admin_socket)
        self._ledger = Ledger()
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)
        self._allowed = Increments()
        self._trouble: str | None = None

    async def tell(self) -> None:
        """Follows the deny log; never ends by itself."""
        tail = Tail(self._settings.log_dir / DENY)
        name = await metadata("instance-id") or socket.gethostname()
        stream = LogStream(self._settings.region, f"{self._settings.root}/reverse-proxy", name)
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            for line in tail.lines():
                self._ledger.add(line)
            self._waiting.extend(self._ledger.take())
            if self._waiting:
                await self._put(stream)

    async def _put(self, stream: LogStream) -> None:
        """What cannot be told now is told later. That it cannot is said once."""
        try:
            await stream.put(self._waiting)
        except Untold as problem:
            if str(problem) != self._trouble:
                journal.say(logging.WARNING, f"refusals cannot be logged: {problem}")
            self._trouble = str(problem)
            return
        self._waiting.clear()
        self._trouble = None

    async def figures(self) -> Iterable[Figure]:
        """Since the last time: what each profile was refused, by reason, and let through.

        Raises one of envoy.admin's Unreachable.
        """
        text = await self._admin.stats(_COUNTERS)
        totals: dict[str, int] = {}
        for found in filter(None, map(_COUNTER.search, text.splitlines())):
            totals[found[1]] = totals.get(found[1], 0) + int(found[2])
        counts, self._ledger.counts = self._ledger.counts, {}
        return [
            # For the alarm: of all profiles and reasons, and every time.
            Figure(name="Denied", value=sum(counts.values())),
            *(
                Figure(name="Denied", value=count, dimensions={"Profile": profile, "Reason": reason})
                for (profile, reason), count in sorted(counts.items())
            ),
            *(
                Figure(name="Allowed", value=count, dimensions={"Profile": profile})
                for profile, count in sorted(self._allowed.of(totals).items())
            ),
        ]
