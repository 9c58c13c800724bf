"""What Fargate does before a task's first instruction: it needs the task's own network for that."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable

from rig.fabric.workloads.order import Reach

_PATIENCE_SECONDS = 3.0  # AWS retries for minutes
_PAUSE_SECONDS = 0.1


class StartFailure(Exception):
    """The task stops before it ran; the message is its stopped reason."""


def check(reaches: Iterable[Reach]) -> None:
    """Connect to each address. Raises StartFailure at the first that does not answer in time."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for reach in reaches:
        _reach(reach, deadline)


def _reach(reach: Reach, deadline: float) -> None:
    """Refusals are tried again, as Fargate does: an endpoint may be about to listen."""
    while True:
        try:
            socket.create_connection((reach.host, reach.port), max(deadline - time.monotonic(), _PAUSE_SECONDS)).close()
            return
        except OSError as error:
            if time.monotonic() >= deadline:
                fault = "i/o timeout" if isinstance(error, TimeoutError) else error.strerror
                raise StartFailure(f"{reach.otherwise}: dial tcp {reach.host}:{reach.port}: {fault}") from error
            time.sleep(_PAUSE_SECONDS)
