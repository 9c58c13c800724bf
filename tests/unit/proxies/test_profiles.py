"""What a profile opens: the listed hosts and ports, whatever is written in it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.filter.egress_profiles import apply as profiles_of
from ansible_collections.twoway.privatelink.plugins.module_utils.egress_profiles.model import desired
from hypothesis import given
from hypothesis import strategies as st
from twoway_proxy.reverse.profiles import Profile, read_profiles
from twoway_proxy.reverse.routes import routes
from twoway_proxy.sieve import Sieve, Unusable

PORT = 13288
PATH = "/twoway/tokyo/reverse-proxy/profiles"
PAY = {"name": "pay", "host": "api.pay.example", "ports": [443]}


def profile(*destinations: Any) -> Profile:
    return Profile.parse(PORT, json.dumps({"destinations": destinations}))


def opened(one: Profile) -> set[str]:
    """The domains whose routes lead somewhere."""
    return {
        domain
        for host in routes(one)["virtual_hosts"]
        if any("route" in route for route in host["routes"])
        for domain in host["domains"]
    }


BAD = {
    "an address": ({"host": "93.184.216.34"}, "host: '93.184.216.34' is an address"),
    "an address in octal": ({"host": "0x7f.1"}, "host: '0x7f.1' is an address"),
    "an address in hexadecimal": ({"host": "1.0x7f"}, "host: '1.0x7f' is an address"),
    "an address in IPv6": ({"host": "::1"}, "host: '::1' is not a DNS name"),
    "a wildcard of addresses": ({"host": "*.0.0.1"}, "host: '0.0.1' is an address"),
    "a wildcard of a whole domain": ({"host": "*.example"}, "host: 'example' is not a DNS name"),
    "a wildcard of two labels": ({"host": "*.*.pay.example"}, "host: '*.pay.example' is not a DNS name"),
    "a wildcard within a label": ({"host": "a*.pay.example"}, "host: 'a*.pay.example' is not a DNS name"),
    "a wildcard at the end": ({"host": "api.pay.*"}, "host: 'api.pay.*' is not a DNS name"),
    "everything": ({"host": "*"}, "host: '*' is not a DNS name"),
    "everything, with a dot": ({"host": "*."}, "host: '' is not a DNS name"),
    "a bare name": ({"host": "localhost"}, "host: 'localhost' is not a DNS name"),
    "host and port": ({"host": "api.pay.example:22"}, "host: 'api.pay.example:22' is not"),
    "port 0": ({"ports": [0]}, "port: 0 is not a port"),
    "port as text": ({"ports": ["443"]}, "ports: ['443'] is not a list of ports"),
    "no ports": ({"ports": []}, "ports: [] is not a list of ports"),
    "no name": ({"name": None}, "name: missing"),
    "plain_http as text": ({"plain_http": "no"}, "plain_http: 'no' is not a bool"),
}


@pytest.mark.parametrize(("changed", "problem"), BAD.values(), ids=BAD)
def test_bad_entry_opens_nothing_and_harms_no_other(changed: dict[str, Any], problem: str) -> None:
    other = {"name": "mail", "host": "mail.example.com", "ports": [25, 443]}
    made = profile(PAY | changed, other)
    assert opened(made) == {"mail.example.com:25", "mail.example.com:443"}
    assert len(made.problems) == 1 and made.problems[0].startswith(f"destinations[0].{problem}")


GARBAGE = ("", "[]", "null", '"*"', "[" * 4000, "{}", '{"destinations": {}}', '{"destinations": "*"}')


@pytest.mark.parametrize("text", GARBAGE)
def test_what_is_no_profile_is_unusable(text: str) -> None:
    with pytest.raises(Unusable):
        Profile.parse(PORT, text)


def test_an_empty_list_opens_nothing() -> None:
    assert opened(profile()) == set()


def test_a_host_may_be_listed_twice_with_different_ports_and_a_name_only_once() -> None:
    made = profile(
        PAY,
        {"name": "pay-ssh", "host": PAY["host"], "ports": [22]},
        PAY | {"host": "other.example.com"},
        {"name": "pay-again", "host": PAY["host"], "ports": [22, 8443]},
    )
    assert opened(made) == {"api.pay.example:22", "api.pay.example:443"}
    assert made.problems == (
        "destinations[2].name: 'pay' is used twice",
        "destinations[3].ports: api.pay.example has one of them in 'pay-ssh' already",
    )


def test_plain_http_is_opened_for_requests_and_tls_for_tunnels_only() -> None:
    made = profile(PAY, {"name": "old", "host": "old.pay.example", "ports": [80, 8080], "plain_http": True})
    hosts = {host["name"]: host for host in routes(made)["virtual_hosts"]}
    assert hosts["plain/old"]["domains"] == ["old.pay.example:80", "old.pay.example:8080", "old.pay.example"]
    matches = [route["match"] for route in hosts["plain/old"]["routes"] if "route" in route]
    assert matches and all("connect_matcher" not in match for match in matches)
    assert all("connect_matcher" in route["match"] for route in hosts["listed/pay"]["routes"] if "route" in route)


def test_one_bad_profile_harms_no_other() -> None:
    read = {
        f"{PATH}/13288": json.dumps({"destinations": [PAY]}),
        f"{PATH}/11677": "garbage",
        f"{PATH}/8080": json.dumps({"destinations": [PAY]}),
        f"{PATH}/0": "{}",
        f"{PATH}/1e4": "{}",
        f"{PATH}/70000": "{}",
        f"{PATH}/13288/more": "{}",
    }
    sieve = Sieve(read, {f"{PATH}/11677": json.dumps({"destinations": [PAY]})})
    assert [one.port for one in read_profiles(PATH, read, sieve)] == [11677, 13288]
    assert {skipped.parameter.removeprefix(f"{PATH}/"): skipped.kept_last_good for skipped in sieve.skipped} == {
        "11677": True,
        "8080": False,
        "0": False,
        "1e4": False,
        "70000": False,
        "13288/more": False,
    }


HOST = st.text(max_size=12) | st.from_regex(r"[a-z*.0-9:-]{1,12}") | st.sampled_from(["a.example", "*.a.example"])
ENTRY = st.fixed_dictionaries(
    {
        "name": st.text(max_size=6) | st.sampled_from(["a", "b"]),
        "host": HOST,
        "ports": st.lists(st.integers(-1, 70000) | st.none() | st.booleans(), max_size=3),
    },
    optional={"plain_http": st.booleans() | st.none() | st.text(max_size=3)},
)


@given(st.lists(ENTRY | st.none() | st.text() | st.integers(), max_size=5))
def test_no_list_opens_more_than_it_says(entries: list[Any]) -> None:
    """A domain that leads anywhere is a listed host with a listed port, and a wildcard's route wants one label."""
    made = profile(*entries)
    for host in routes(made)["virtual_hosts"]:
        for domain in host["domains"] if any("route" in route for route in host["routes"]) else ():
            name, _colon, port = domain.partition(":")
            assert re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", name)
            number = int(port or 80)
            assert 1 <= number <= 65535
            assert any(isinstance(each, dict) and each["host"] == name and number in each["ports"] for each in entries)
        if host["domains"][0].startswith("*."):
            assert all("headers" in route["match"] for route in host["routes"] if "route" in route)
    assert routes(made)["virtual_hosts"][-1]["domains"] == ["*"]


