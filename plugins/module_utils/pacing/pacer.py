# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keeps the calls of a module just under AWS's throttles, instead of running into them. PRIVATE to the collection.

One pacer for all clients and threads of a module. What AWS refuses all the same, since others call too, is tried again
by boto3 and by `_aws`; each try waits for its turn like any call.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock, SystemClock
from ansible_collections.twoway.privatelink.plugins.module_utils.pacing.bucket import Bucket
from ansible_collections.twoway.privatelink.plugins.module_utils.pacing.limits import Limit, limits_of

# How many times what AWS documents the account may call: more where AWS Support has raised it, 0 for no pacing.
RATE_VARIABLE = "TWOWAY_API_RATE"
AWS_HOSTS = ("amazonaws.com", "amazonaws.com.cn", "api.aws")
THROTTLED = ("throttl", "requestlimitexceeded", "toomanyrequests", "slowdown")
FASTEST = 1000
ASKED_AT = "twoway_asked_at"


class Turnstile:
    """A lock that lets through in the order of arrival: nobody waits for ever."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.arrived = self.served = 0

    def __enter__(self) -> None:
        with self._changed:
            ticket, self.arrived = self.arrived, self.arrived + 1
            self._changed.wait_for(lambda: self.served == ticket)

    def __exit__(self, *_exception: object) -> None:
        with self._changed:
            self.served += 1
            self._changed.notify_all()


@dataclass(frozen=True, kw_only=True)
class Meter:
    """A bucket that threads share, and the queue before it."""

    bucket: Bucket
    turnstile: Turnstile = field(default_factory=Turnstile)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def left(self, now: float) -> float:
        """Seconds until there is a token."""
        with self._lock:
            return self.bucket.turn(now) - now

    def take(self, now: float) -> None:
        with self._lock:
            self.bucket.take(now)

    def learn(self, now: float, asked_at: float, throttled: bool) -> None:
        with self._lock:
            if throttled:
                self.bucket.found_empty(now, asked_at)
            else:
                self.bucket.let_through(now)


class Pacer:
    def __init__(self, environment: Mapping[str, str], clock: Clock | None = None) -> None:
        """Raises PrivateLinkError when the environment asks for what is no rate."""
        self._wish = _wish(environment.get(RATE_VARIABLE))
        self._rate = self._wish or 1.0
        self._clock = clock or SystemClock()
        self._meters: dict[tuple[str, str], Meter] = {}
        self._lock = threading.Lock()

    def follow(self, service: str, client: Any) -> None:
        """Let every try of every call of this client wait for its turn. `service` is boto3's name for it."""
        if not self._paces(client.meta.endpoint_url):
            return
        id_ = client.meta.service_model.service_id.hyphenize()

        def before(request: Any, operation_name: str, **_more: Any) -> None:
            request.context[ASKED_AT] = self.wait(service, operation_name)

        def after(context: Mapping[str, Any], event_name: str, parsed_response: Any, **_more: Any) -> None:
            if ASKED_AT in context:
                code = ((parsed_response or {}).get("Error") or {}).get("Code", "")
                self.learn(service, event_name.rpartition(".")[2], context[ASKED_AT], is_throttle(code))

        # First, that is before it is signed: a signature grows old.
        client.meta.events.register_first(f"request-created.{id_}", before)
        client.meta.events.register(f"response-received.{id_}", after)

    def _paces(self, endpoint_url: str) -> bool:
        """What AWS documents holds for AWS. Any other endpoint has no known throttles, unless we are told."""
        if self._wish is not None:
            return self._wish > 0
        host = urlsplit(endpoint_url).hostname or ""
        return any(host.endswith(f".{known}") for known in AWS_HOSTS)

    def wait(self, service: str, action: str) -> float:
        """Returns when it is the call's turn, and says when that was.

        A token is taken at the moment it is used, not when it was due: threads that wake up late, together, would
        otherwise come in a crowd. Who waits for a rare token keeps nobody from a common one: the rare one is first.
        """
        meters = [self._meter(service, limit, action) for limit in limits_of(service, action)]
        with ExitStack() as turnstiles:
            for meter in meters:
                turnstiles.enter_context(meter.turnstile)
                while (left := meter.left(self._clock.now())) > 0:
                    self._clock.sleep(left)
            now = self._clock.now()
            for meter in meters:
                meter.take(now)
        return now

    def learn(self, service: str, action: str, asked_at: float, throttled: bool) -> None:
        """What AWS said to a call that asked at that time. Of several buckets, it tells us of the action's own."""
        own = next(iter(limits_of(service, action)), None)
        if own is None:
            return
        self._meter(service, own, action).learn(self._clock.now(), asked_at, throttled)

    def _meter(self, service: str, limit: Limit, action: str) -> Meter:
        key = (service, action if limit.each else limit.name)
        with self._lock:
            if key not in self._meters:
                capacity, refill = limit.our_capacity * self._rate, limit.our_refill * self._rate
                self._meters[key] = Meter(bucket=Bucket(capacity=max(1.0, capacity), refill=refill))
            return self._meters[key]


def is_throttle(code: str) -> bool:
    """Each service has a word of its own for it."""
    return any(word in code.lower() for word in THROTTLED)


def _wish(text: str | None) -> float | None:
    """None when nothing is asked for."""
    if not text:
        return None
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= FASTEST:
        raise PrivateLinkError(
            where=f"environment variable {RATE_VARIABLE}",
            found=repr(text),
            allowed=f"a number from 0 to {FASTEST}",
            remedy="1 is what AWS documents, 0 does not pace; leave it out to pace AWS alone",
        )
    return rate
