"""Who called what, and what they were told: api.jsonl and counters."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rig.control import refusal
from rig.control.wire import Answer, Call

Listener = Callable[[Call, Answer], None]


class ApiLog:
    """One JSON line per call in `path` (when given), counters since the last `clear`, and listeners."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = path.open("a", buffering=1, encoding="utf-8") if path else None
        self._listeners: list[Listener] = []
        self._calls: Counter[tuple[str, str, str, str]] = Counter()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every API call, under the lock, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def record(self, call: Call, account_id: str, answer: Answer) -> None:
        self._calls[account_id, call.service, call.action, answer.error_code] += 1
        if self._file:
            self._file.write(json.dumps(self._line(call, account_id, answer)) + "\n")
        for listener in self._listeners:
            listener(call, answer)

    def counters(self) -> dict[str, Any]:
        """The totals, and per account and action how many calls and how many of them failed, by code."""
        accounts: dict[str, dict[str, Any]] = {}
        for (account_id, service, action, code), count in sorted(self._calls.items()):
            entry = accounts.setdefault(account_id, {}).setdefault(f"{service}:{action}", {"calls": 0, "errors": {}})
            entry["calls"] += count
            if code:
                entry["errors"][code] = count
        throttled = sum(count for (*_call, code), count in self._calls.items() if code in refusal.THROTTLE_CODES)
        return {"calls": self._calls.total(), "throttled": throttled, "accounts": accounts}

    def clear(self) -> None:
        self._calls.clear()

    @staticmethod
    def _line(call: Call, account_id: str, answer: Answer) -> dict[str, Any]:
        return {
            "t": round(time.time(), 3),
            "account": account_id,
            "access_key": call.access_key,
            "service": call.service,
            "action": call.action,
            "status": answer.status,
            "error_code": answer.error_code,
            "request_id": answer.header("x-amzn-requestid") or call.request_id,
        }