@given(st.lists(ENTRY, max_size=5))
def test_envoy_takes_whatever_comes_of_it(entries: list[Any]) -> None:
    """It refuses a whole configuration for one name or domain that comes twice, and for expressions that are large."""
    hosts = routes(profile(*entries))["virtual_hosts"]
    names = [host["name"] for host in hosts]
    domains = [domain for host in hosts for domain in host["domains"]]
    assert len(set(names)) == len(names) and len(set(domains)) == len(domains)


@given(
    st.text()
    | st.recursive(st.none() | st.booleans() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)).map(
        json.dumps
    )
)
def test_no_text_crashes_it(text: str) -> None:
    try:
        Profile.parse(PORT, text)
    except Unusable:
        return


@given(st.from_regex(r"[a-z*.:0-9-]{1,20}", fullmatch=True), st.integers(1, 65535))
def test_a_wildcard_matches_one_label_and_no_more(authority: str, port: int) -> None:
    """Envoy's * stands for any number of labels; the route's expression is what holds it to one."""
    made = profile({"name": "a", "host": "*.pay.example", "ports": [port]})
    host = next(host for host in routes(made)["virtual_hosts"] if host["name"] == "listed/a")
    regex = host["routes"][0]["match"]["headers"][0]["string_match"]["safe_regex"]["regex"]
    asked = f"{authority}.pay.example:{port}"
    if re.fullmatch(regex, asked):
        assert re.fullmatch(r"[a-zA-Z0-9-]+", authority)


EXTERNAL_APIS = [
    {"name": "exchange", "host": "api.exchange.example"},
    {"name": "weather", "host": "*.weather.example", "ports": [443, 8443]},
    {"name": "old", "host": "old.pay.example", "plain_http": True},
    {"name": "license", "mode": "listener", "addresses": ["10.9.0.5"], "ports": [27000]},
]


@given(st.lists(st.lists(st.sampled_from([api["name"] for api in EXTERNAL_APIS]), unique=True), max_size=6))
def test_the_proxies_understand_whatever_the_controller_publishes(sets: list[list[str]]) -> None:
    """Two programs check the same thing: what the one lets pass, the other must not stumble over."""
    services = [{"name": f"s{number}", "outbound": outbound} for number, outbound in enumerate(sets)]
    task = {"link": "tokyo", "side": "public", "state": "present", "purge": True, "tags": None}
    published = desired({**task, "profiles": profiles_of(services, EXTERNAL_APIS)}).parameters
    for name, text in published.items():
        made = Profile.parse(int(name.rpartition("/")[2]), text)
        assert made.problems == () and made.destinations
    proxied = {frozenset(each) for each in sets if {"exchange", "weather", "old"} & set(each)}
    assert len(published) == len(proxied)
