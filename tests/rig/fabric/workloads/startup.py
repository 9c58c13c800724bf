"""What Fargate does before a task's first instruction: it needs the task's own network for that."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable

from rig.fabric.workloads.order import Reach

_PATIENCE_SECONDS = 3.0  # AWS retries for minutes
_REFUSAL_PATIENCE_SECONDS = 30.0
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 1.0


class StartFailure(Exception):
    """The task stops before it ran; the message is its stopped reason."""


def check(reaches: Iterable[Reach]) -> None:
    """Connect to each address. Raises StartFailure at the first that does not answer in time."""
    begun = time.monotonic()
    for reach in reaches:
        _reach(reach, begun)


def _reach(reach: Reach, begun: float) -> None:
    """Silence is the answer of a VPC that leads nowhere; a refusal, of an endpoint that is about to listen."""
    pause = _FIRST_PAUSE_SECONDS
    while True:
        left = begun + _PATIENCE_SECONDS - time.monotonic()
        try:
            socket.create_connection((reach.host, reach.port), max(left, pause)).close()
            return
        except ConnectionRefusedError as error:
            _give_up_after(begun + _REFUSAL_PATIENCE_SECONDS, reach, error)
        except OSError as error:
            _give_up_after(begun + _PATIENCE_SECONDS, reach, error)
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _give_up_after(deadline: float, reach: Reach, error: OSError) -> None:
    if time.monotonic() >= deadline:
        fault = "i/o timeout" if isinstance(error, TimeoutError) else error.strerror
        raise StartFailure(f"{reach.otherwise}: dial tcp {reach.host}:{reach.port}: {fault}") from error
