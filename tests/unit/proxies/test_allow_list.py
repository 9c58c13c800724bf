"""What the allow list opens: the listed hosts and ports, whatever is written in it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twoway_proxy.reverse.allow_list import AllowList
from twoway_proxy.reverse.routes import routes
from twoway_proxy.sieve import Unusable

PAY = {"name": "pay", "host": "api.pay.example", "ports": [443]}


def opened(allow_list: AllowList) -> set[str]:
    """The authorities that Envoy's routes lead out."""
    return {
        domain
        for host in routes(allow_list)[0]["virtual_hosts"]
        if any("route" in route for route in host["routes"])
        for domain in host["domains"]
    }


BAD = {
    "an address": ({"host": "93.184.216.34"}, "[0].host: '93.184.216.34' is an address"),
    "an address in octal": ({"host": "0x7f.1"}, "[0].host: '0x7f.1' is an address"),
    "an address in IPv6": ({"host": "::1"}, "[0].host: '::1' is not a DNS name"),
    "a wildcard": ({"host": "*.pay.example"}, "[0].host: '*.pay.example' is not a DNS name"),
    "everything": ({"host": "*"}, "[0].host: '*' is not a DNS name"),
    "a bare name": ({"host": "localhost"}, "[0].host: 'localhost' is not a DNS name"),
    "host and port": ({"host": "api.pay.example:22"}, "[0].host: 'api.pay.example:22' is not"),
    "port 0": ({"ports": [0]}, "[0].port: 0 is not a port"),
    "port as text": ({"ports": ["443"]}, "[0].ports: ['443'] is not a list of ports"),
    "no ports": ({"ports": []}, "[0].ports: [] is not a list of ports"),
    "no name": ({"name": None}, "[0].name: missing"),
}


@pytest.mark.parametrize(("changed", "problem"), BAD.values(), ids=BAD)
def test_bad_entry_opens_nothing_and_harms_no_other(changed: dict[str, Any], problem: str) -> None:
    other = {"name": "mail", "host": "mail.example", "ports": [25, 443]}
    allow_list = AllowList.parse(json.dumps([PAY | changed, other]))
    assert opened(allow_list) == {"mail.example:25", "mail.example:443"}
    assert len(allow_list.problems) == 1 and allow_list.problems[0].startswith(problem)


@pytest.mark.parametrize("text", ["", "{}", "null", '"*"', "[" * 4000])
def test_what_is_no_list_is_unusable(text: str) -> None:
    with pytest.raises(Unusable):
        AllowList.parse(text)


def test_an_empty_list_opens_nothing() -> None:
    assert opened(AllowList.parse("[]")) == set()


def test_two_entries_of_one_host_add_up_and_two_of_one_name_do_not() -> None:
    entries = [PAY, {"name": "pay-ssh", "host": PAY["host"], "ports": [22]}, PAY | {"host": "other.example"}]
    allow_list = AllowList.parse(json.dumps(entries))
    assert opened(allow_list) == {"api.pay.example:22", "api.pay.example:443"}
    assert allow_list.problems == ("[2].name: 'pay' is used twice",)


ENTRY = st.fixed_dictionaries(
    {
        "name": st.text(max_size=6) | st.sampled_from(["a", "b"]),
        "host": st.text(max_size=12) | st.from_regex(r"[a-z*.0-9:-]{1,12}") | st.just("a.example"),
        "ports": st.lists(st.integers(-1, 70000) | st.none() | st.booleans(), max_size=3),
    }
)


@given(st.lists(ENTRY | st.none() | st.text() | st.integers(), max_size=5))
def test_no_list_opens_more_than_names_with_ports(entries: list[Any]) -> None:
    allow_list = AllowList.parse(json.dumps(entries))
    for authority in opened(allow_list):
        host, port = authority.rsplit(":", 1)
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) and 1 <= int(port) <= 65535
        assert any(isinstance(each, dict) and each["host"] == host and int(port) in each["ports"] for each in entries)


@given(st.text())
def test_no_text_crashes_the_allow_list(text: str) -> None:
    try:
        AllowList.parse(text)
    except Unusable:
        return
