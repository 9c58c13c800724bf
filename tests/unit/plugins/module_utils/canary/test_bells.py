"""Webhooks against a real HTTPS server, and what is said of those that do not answer as they should."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import bells, moves
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.wish import Webhook
from rig.pki import Authority
from unit.plugins.module_utils.canary.scenery import a_state

PLACE = {"link": "tokyo", "side": "isolated", "service": "orders"}
SECRET = "s3cr3t"


@dataclass
class Listener:
    """Answers one status after the other, the last one for ever; `drips` a byte at a time, for ever."""

    url: str = ""
    ca_path: str = ""
    statuses: list[int] = field(default_factory=lambda: [200])
    drips: bool = False
    heard: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def next_status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


def handler_of(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            listener.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            listener.tokens.append(self.headers["X-Token"])
            if listener.drips:
                while not listener.ended.wait(0.05):
                    self.wfile.write(b"H")
                return
            self.send_response(listener.next_status())
            self.send_header("Location", listener.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nobody reads it."""

    return Handler


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), "webhooks")


@pytest.fixture
def listener(authority: Authority, tmp_path: Path) -> Iterator[Listener]:
    issued = authority.issue(["localhost"])
    files = tmp_path / "chain.pem", tmp_path / "key.pem"
    files[0].write_text(issued.chain_pem)
    files[1].write_text(issued.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    made = Listener(ca_path=str(authority.path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(made))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    made.url = f"https://localhost:{server.server_port}/{SECRET}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.ended.set()
    server.shutdown()
    server.server_close()


class Silent:
    """The door, and the clock, of which nothing is wanted here."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def tell(self, _state: m.State) -> None: ...

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Ringing:
    bells: bells.CanaryBells
    said: list[str]
    time: Silent


@pytest.fixture
def ring(listener: Listener):
    def ring(topic: Any = None, **options: Any) -> Ringing:
        told = {"url": listener.url, "events": moves.GATES, "ca_path": listener.ca_path, "timeout": 5.0, **options}
        said, silent = [], Silent()
        return Ringing(bells.CanaryBells((Webhook(**told),), topic, silent, PLACE, silent, said.append), said, silent)

    return ring


def test_a_webhook_that_agrees_lets_it_on(ring, listener: Listener):
    ringing = ring(headers={"X-Token": "t"})
    assert ringing.bells.call("before_step", a_state(m.MOVING)) == ("", "")
    (told,) = listener.heard
    assert {key: told[key] for key in ("event", "service", "phase", "weight", "plan")} == {
        "event": "before_step",
        "service": "orders",
        "phase": "moving",
        "weight": 5,
        "plan": 1,
    }
    assert listener.tokens == ["t"] and ringing.said == []


@pytest.mark.parametrize(
    ("status", "on_failure", "answer"),
    [
        (500, m.PAUSED, ("webhook before step: HTTP 500", m.PAUSED)),
        (403, m.ROLLING_BACK, ("webhook before step: HTTP 403", m.ROLLING_BACK)),
        (500, "", ("", "")),
        (302, m.PAUSED, ("webhook before step: HTTP 302", m.PAUSED)),
    ],
    ids=["pause", "roll back", "ignore", "sends us elsewhere"],
)
def test_a_webhook_that_says_no_after_all_tries(ring, listener: Listener, status, on_failure, answer):
    listener.statuses = [status]
    ringing = ring(on_failure=on_failure, tries=3)
    assert ringing.bells.call("before_step", a_state(m.MOVING)) == answer
    assert len(listener.heard) == 3 and ringing.time.slept == [2.0, 4.0]
    assert not any(SECRET in line for line in ringing.said)


def test_a_second_try_may_do(ring, listener: Listener):
    listener.statuses = [503, 204]
    ringing = ring()
    assert ringing.bells.call("after_step", a_state()) == ("", "")
    assert ringing.said == ["webhook after step, try 1 of 3: HTTP 503"]


def test_a_server_that_never_ends_its_answer_is_left_behind(ring, listener: Listener):
    listener.drips = True
    begun = time.monotonic()
    wrong, phase = ring(timeout=0.3, tries=1).bells.call("before_promotion", a_state())
    assert time.monotonic() - begun < 3
    assert (wrong, phase) == ("webhook before promotion: no answer within 0.3 s", m.PAUSED)


def test_a_server_of_another_authority_is_not_told(ring, listener: Listener, tmp_path: Path):
    other = Authority(tmp_path, "other")
    wrong, phase = ring(ca_path=str(other.path), tries=1).bells.call("before_step", a_state())
    assert phase == m.PAUSED and "certificate verify failed" in wrong.lower()
    assert listener.heard == [] and SECRET not in wrong


def test_only_what_is_wanted_is_told(ring, listener: Listener):
    ringing = ring(events=("promoted",))
    assert not ringing.bells.has("before_step") and ringing.bells.has("promoted")
    ringing.bells.tell("moved", a_state())
    ringing.bells.tell("promoted", a_state(m.PROMOTED))
    assert [told["event"] for told in listener.heard] == ["promoted"]


def test_news_that_nobody_takes_hold_nothing_up(ring, listener: Listener):
    class Broken:
        def publish(self, _subject: str, _text: str) -> None:
            raise AwsError(where="publish", found="AuthorizationError: no", code="AuthorizationError")

    listener.statuses = [500]
    ringing = ring(topic=Broken(), events=("rolled_back",), tries=1)
    ringing.bells.tell("rolled_back", a_state(m.ROLLED_BACK))
    assert ringing.said[-1] == "not published: publish: AuthorizationError: no"


def test_a_subject_is_a_short_line_of_ascii():
    place = {**PLACE, "service": "s" * 200}
    subject = bells.subject_of("rolled_back", place, a_state())
    assert len(subject) == bells.LONGEST_SUBJECT and subject.isascii()
    assert bells.subject_of("paused", PLACE, a_state()) == "tokyo orders: canary PAUSED at 5 %"
