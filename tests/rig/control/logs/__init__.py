"""CloudWatch Logs: what the workloads of the data plane print."""

from __future__ import annotations

import time
from collections.abc import Sequence

from moto.logs.models import logs_backends

from rig.control.settings import Settings


def install(_settings: Settings) -> None:
    """moto's own backend does."""


def append(account_id: str, region: str, group: str, stream: str, lines: Sequence[str]) -> None:
    """Put `lines` at the end of the stream, as the awslogs driver does. A group that is gone swallows them.

    Call it under the lock.
    """
    backend = logs_backends[account_id][region]
    if group not in backend.groups or not lines:
        return
    if stream not in backend.groups[group].streams:
        backend.create_log_stream(group, stream)
    now = int(time.time() * 1000)
    backend.put_log_events(group, stream, [{"timestamp": now, "message": line} for line in lines])


def has_group(account_id: str, region: str, group: str) -> bool:
    return group in logs_backends[account_id][region].groups


def create_group(account_id: str, region: str, group: str) -> None:
    logs_backends[account_id][region].create_log_group(group, {})
