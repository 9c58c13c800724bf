"""Answers calls that come too fast as AWS does. Off until it is switched on.

Time is the cloud's, so that tests can throttle without waiting.
"""

from __future__ import annotations

from rig.control import clock, refusal, wire
from rig.control.throttling import limits
from rig.control.throttling.bucket import Bucket
from rig.control.throttling.limits import Limit

# A bucket is an account's, in a region: (account, region, service, limit, action where each has its own)
Key = tuple[str, str, str, str, str]


class Throttles:
    """The buckets of all accounts. Call it under the lock."""

    def __init__(self, on: bool = False) -> None:
        self._on = on
        self._buckets: dict[Key, Bucket] = {}

    def switch(self, on: bool) -> None:
        """On or off; either way all buckets are full."""
        self._on = on
        self._buckets.clear()

    def answer(self, call: wire.Call, account_id: str) -> wire.Answer | None:
        """The error for a call that finds one of its buckets empty; None for one that took its tokens."""
        service = limits.SERVICES.get(call.service)
        if not self._on or service is None:
            return None
        now = clock.now()
        buckets = [self._bucket(call, account_id, limit, now) for limit in limits_of(service, call)]
        if any(bucket.tokens(now) < 1 for bucket in buckets):
            return refusal.throttled(call)
        for bucket in buckets:
            bucket.take(now)
        return None

    def _bucket(self, call: wire.Call, account_id: str, limit: Limit, now: float) -> Bucket:
        key = (account_id, call.region, call.service, limit.name, call.action if limit.each else "")
        if key not in self._buckets:
            self._buckets[key] = Bucket(limit, now)
        return self._buckets[key]


def limits_of(service: limits.Service, call: wire.Call) -> tuple[Limit, ...]:
    """What a call is measured by."""
    if call.action in service.actions:
        return service.actions[call.action]
    if service is limits.EC2 and call.action in limits.EC2_BETTER_FILTERED and not _is_narrowed(call):
        return (limits.EC2_UNFILTERED,)
    return service.writes if call.mutating else service.reads


def _is_narrowed(call: wire.Call) -> bool:
    """Whether it has a filter or asks for a page."""
    return any(word in call.body for word in (b"Filter.", b"MaxResults=", b"NextToken="))
