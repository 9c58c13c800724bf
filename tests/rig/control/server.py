"""moto's own server behind one lock, with a log, known keys and honest errors."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from rig.control import (
    backdoor,
    clock,
    credentials,
    endpoint_policies,
    open_data,
    refusal,
    registry,
    snapshot,
    speed,
    wire,
)
from rig.control.api_log import ApiLog
from rig.control.endpoint_policies import asked, language
from rig.control.faults import Faults
from rig.control.lock import lock
from rig.control.settings import Settings
from rig.control.throttling import Throttles

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
_LOG = logging.getLogger(__name__)
_HOP_BY_HOP = {"connection", "transfer-encoding", "server", "date"}


class ControlPlane:
    """A WSGI application that answers for AWS. One per process: moto's backends are global."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.log = ApiLog(settings.api_log_path)
        self.throttles = Throttles()
        self._latency = 0.0
        self.backdoor = backdoor.Backdoor()
        self.faults = Faults()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._add_backdoors()
        self.reset()

    def reset(self) -> None:
        """Back to accounts in which nothing was ever made, except what AWS itself puts there."""
        with lock:
            clock.reset()
            _empty_backends()
            self.log.clear()
            self.faults.clear()
            self._set_conditions({"throttling": self.settings.throttling, "latency": self.settings.latency})
            credentials.install(self.settings)
            registry.install(self.settings)

    def __call__(self, environ: wire.Environ, start_response: StartResponse) -> Iterable[bytes]:
        if self._latency and not _is_backdoor(environ):
            time.sleep(self._latency)  # outside the lock: on the way to AWS, calls do not wait for each other
        with nullcontext() if self.backdoor.is_unlocked(environ) else lock:
            answer = self._answer(environ)
        if answer.lost:
            raise ConnectionResetError("the answer is lost")  # werkzeug closes the connection without a word
        start_response(f"{answer.status} {'OK' if answer.status < 400 else 'Error'}", answer.headers)
        return [answer.body]

    def _answer(self, environ: wire.Environ) -> wire.Answer:
        if _is_backdoor(environ):
            snapshot.touch()
            return self.backdoor.answer(environ)
        if clock.run_due():
            snapshot.touch()
        call = wire.Call.from_environ(environ)
        account_id = credentials.account_of(call.access_key)
        answer = (
            self._at_the_gate(call, environ)
            or self.throttles.answer(call, account_id)
            or self.faults.answer(call, account_id, lambda: self._ask_moto(environ, call))
        )
        if call.mutating:
            snapshot.touch()
        self.log.record(call, account_id, answer)
        return answer

    def _at_the_gate(self, call: wire.Call, environ: wire.Environ) -> wire.Answer | None:
        """What is told before the service is asked: who is not known, or may not come this way. What is open, too."""
        is_s3 = call.service == "s3"
        given = open_data.read(environ["REQUEST_METHOD"], *asked.bucket_and_key(environ)) if is_s3 else None
        unsigned = given and not call.access_key
        try:
            barred = (None if unsigned else refusal.of(call)) or endpoint_policies.answer(call, environ)
        except language.UnknownElement as element:
            return wire.error(call, 400, "NotEmulated", f"not emulated: {element} in an endpoint policy")
        return barred or given

    def _set_conditions(self, wanted: dict[str, Any]) -> None:
        """{"throttling": bool, "latency": seconds}, either or both: what calls meet from now on."""
        if "throttling" in wanted:
            self.throttles.switch(bool(wanted["throttling"]))
        self._latency = float(wanted.get("latency", self._latency))

    def _ask_moto(self, environ: wire.Environ, call: wire.Call) -> wire.Answer:
        environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)  # an account is known by its key alone
        try:
            answer = _collect(self._moto, environ)
        except NotImplementedError:
            return _not_emulated(call)
        except Exception as fault:
            # Not AWS's InternalError: SDKs retry a 5xx for seconds, and a fault of the rig does not go away.
            _LOG.exception("%s:%s", call.service, call.action)
            return wire.error(call, 400, "RigFault", f"fault in the rig: {type(fault).__name__}: {fault}")
        return _not_emulated(call) if _is_html(answer) else answer

    def _add_backdoors(self) -> None:
        self.backdoor.add("GET", "/_rig/api-log", lambda _request: self.log.counters())
        self.backdoor.add("DELETE", "/_rig/api-log", lambda _request: self.log.clear())
        self.backdoor.add("POST", "/_rig/faults", self.faults.arm)
        self.backdoor.add("GET", "/_rig/faults", lambda _request: self.faults.report())
        self.backdoor.add("DELETE", "/_rig/faults", lambda _request: self.faults.clear())
        self.backdoor.add("POST", "/_rig/conditions", self._set_conditions)
        self.backdoor.add("POST", "/_rig/reset", lambda _request: self.reset())
        self.backdoor.add("POST", "/_rig/credentials", backdoor.issue_credentials)
        self.backdoor.add("POST", "/_rig/dns-txt", backdoor.publish_txt)
        self.backdoor.add("POST", "/_rig/endpoint-state", backdoor.move_endpoint)


def create_app(settings: Settings) -> ControlPlane:
    """The control plane of `settings`, empty."""
    speed.install()
    return ControlPlane(settings)


def _is_backdoor(environ: wire.Environ) -> bool:
    return environ["PATH_INFO"].startswith(backdoor.Backdoor.PREFIX)


def _empty_backends() -> None:
    """As moto's own reset, without filling anew each backend that is thrown away next."""
    for backends in list(BackendDict._instances):
        backends.clear()
    BackendDict._instances.clear()
    reset_model_data()


def _collect(app: Callable[..., Iterable[bytes]], environ: wire.Environ) -> wire.Answer:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        started[:] = [int(status.split()[0]), headers]

    chunks = app(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    headers = [(name, value) for name, value in started[1] if name.lower() not in _HOP_BY_HOP]
    answer = wire.Answer(status=started[0], headers=headers, body=body)
    # EC2's answers carry their id in the body, where moto writes the words "request-id".
    request_id = answer.header("x-amzn-requestid").encode()
    told = body.replace(b"<requestId>request-id<", b"<requestId>%b<" % request_id, 1)
    return answer if told is body else _with_body(answer, told)


def _with_body(answer: wire.Answer, body: bytes) -> wire.Answer:
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    return wire.Answer(status=answer.status, headers=[*headers, ("Content-Length", str(len(body)))], body=body)


def _is_html(answer: wire.Answer) -> bool:
    """Flask's own error page: no AWS service answers with one. HEAD is answered without a page."""
    html = answer.header("content-type").startswith("text/html")
    return html and answer.status >= 400 and bool(answer.body) and b"<Code>" not in answer.body


def _not_emulated(call: wire.Call) -> wire.Answer:
    return wire.error(call, 400, "NotEmulated", f"not emulated: {call.service}:{call.action}")
