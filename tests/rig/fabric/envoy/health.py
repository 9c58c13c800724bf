"""What Envoy's health checkers say of the targets."""

from __future__ import annotations

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rig.fabric.envoy.draft import TargetKey
from rig.world import TargetGroup, TargetStatus

HostKey = tuple[str, str]  # cluster, "address:port"
INITIAL = TargetStatus(
    state="initial", reason="Elb.InitialHealthChecking", description="Initial health checks in progress"
)
HEALTHY = TargetStatus(state="healthy")
_FAILED = TargetStatus(state="unhealthy", reason="Target.FailedHealthChecks", description="Health checks failed")
_TIMED_OUT = TargetStatus(state="unhealthy", reason="Target.Timeout", description="Request timed out")
_MISMATCH = TargetStatus(
    state="unhealthy", reason="Target.ResponseCodeMismatch", description="Health checks failed with an unexpected code"
)


@dataclass
class _Host:
    """`counting`: the checker is new, so failures count from nought, whatever an earlier one found."""

    status: TargetStatus = INITIAL
    counting: bool = True
    failures: int = 0


class Health:
    """Follows the checkers' log, a named pipe. Written by the event loop, read from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, path: Path) -> None:
        os.mkfifo(path)
        # Open for writing as well: so there is never an end of file, and Envoy need not be there first.
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self._rest = b""
        self._hosts: dict[HostKey, _Host] = defaultdict(_Host)
        self._targets: dict[HostKey, TargetKey] = {}
        self._thresholds: dict[str, int] = {}
        loop.call_soon_threadsafe(loop.add_reader, self._pipe, self._read)

    def follow(self, targets: dict[HostKey, TargetKey], groups: dict[str, TargetGroup]) -> None:
        """From now on these hosts count, and no others."""
        self._targets = targets
        self._thresholds = {arn: group.health_check.unhealthy_threshold for arn, group in groups.items()}

    def forget_others(self, targets: Collection[HostKey]) -> None:
        """To be called when Envoy checks `targets` alone: one that comes again later is then a new one to it, too."""
        for gone in self._hosts.keys() - set(targets):
            del self._hosts[gone]

    def report(self) -> dict[TargetKey, TargetStatus]:
        """One verdict a target: unhealthy if any node finds it so, healthy if one does and none objects."""
        found: dict[TargetKey, set[TargetStatus]] = defaultdict(set)
        for key, target in self._targets.items():
            host = self._hosts.get(key)
            found[target].add(host.status if host else INITIAL)
        return {target: _verdict(statuses) for target, statuses in found.items()}

    def _read(self) -> None:
        *lines, self._rest = (self._rest + os.read(self._pipe, 1 << 20)).split(b"\n")
        for line in lines:
            if line:
                self._take(json.loads(line))

    def _take(self, event: dict[str, Any]) -> None:
        place = event["host"]["socket_address"]
        key = (event["cluster_name"], f"{place['address']}:{place['port_value']}")
        host = self._hosts[key]
        if "add_healthy_event" in event:
            host.status, host.counting = HEALTHY, False
        elif "eject_unhealthy_event" in event:
            host.status = _failure(event["eject_unhealthy_event"])
        elif "health_check_failure_event" in event:
            self._count(key, host, event["health_check_failure_event"])

    def _count(self, key: HostKey, host: _Host, failure: dict[str, Any]) -> None:
        """Envoy gives a host up at its very first failure; a load balancer counts to the threshold."""
        if failure.get("first_check"):
            host.counting, host.failures = True, 0
        host.failures += 1
        target = self._targets.get(key)
        if target and host.counting and host.failures >= self._thresholds.get(target[0], 1):
            host.status = _failure(failure)


def _verdict(statuses: set[TargetStatus]) -> TargetStatus:
    failed = [status for status in statuses if status.state == "unhealthy"]
    if failed:
        return min(failed, key=lambda status: status.reason)
    return HEALTHY if HEALTHY in statuses else INITIAL


def _failure(details: dict[str, Any]) -> TargetStatus:
    return {"ACTIVE": _MISMATCH, "NETWORK_TIMEOUT": _TIMED_OUT}.get(details.get("failure_type", "ACTIVE"), _FAILED)
