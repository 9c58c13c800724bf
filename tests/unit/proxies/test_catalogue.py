"""Which catalogue entries are served, which are skipped, and why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twoway_proxy.service.canary import Canary
from twoway_proxy.service.catalogue import Service, read_catalogue
from twoway_proxy.service.certificate import Certificate
from twoway_proxy.service.clusters import clusters
from twoway_proxy.service.health_check import HealthCheck
from twoway_proxy.service.routes import ANY_HOST, routes
from twoway_proxy.sieve import Sieve, Unusable

from .pki import Authority

ROOT = "/twoway/tokyo/catalog"
ORDERS = {"name": "orders", "host": "orders.tokyo.example", "path": "/orders", "port": 443, "version": "1"}
CA = Authority("service CA").pem
LINK = {"domain": "tokyo.example", "endpoint_dns": "vpce-1.amazonaws.com", "endpoint_zonal_dns": {}, "ca_pem": CA}

BAD = {
    "not JSON": ("{", "is not JSON"),
    "deep JSON": ("[" * 4000, "is not JSON"),
    "a list": ([], "is a JSON list, not a dict"),
    "no name": ({"name": None}, "name: missing"),
    "bad name": ({"name": "Orders"}, "name: 'Orders' does not match"),
    "no host": ({"host": None}, "host: missing"),
    "host is an address": ({"host": "10.0.0.1"}, "host: '10.0.0.1' is an address"),
    "host is a wildcard": ({"host": "*"}, "host: '*' is not a DNS name"),
    "host in upper case": ({"host": "Orders.Example"}, "is not a DNS name in lower case"),
    "host with a line break": ({"host": "orders.example\n"}, "is not a DNS name"),
    "port is text": ({"port": "443"}, "port: '443' is not a int"),
    "port is true": ({"port": True}, "port: True is not a int"),
    "port 0": ({"port": 0}, "port: 0 is not a port (1-65535)"),
    "path of the door": ({"path": "/catalog/x"}, "path: /catalog is the door's own"),
    "path ends in a slash": ({"path": "/orders/"}, "path: '/orders/' is not a plain path"),
    "canary is a text": ({"canary": "5"}, "canary: '5' is not a dict"),
    "canary without version": ({"canary": {"weight": 5}}, "version: missing"),
    "canary of more than all": ({"canary": {"version": "2", "weight": 101}}, "weight: 101 is not a percentage"),
    "canary weight is true": ({"canary": {"version": "2", "weight": True}}, "weight: True is not a percentage"),
    "canary state is markup": ({"canary": {"version": "2", "weight": 1, "state": "<b>"}}, "state: '<b>' does not"),
    "health path with a line break": ({"health_check": {"path": "/a\nHost: x"}}, "health_check.path: "),
    "health path is a URL": ({"health_check": {"path": "http://x/"}}, "health_check.path: "),
    "health matcher": ({"health_check": {"matcher": "all"}}, "health_check.matcher: 'all' are no status codes"),
    "path with an escape": ({"path": "/%2e"}, "is not a plain path"),
    "path with dots": ({"path": "/orders/../stock"}, "is not a plain path"),
}


@pytest.mark.parametrize(("entry", "why"), BAD.values(), ids=BAD)
def test_bad_entry_says_what_is_wrong(entry: Any, why: str) -> None:
    text = entry if isinstance(entry, str) else json.dumps(ORDERS | entry if isinstance(entry, dict) else entry)
    with pytest.raises(Unusable) as problem:
        Service.parse(text)
    assert why in str(problem.value)


def test_unknown_fields_are_left_alone() -> None:
    assert Service.parse(json.dumps(ORDERS | {"colour": "blue"})) == Service(**ORDERS)


def test_null_is_what_a_service_does_not_have() -> None:
    absent = dict.fromkeys(("version", "canary", "health_check"))
    assert Service.parse(json.dumps(ORDERS | absent)) == Service(**ORDERS | {"version": ""})


CANARY = {"version": "2", "weight": 5}
CANARIES = {
    "in the entry": ({"canary": CANARY}, None, Canary(version="2", weight=5)),
    "by its own parameter": ({}, CANARY | {"state": "paused"}, Canary(version="2", weight=5, state="paused")),
    "its own parameter is newer": ({"canary": CANARY}, CANARY | {"weight": 25}, Canary(version="2", weight=25)),
    "a broken parameter": ({"canary": CANARY}, {"weight": -1}, Canary(version="2", weight=5)),
    "none": ({}, None, None),
}


@pytest.mark.parametrize(("entry", "own", "canary"), CANARIES.values(), ids=CANARIES)
def test_canary_of_a_service(entry: dict[str, Any], own: Any, canary: Canary | None) -> None:
    parameters = {f"{ROOT}/link": json.dumps(LINK), f"{ROOT}/services/orders": json.dumps(ORDERS | entry)}
    if own:
        parameters[f"{ROOT}/canaries/orders"] = json.dumps(own)
    sieve = Sieve(parameters, {})
    (service,) = read_catalogue(ROOT, parameters, sieve).services
    assert service.canary == canary
    assert [each.parameter for each in sieve.skipped] == ([f"{ROOT}/canaries/orders"] if own == {"weight": -1} else [])


MATCHERS = {
    "one": ("200", [200], [201, 404]),
    "several": ("200,302", [200, 302], [301]),
    "range": ("200-299,404", [200, 250, 299, 404], [300, 403]),
}


@pytest.mark.parametrize(("matcher", "good", "bad"), MATCHERS.values(), ids=MATCHERS)
def test_health_check_takes_the_codes_of_a_target_group(matcher: str, good: list[int], bad: list[int]) -> None:
    check = HealthCheck.of({"matcher": matcher})
    assert all(check.passes(code) for code in good) and not any(check.passes(code) for code in bad)


CLASHES = {
    "host twice": ({"a": {}, "b": {"path": "/b"}}, {"b": "orders.tokyo.example is already the service a's"}),
    "path twice": ({"a": {}, "b": {"host": "b.tokyo.example"}}, {"b": "/orders is already the service a's"}),
    "name of another": ({"a": {}, "b": {"name": "c", "host": "c.x", "path": "/c"}}, {"b": "name: 'c' is not the"}),
    "no clash": ({"a": {}, "b": {"host": "b.tokyo.example", "path": "/orders/b"}}, {}),
}


@pytest.mark.parametrize(("entries", "skipped"), CLASHES.values(), ids=CLASHES)
def test_clash_harms_the_later_name_only(entries: dict[str, dict[str, Any]], skipped: dict[str, str]) -> None:
    parameters = {f"{ROOT}/link": json.dumps(LINK)}
    for name, changed in entries.items():
        parameters[f"{ROOT}/services/{name}"] = json.dumps(ORDERS | {"name": name} | changed)
    sieve = Sieve(parameters, {})
    catalogue = read_catalogue(ROOT, parameters, sieve)
    told = {each.parameter.rsplit("/", 1)[1]: each.why for each in sieve.skipped}
    assert {service.name for service in catalogue.services} == set(entries) - set(skipped)
    assert told.keys() == skipped.keys()
    assert all(told[name].startswith(why) for name, why in skipped.items())


def _catalogue(*services: dict[str, Any]) -> Any:
    parameters = {f"{ROOT}/services/{each['name']}": json.dumps(ORDERS | each) for each in services}
    parameters[f"{ROOT}/link"] = json.dumps(LINK)
    return read_catalogue(ROOT, parameters, Sieve(parameters, {}))


def _service(name: str, **changed: Any) -> dict[str, Any]:
    return {"name": name, "host": f"{name}.tokyo.example", "path": f"/{name}", **changed}


def test_services_of_a_shard_share_its_clusters() -> None:
    """So that a service on a known shard changes the routes and nothing else."""
    made = clusters(_catalogue(_service("a"), _service("b"), _service("c", port=444)))
    names = [cluster["name"] for cluster in made]
    assert names == ["shard-443", "shard-443-upgrades", "shard-444", "shard-444-upgrades"]


def test_longer_paths_are_tried_first_and_the_own_path_before_all() -> None:
    made = routes(_catalogue(_service("a", path="/a"), _service("b", path="/a/b/c"), _service("c", path="/a/b")))
    door = next(host for host in made[0]["virtual_hosts"] if host["name"] == ANY_HOST)
    assert _order(door) == ["catalogue", "b", "c", "a", "no-service"]


def test_the_root_is_what_no_other_path_is() -> None:
    made = routes(_catalogue(_service("a", path="/"), _service("b")))
    door = next(host for host in made[0]["virtual_hosts"] if host["name"] == ANY_HOST)
    assert _order(door) == ["catalogue", "b", "a", "no-service"]
    kinds = [next(iter(route["match"])) for route in door["routes"][:-1]]
    assert kinds == ["path_separated_prefix"] * 3 + ["prefix"] * 2


def _order(host: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(route["name"] for route in host["routes"]))


def test_an_upgrade_is_led_apart_before_its_path_is() -> None:
    """The first route that matches counts, and a request without an upgrade matches the second of each pair only."""
    for host in routes(_catalogue(_service("a"), _service("b", port=444)))[0]["virtual_hosts"]:
        led = [route for route in host["routes"] if "shard" in route.get("route", {}).get("cluster", "")]
        for upgrade, plain in zip(led[::2], led[1::2], strict=True):
            assert upgrade["route"]["cluster"] == f"{plain['route']['cluster']}-upgrades"
            assert upgrade["match"] == plain["match"] | {"headers": [{"name": "upgrade", "present_match": True}]}


def test_no_service_can_take_the_name_of_another_virtual_host() -> None:
    """Envoy refuses the whole configuration when two have one name."""
    made = routes(_catalogue(*(_service(name) for name in ("door", "services", "catalogue", "a"))))
    names = [host["name"] for host in made[0]["virtual_hosts"]]
    assert len(set(names)) == len(names)


ZONAL = {"apne1-az1": "vpce-1-a.amazonaws.com", "apne1-az4": "vpce-1-d.amazonaws.com"}
ZONES = {
    "own zone first": (ZONAL, "apne1-az4", [["vpce-1-d.amazonaws.com"], ["vpce-1-a.amazonaws.com"]]),
    "no address in the own zone": (ZONAL, "apne1-az2", [["vpce-1.amazonaws.com"]]),
    "zone not known": (ZONAL, None, [["vpce-1.amazonaws.com"]]),
    "no zonal names": ({}, "apne1-az4", [["vpce-1.amazonaws.com"]]),
    "the only zone": ({"apne1-az1": "vpce-1-a.amazonaws.com"}, "apne1-az1", [["vpce-1-a.amazonaws.com"]]),
}


@pytest.mark.parametrize(("zonal", "zone", "order"), ZONES.values(), ids=ZONES)
def test_the_own_zone_is_preferred(zonal: dict[str, str], zone: str | None, order: list[list[str]]) -> None:
    parameters = {
        f"{ROOT}/link": json.dumps(LINK | {"endpoint_zonal_dns": zonal}),
        f"{ROOT}/services/orders": json.dumps(ORDERS),
    }
    for cluster in clusters(read_catalogue(ROOT, parameters, Sieve(parameters, {})), zone):
        endpoints = cluster["load_assignment"]["endpoints"]
        assert [[_name(each) for each in group["lb_endpoints"]] for group in endpoints] == order
        assert [group["priority"] for group in endpoints] == list(range(len(order)))


def _name(endpoint: dict[str, Any]) -> str:
    return endpoint["endpoint"]["address"]["socket_address"]["address"]


def test_nothing_sent_is_ever_sent_twice() -> None:
    """Every retry condition is one under which the request never left: no status codes, no plain reset."""
    hosts = routes(_catalogue(_service("a")))[0]["virtual_hosts"]
    told = {host["retry_policy"]["retry_on"] for host in hosts}
    assert told == {"connect-failure,refused-stream,reset-before-request"}
    assert not any("retry_policy" in route.get("route", {}) for host in hosts for route in host["routes"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*ORDERS, "x"]) | st.text(), inner),
    max_leaves=8,
)


@given(st.one_of(st.text(), JSON.map(json.dumps), st.dictionaries(st.sampled_from(list(ORDERS)), JSON).map(json.dumps)))
def test_no_text_crashes_the_catalogue(text: str) -> None:
    parameters = {
        f"{ROOT}/link": json.dumps(LINK),
        f"{ROOT}/services/orders": json.dumps(ORDERS),
        f"{ROOT}/services/zz": text,
    }
    sieve = Sieve(parameters, {})
    catalogue = read_catalogue(ROOT, parameters, sieve)
    assert catalogue.services[0].name == "orders"
    json.dumps(routes(catalogue) + clusters(catalogue))


@given(st.one_of(st.text(), JSON.map(json.dumps)))
def test_no_text_crashes_the_link(text: str) -> None:
    with pytest.raises(Unusable):
        read_catalogue(ROOT, {}, Sieve({f"{ROOT}/link": text}, {}))


BAD_CERTIFICATES = {
    "key in a list": {"certificate_pem": "-----BEGIN", "private_key_pem": ["SECRET"]},
    "key in an object": {"certificate_pem": "-----BEGIN", "private_key_pem": {"SECRET": 1}},
    "key where it does not belong": {"certificate_pem": ["SECRET"], "private_key_pem": "SECRET"},
    "no pair": {"certificate_pem": "SECRET", "private_key_pem": "SECRET"},
    "another name": {"key": "SECRET"},
}


@pytest.mark.parametrize("told", BAD_CERTIFICATES.values(), ids=BAD_CERTIFICATES)
def test_what_is_wrong_with_a_certificate_never_tells_its_key(told: dict[str, Any]) -> None:
    """It is shown on the door's page, to everybody."""
    with pytest.raises(Unusable) as problem:
        Certificate.parse(json.dumps(told))
    assert "SECRET" not in str(problem.value)


def test_a_bad_link_falls_back_to_the_last_good_one() -> None:
    name = f"{ROOT}/link"
    sieve = Sieve({name: json.dumps(LINK | {"ca_pem": "no PEM"})}, {name: json.dumps(LINK)})
    assert read_catalogue(ROOT, {}, sieve).link.domain == "tokyo.example"
    assert sieve.good == {name: json.dumps(LINK)}
    assert sieve.skipped[0].why.startswith("ca_pem: ") and sieve.skipped[0].kept_last_good
