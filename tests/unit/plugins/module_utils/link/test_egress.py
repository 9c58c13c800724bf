"""Egress profiles: the same on both sides, and never moved by their neighbours."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link import egress
from ansible_collections.twoway.privatelink.plugins.module_utils.link.egress import (
    check_egress,
    egress_profiles,
    ports_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import PROFILE_PORTS, allow_list
from ansible_collections.twoway.privatelink.plugins.module_utils.link.limits import limits
from hypothesis import given
from hypothesis import strategies as st

APIS = allow_list(
    [
        {"name": "exchange", "host": "api.exchange.example"},
        {"name": "weather", "host": "api.weather.example"},
        {"name": "license", "mode": "listener", "addresses": ["10.9.0.5"], "ports": [27001, 27000]},
    ]
)


def service(name, *outbound):
    return {"name": name, "outbound": list(outbound)}


def test_services_with_one_set_share_a_profile_whatever_its_order():
    services = [
        service("b", "weather", "exchange"),
        service("a", "exchange", "weather"),
        service("c", "exchange"),
        service("d"),
    ]
    shared, own = sorted(egress_profiles(services, APIS), key=lambda profile: -len(profile.services))
    assert shared.services == ("a", "b")
    assert [api["name"] for api in shared.destinations] == ["exchange", "weather"]
    assert own.services == ("c",)
    assert shared.port != own.port


def test_a_destination_past_the_proxies_has_ports_of_its_own():
    (both,) = egress_profiles([service("a", "license", "exchange")], APIS)
    (past,) = egress_profiles([service("a", "license")], APIS)
    assert both.endpoint_ports == (both.port, 27000, 27001)
    assert past.destinations == () and past.endpoint_ports == (27000, 27001)


NAMES = st.frozensets(st.sampled_from("abcdefghij"), min_size=1)


@given(st.frozensets(NAMES, max_size=12), st.frozensets(NAMES, max_size=12))
def test_no_port_is_taken_twice_and_none_is_taken_over(before, more):
    first, then = ports_of(before), ports_of(before | more)
    for ports in (first, then):
        assert len(set(ports.values())) == len(ports)
        assert all(port in PROFILE_PORTS for port in ports.values())
    held = {port: names for names, port in first.items()}
    for names, port in then.items():
        assert held.get(port, names) == names


def test_two_sets_that_fall_on_one_port_both_leave_it(monkeypatch):
    """The one that was there first must not find another list at its port, nor the other one tasks of the first."""
    old, new = frozenset({"a"}), frozenset({"b"})
    monkeypatch.setattr(egress, "_wish", lambda names, band: [10_000, {old: 14_000, new: 14_001}[names]][band])
    assert ports_of([old]) == {old: 10_000}
    assert ports_of([old, new]) == {old: 14_000, new: 14_001}


def test_sets_that_meet_in_every_band_are_a_mistake(monkeypatch):
    monkeypatch.setattr(egress, "_wish", lambda names, band: 10_000 + band)
    mistakes = check_egress([service("a", "exchange"), service("b", "weather"), service("c")], APIS, limits(), limits())
    assert [mistake.where for mistake in mistakes] == ["services[0].outbound", "services[1].outbound"]


def many(count):
    apis = allow_list([{"name": f"api-{n}", "host": f"api-{n}.example"} for n in range(count)])
    return [service(f"s-{n}", f"api-{n}") for n in range(count)], apis


@pytest.mark.parametrize(("count", "mistakes"), [(50, 0), (51, 1)])
def test_a_load_balancer_has_fifty_listeners(count, mistakes):
    told = check_egress(*many(count), limits(), limits())
    assert len(told) == mistakes
    assert all("51 different sets in outbound" in mistake.found for mistake in told)


def test_ports_past_the_proxies_count_as_listeners_once_and_as_rules_for_each_profile():
    services, apis = many(40)
    apis += allow_list([{"name": "license", "mode": "listener", "addresses": ["10.9.0.5"], "ports": [27000]}])
    services = [{**one, "outbound": [*one["outbound"], "license"]} for one in services]
    assert check_egress(services[:30], apis, limits(), limits()) == []
    (mistake,) = check_egress(services, apis, limits(), limits())
    assert mistake.found.startswith("80 rules")
    assert check_egress(services, apis, limits({"rules_per_security_group": 80}), limits()) == []


@pytest.mark.parametrize(("addresses", "mistakes"), [(28, 0), (30, 1)])
def test_a_server_is_a_rule_for_each_address_and_port_on_the_public_side(addresses, mistakes):
    servers = [f"10.9.0.{number + 1}" for number in range(addresses)]
    apis = allow_list(
        [
            {"name": "exchange", "host": "api.exchange.example"},
            {"name": "license", "mode": "listener", "addresses": servers, "ports": [27000, 1055]},
        ]
    )
    services = [service("a", "exchange"), service("b", "license"), service("c", "exchange", "license")]
    told = check_egress(services, apis, limits(), limits())
    assert [mistake.found.split(",")[0] for mistake in told] == [
        "63 rules for the load balancer of the way out"
    ] * mistakes
    assert check_egress(services, apis, limits(), limits({"rules_per_security_group": 63})) == []


@pytest.mark.parametrize(
    ("subnets", "found"),
    [
        (["10.0.0.0/24", "10.0.1.0/24"], None),  # one block together
        (["10.0.0.0/24", "10.0.2.0/24"], "101 rules for the reverse proxies"),
        ([], None),  # nobody knows yet
    ],
)
def test_the_reverse_proxies_take_a_rule_for_each_set_and_block_of_subnets(subnets, found):
    told = check_egress(*many(50), limits(), limits(), subnets)
    assert [mistake.found.split(",")[0] for mistake in told] == ([found] if found else [])
    assert check_egress(*many(20), limits(), limits({"rules_per_security_group": 41}), subnets) == []
    assert check_egress(*many(50), limits(), limits({"rules_per_security_group": 101}), subnets) == []


def test_the_ports_of_known_sets_stay_what_they_are():
    """A port that moved from one release to the next would be two listeners and a rolling deployment for everybody."""
    exchange, both = frozenset({"exchange"}), frozenset({"exchange", "weather"})
    assert ports_of([exchange, both]) == {exchange: 13288, both: 11677}
