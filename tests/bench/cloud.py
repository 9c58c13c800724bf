"""Sandboxes of the bench's own, and what has been asked of the one that is up."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from e2e import clouds, sandbox
from rig.control.refusal import THROTTLE_CODES

PLACE = sandbox.ROOT / "build" / "bench"


@dataclass(frozen=True, kw_only=True)
class Calls:
    """API calls by service:Action, and how many of them were refused because they came too fast."""

    by_action: Counter[str] = field(default_factory=Counter)
    throttled: int = 0

    def __sub__(self, other: Calls) -> Calls:
        return Calls(by_action=self.by_action - other.by_action, throttled=self.throttled - other.throttled)


def up(*, control_only: bool) -> AbstractContextManager[None]:
    """An empty cloud."""
    return clouds.up(PLACE / "cloud", control_only=control_only)


def meet(*, latency_ms: int, throttled: bool) -> None:
    """What calls are to meet from now on; the throttles' buckets are full."""
    body = json.dumps({"latency": latency_ms / 1000, "throttling": throttled}).encode()
    urllib.request.urlopen(f"{sandbox.facts()['endpoint_url']}/_rig/conditions", data=body).close()


def calls() -> Calls:
    """Those answered so far to the operators' own keys: what tasks and instances ask is not the operator's cost."""
    keys = {account["access_key"] for account in sandbox.facts()["accounts"].values()}
    with Path(sandbox.facts()["api_log"]).open(encoding="utf-8") as lines:
        told = [call for call in map(json.loads, lines) if call["access_key"] in keys]
    return Calls(
        by_action=Counter(f"{call['service']}:{call['action']}" for call in told),
        throttled=sum(call["error_code"] in THROTTLE_CODES for call in told),
    )
