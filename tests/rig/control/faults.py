"""Faults on demand: what AWS does to any call now and then, done to the calls that a test names.

    POST   /_rig/faults  {"action": "CreateVpcEndpoint", "kind": "lost", "times": 2}
    GET    /_rig/faults  what is armed, and how often it struck
    DELETE /_rig/faults  none any more

`kind` is one of
- throttle: refused, in the words of the service's protocol
- unavailable: 503 or 500, and nothing done
- error: `code`, `message` and `status` as given, and nothing done; such as a NotFound of what was just made
- unsuccessful: EC2 answers 200, nothing is done, and every id asked for is in `Unsuccessful` with `code` and `message`
- lost: done, but the connection breaks before the answer, so that SDKs send the call again, which is let through; with
  a `status` of 500 or more that is the answer
- stale: answered as the same request was answered before (asked anew if it never was), as a list that lags behind
  https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html

It strikes `times` calls (once when nothing is said), or all within `seconds` of the sandbox's time, after it let
`after` of them through. `service` ("ec2"), `account` (its id) and `holding` (a text in the request) narrow it down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rig.control import clock, refusal, wire

KINDS = ("throttle", "unavailable", "error", "unsuccessful", "lost", "stale")


@dataclass(kw_only=True)
class Fault:
    """`struck` counts the calls it was done to, `passed` those it let through first."""

    action: str
    kind: str
    times: int | None = None
    seconds: float | None = None
    after: int = 0
    service: str = ""
    account: str = ""
    holding: str = ""
    code: str = ""
    message: str = "as the test wishes"
    status: int = 400
    struck: int = 0
    passed: int = 0
    armed: float = field(default_factory=clock.now)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: {self.kind!r}; allowed: {', '.join(KINDS)}")
        if self.kind in ("error", "unsuccessful") and not self.code:
            raise ValueError(f"code: nothing; allowed with kind {self.kind}: an error code of AWS")
        if self.times is None and self.seconds is None:
            self.times = 1

    def concerns(self, call: wire.Call, account_id: str) -> bool:
        """Whether it is to strike this call, or to let it through as one of the first."""
        return (
            call.action == self.action
            and self.service in ("", call.service)
            and self.account in ("", account_id)
            and self.holding.encode() in call.body
            and (self.times is None or self.struck < self.times)
            and (self.seconds is None or clock.now() < self.armed + self.seconds)
        )


class Faults:
    """Those that are armed. Of several for one call, the first armed strikes."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._answered: dict[tuple[str, str, bytes], wire.Answer] = {}

    def arm(self, request: Mapping[str, Any]) -> None:
        """Raises ValueError or TypeError for what is not a fault."""
        self._armed.append(Fault(**request))

    def report(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._armed]

    def clear(self) -> None:
        self._armed.clear()
        self._answered.clear()

    def answer(self, call: wire.Call, account_id: str, ask: Callable[[], wire.Answer]) -> wire.Answer:
        """What the caller is told; `ask` does what was asked for."""
        fault = next((one for one in self._armed if one.concerns(call, account_id)), None)
        if fault is None:
            return self._kept(call, account_id, ask())
        if fault.passed < fault.after:
            fault.passed += 1
            return self._kept(call, account_id, ask())
        fault.struck += 1
        if fault.kind == "lost":
            return _lost(call, ask(), fault)
        if fault.kind == "stale":
            return self._answered.get(_key(call, account_id)) or self._kept(call, account_id, ask())
        if fault.kind == "error":
            return wire.error(call, fault.status, fault.code, fault.message)
        if fault.kind == "unsuccessful":
            return wire.unsuccessful(call, fault.code, fault.message)
        return refusal.throttled(call) if fault.kind == "throttle" else refusal.unavailable(call)

    def _kept(self, call: wire.Call, account_id: str, answer: wire.Answer) -> wire.Answer:
        """The answer, remembered where a stale one may be wanted later."""
        if any(fault.kind == "stale" and fault.action == call.action for fault in self._armed):
            self._answered[_key(call, account_id)] = answer
        return answer


def _lost(call: wire.Call, answer: wire.Answer, fault: Fault) -> wire.Answer:
    """The call was done, and nobody is told so."""
    if fault.status < 500:
        return replace(answer, lost=True)
    return wire.error(call, fault.status, fault.code or "InternalError", fault.message)


def _key(call: wire.Call, account_id: str) -> tuple[str, str, bytes]:
    return account_id, call.action, call.body
