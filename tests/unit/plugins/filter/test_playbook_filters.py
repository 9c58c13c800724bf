"""The filters that playbooks and roles wire the modules together with."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.filter.by_zone_id import by_zone_id
from ansible_collections.twoway.privatelink.plugins.filter.probe_checks import lets_the_probe_in, probe_checks
from ansible_collections.twoway.privatelink.plugins.filter.shard_listeners import shard_listeners
from ansible_collections.twoway.privatelink.plugins.filter.sides import sides
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog

HOSTS = ["tokyo_public", "tokyo_isolated"]
HOSTVARS = {
    "tokyo_public": {
        "side": "public",
        "service_ca_pem": "CA",
        "external_apis": [{"name": "weather", "host": "api.weather.example"}],
        "service_proxy_facts": {"door": "door.example"},
        "verify_interfaces": {"network_interfaces": [{"private_ip_address": "10.0.0.9"}]},
    },
    "tokyo_isolated": {
        "side": "isolated",
        "link_domain": "tokyo.twoway.example",
        "services": [
            {"name": "orders", "image": "shop/orders:1", "port": 8443},
            {"name": "asleep", "image": "shop/asleep:1", "port": 8443, "enabled": False},
        ],
        "consumer_stack_facts": {"dns_name": "vpce.example"},
    },
}


def test_sides():
    assert sides(HOSTS, HOSTVARS) == {"public": "tokyo_public", "isolated": "tokyo_isolated"}


@pytest.mark.parametrize("hosts", [[], ["tokyo_public"], ["tokyo_public", "tokyo_public"]])
def test_a_link_has_one_host_for_each_side(hosts):
    with pytest.raises(AnsibleFilterError, match="allowed: one for each side"):
        sides(hosts, HOSTVARS)


def test_by_zone_id():
    zones = {"apne1-az1": "ap-northeast-1c", "apne1-az4": "ap-northeast-1a"}
    assert by_zone_id({"ap-northeast-1c": "name"}, zones) == {"apne1-az1": "name"}


def shard(number, arn=None):
    return {
        "number": number,
        "name": f"tokyo-services-{number}",
        "load_balancer_arn": arn,
        "listener_arn": None,
        "port": 442 + number,
    }


def test_shard_listeners_of_load_balancers_not_made_yet():
    first, third = shard_listeners([shard(1), shard(2), shard(3)], without=[2])

    assert (first["port"], third["port"]) == (443, 445)
    assert [one["target_group"]["name"] for one in (first, third)] == ["tokyo-services-1", "tokyo-services-3"]
    assert [one["target_group"]["port"] for one in (first, third)] == [443, 443]
    assert first["target_group"]["targets"] == [{"id": None, "port": 443}]


def test_shard_listeners():
    (listener,) = shard_listeners([shard(1, "arn")], health_path="/up", interval=5)

    group = listener["target_group"]
    assert group["targets"] == [{"id": "arn", "port": 443}]
    assert (group["health_check"]["path"], group["health_check"]["interval"]) == ("/up", 5)


def test_what_is_tried_from_the_public_side():
    orders, port = probe_checks(HOSTVARS, "tokyo_public", HOSTS)

    assert (orders["url"], orders["connect_to"], orders["ca_pem"], orders["expect"]) == (
        "https://orders.tokyo.twoway.example/healthz",
        "door.example:443",
        "CA",
        {"status": 200},
    )
    assert (port["host"], port["expect"]) == ("door.example", {"refused": True})


def test_what_is_tried_from_the_isolated_side():
    checks = {check["name"]: check for check in probe_checks(HOSTVARS, "tokyo_isolated", HOSTS)}

    assert checks["outbound weather"]["url"] == "https://api.weather.example:443/"
    assert {check["proxy"] for check in checks.values() if check["kind"] == "proxy"} == {"http://vpce.example:3128"}
    refused = [name for name, check in checks.items() if check["expect"] == {"refused": True}]
    assert refused == [
        "refused: an external host not listed",
        "refused: the Internet without the way out",
        "refused: an address of the public VPC",
        "refused: a port not opened, at the way out",
    ]
    direct = checks["refused: an address of the public VPC"]
    assert (direct["kind"], direct["host"], direct["port"]) == ("tcp", "10.0.0.9", 8080)


def test_a_refusal_is_given_no_patience():
    checks = [check for host in HOSTS for check in probe_checks(HOSTVARS, host, HOSTS)]

    assert all(("within" in check) == ("refused" not in check["expect"]) for check in checks)


@pytest.mark.parametrize(
    ("conditions", "tried"),
    [
        ({}, True),
        ({"hosts": ["other.tokyo.twoway.example"]}, True),
        ({"methods": ["GET", "PUT"]}, True),
        ({"methods": ["PUT"]}, False),
        ({"paths": ["/api/*", "/health?"]}, True),
        ({"paths": ["/api/*"]}, False),
        ({"headers": {"X-Tenant": ["a"]}}, False),
        ({"source_ips": ["10.0.0.0/24"]}, False),
    ],
)
def test_a_service_is_tried_if_its_rule_lets_the_probe_in(conditions, tried):
    entry = {"name": "orders", "image": "i", "port": 1, "conditions": conditions}
    (complete,) = service_catalog([entry], "tokyo.twoway.example")
    assert lets_the_probe_in(complete) is tried
