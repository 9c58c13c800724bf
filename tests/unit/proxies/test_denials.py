"""What a line of the deny log is made into: who, what, why; and a flood into a few events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twoway_proxy.reverse.denials import WHY, Denial
from twoway_proxy.reverse.deny_log import MOST_DISTINCT, Ledger, Tail
from twoway_proxy.reverse.routes import routes

from .test_profiles import PAY, profile

RBAC = "rbac_access_denied_matched_policy[none]"
LINES: dict[str, tuple[dict[str, Any], str]] = {
    "without PROXY protocol": (
        {"kind": "connection", "client": "10.0.0.5:1", "peer": "10.0.0.5:1"},
        "no-proxy-protocol",
    ),
    "nothing asked": ({"kind": "connection", "client": "10.0.3.7:4", "peer": "10.0.0.5:1"}, "silent"),
    "one connection too many": (
        {"kind": "connection", "client": "10.0.3.7:4", "peer": "p", "closed": "over_connection_limit"},
        "too-many",
    ),
    "TLS without a name": (
        {"kind": "connection", "client": "10.0.3.7:4", "peer": "p", "ended": RBAC},
        "no-server-name",
    ),
    "host": ({"kind": "request", "route": "refused-host", "details": "direct_response"}, "host"),
    "port": ({"kind": "request", "route": "refused-port", "details": "direct_response"}, "port"),
    "method": ({"kind": "request", "route": "refused-method", "details": "direct_response"}, "method"),
    "plain": ({"kind": "request", "route": "refused-plain", "details": "direct_response"}, "plain"),
    "nameless": (
        {"kind": "request", "route": "refused-host", "details": "direct_response", "asked": "-:443"},
        "no-server-name",
    ),
    "address": ({"kind": "request", "route": "resolve", "details": RBAC}, "address"),
    "no address": ({"kind": "request", "route": "resolve", "details": "dns_resolution_failure{cares}"}, "no-address"),
    "large headers": ({"kind": "request", "details": "http1.headers_too_large"}, "too-large"),
    "many headers": ({"kind": "request", "details": "http1.too_many_headers"}, "too-large"),
    "slow headers": ({"kind": "request", "details": "request_header_timeout"}, "slow"),
    "no HTTP": ({"kind": "request", "details": "http1.codec_error"}, "malformed"),
    "no host": ({"kind": "request", "details": "missing_host_header"}, "malformed"),
    "no sound host": ({"kind": "request", "details": "http.invalid_authority"}, "malformed"),
    "https in the clear": ({"kind": "request", "details": "http1.https_url_on_plaintext_connection"}, "plain"),
    "upgrade": ({"kind": "request", "route": "request", "details": "upgrade_failed"}, "method"),
    "of tomorrow's Envoy": ({"kind": "request", "details": "something_new"}, "other"),
    "SNI of another host": ({"kind": "tunnel", "ended": RBAC, "server_name": "evil.example"}, "server-name"),
    "SNI of none": ({"kind": "tunnel", "ended": RBAC}, "no-server-name"),
    "no TLS": ({"kind": "tunnel", "ended": RBAC, "transport_failure": "TLS_error|..."}, "not-tls"),
    "empty tunnel": ({"kind": "tunnel"}, "no-hello"),
    "of tomorrow's agent": ({"kind": "datagram"}, "other"),
}


@pytest.mark.parametrize(("line", "reason"), LINES.values(), ids=LINES)
def test_the_reason(line: dict[str, Any], reason: str) -> None:
    denial = Denial.of({"profile": "13288", **line})
    assert denial.reason == reason
    assert reason in WHY


def test_each_refusal_of_the_routes_has_a_reason_with_words() -> None:
    made = profile(PAY, {"name": "old", "host": "old.pay.example", "ports": [80], "plain_http": True})
    names = {route["name"] for host in routes(made)["virtual_hosts"] for route in host["routes"]}
    refused = {name.removeprefix("refused-") for name in names if name.startswith("refused-")}
    assert refused == {"host", "port", "method", "plain"} and refused <= WHY.keys()


def test_who_and_what() -> None:
    line = {
        "kind": "request",
        "profile": "13288",
        "endpoint": "\x01vpce-0123",
        "client": "10.0.3.7:40000",
        "asked": "evil.example:443",
        "route": "refused-host",
        "details": "direct_response",
    }
    assert Denial.of(line) == Denial(
        profile="13288",
        endpoint="vpce-0123",
        client="10.0.3.7",
        asked="evil.example:443",
        server_name=None,
        reason="host",
    )


@given(
    st.dictionaries(
        st.sampled_from(["kind", "client", "peer", "endpoint", "asked", "route", "details", "ended", "server_name"]),
        st.none() | st.text() | st.integers() | st.sampled_from(["request", "tunnel", "connection"]),
    )
)
def test_no_line_crashes_it(line: dict[str, Any]) -> None:
    assert Denial.of(line).reason in WHY


def refused(host: str, client: str = "10.0.3.7:1", time: str = "2026-11-25T10:00:00Z") -> str:
    fields = {"kind": "request", "profile": "1", "route": "refused-host", "details": "direct_response", "asked": host}
    return json.dumps({**fields, "client": client, "time": time})


def test_alike_refusals_are_one_event_with_a_count() -> None:
    ledger = Ledger()
    for second in range(3):
        ledger.add(refused("evil.example:443", client=f"10.0.3.7:{second}", time=f"2026-11-25T10:00:0{second}Z"))
    ledger.add(refused("other.example:443"))
    flood, single = ledger.take()
    assert (flood["count"], flood["time"], flood["until"]) == (3, "2026-11-25T10:00:00Z", "2026-11-25T10:00:02Z")
    assert single == {
        "time": "2026-11-25T10:00:00Z",
        "profile": "1",
        "client": "10.0.3.7",
        "asked": "other.example:443",
        "reason": "host",
        "why": "the host is not listed",
    }
    assert ledger.counts == {("1", "host"): 4}
    assert ledger.take() == []


def test_a_flood_of_different_refusals_is_cut_and_counted() -> None:
    ledger = Ledger()
    for number in range(MOST_DISTINCT + 5):
        ledger.add(refused(f"{number}.evil.example:443"))
    events = ledger.take()
    assert len(events) == MOST_DISTINCT + 1
    assert events[-1]["count"] == 5
    assert ledger.counts == {("1", "host"): MOST_DISTINCT + 5}


def test_the_log_is_followed_through_its_rotation(tmp_path: Path) -> None:
    path = tmp_path / "deny.json"
    path.write_text("old\n")
    tail = Tail(path)
    with path.open("a") as log:
        log.write("one\ntw")
        log.flush()
        assert list(tail.lines()) == ["one"]
        log.write("o\n")
        log.flush()
        path.rename(tmp_path / "deny.json.1")
        log.write("three\n")
        log.flush()
    assert list(tail.lines()) == ["two", "three"]
    path.write_text("four\n")
    assert list(tail.lines()) == ["four"]


def test_a_log_that_is_not_there_yet_is_read_from_its_beginning(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "deny.json")
    assert list(tail.lines()) == []
    (tmp_path / "deny.json").write_text("one\n")
    assert list(tail.lines()) == ["one"]


def test_a_line_that_was_cut_off_is_nobodys_refusal() -> None:
    ledger = Ledger()
    ledger.add('{"kind": "requ')
    assert ledger.take() == [] and ledger.counts == {}
