"""egress_profiles against the rig: what the reverse proxies read."""

from __future__ import annotations

import json

import pytest
from ansible_collections.twoway.privatelink.plugins.filter.egress_profiles import apply as profiles_of

PATH = "/twoway/tokyo/reverse-proxy/profiles"
EXTERNAL_APIS = [
    {"name": "exchange", "host": "api.exchange.example"},
    {"name": "weather", "host": "*.weather.example", "ports": [443, 8443]},
    {"name": "old", "host": "old.example", "plain_http": True},
    {"name": "license", "mode": "listener", "addresses": ["10.9.0.5"], "ports": [27000]},
]
ORDERS = {"name": "orders", "outbound": ["exchange"]}
PRESS = {"name": "press", "outbound": ["weather", "old", "license"]}


@pytest.fixture
def publish(run):
    def publish(*services, **more):
        profiles = profiles_of(services, EXTERNAL_APIS)
        return run("egress_profiles", "public", **{"link": "tokyo", "profiles": profiles, **more})

    return publish


@pytest.fixture
def stored(cloud):
    ssm = cloud.client("ssm", "public")

    def stored():
        found = ssm.get_parameters_by_path(Path=PATH, Recursive=True)["Parameters"]
        return {int(item["Name"].removeprefix(f"{PATH}/")): json.loads(item["Value"]) for item in found}

    return stored


def ports(*services):
    return [profile["port"] for profile in profiles_of(services, EXTERNAL_APIS)]


def test_check_on_an_empty_account(publish, stored):
    result = publish(ORDERS, PRESS, check=True)
    assert result["changed"] and len(result["actions"]) == 2 and stored() == {}


def test_a_profile_is_a_parameter_with_what_the_proxies_need(publish, stored):
    publish(ORDERS, PRESS)
    assert sorted(stored()) == sorted(ports(ORDERS, PRESS))
    (press,) = ports(PRESS)
    assert stored()[press] == {
        "services": ["press"],
        "destinations": [
            {"name": "old", "host": "old.example", "ports": [80], "plain_http": True},
            {"name": "weather", "host": "*.weather.example", "ports": [443, 8443], "plain_http": False},
        ],
    }


def test_nothing_to_do_is_two_reads(publish, cloud):
    publish(ORDERS, PRESS)
    assert publish(PRESS, ORDERS)["changed"] is False
    assert cloud.calls == ["GetParametersByPath", "DescribeParameters"]


def test_what_only_goes_past_the_proxies_is_none_of_theirs(publish, stored):
    publish({"name": "design", "outbound": ["license"]})
    assert stored() == {}


def test_a_profile_that_has_gone_stays_until_it_is_purged(publish, stored):
    publish(ORDERS, PRESS)
    (press,) = ports(PRESS)
    result = publish(ORDERS, purge=False)
    assert (result["changed"], result["leaving"]) == (False, [f"{PATH}/{press}"])
    assert publish(ORDERS)["leaving"] == []
    assert sorted(stored()) == ports(ORDERS)


def test_absent_twice_and_what_is_not_ours_stays(publish, stored, cloud):
    cloud.client("ssm", "public").put_parameter(Name=f"{PATH}/1", Value="{}", Type="String")
    publish(ORDERS)
    assert publish(state="absent", profiles=[])["changed"] is True
    assert publish(state="absent", profiles=[])["changed"] is False
    assert stored() == {1: {}}
