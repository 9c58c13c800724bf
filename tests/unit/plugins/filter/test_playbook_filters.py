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
PRESS = 10188  # the port of its profile
HOSTVARS = {
    "tokyo_public": {
        "side": "public",
        "service_ca_pem": "CA",
        "external_apis": [
            {"name": "exchange", "host": "api.exchange.example"},
            {"name": "old", "host": "old.example", "plain_http": True},
            {"name": "weather", "host": "*.weather.example"},
            {"name": "license", "mode": "listener", "addresses": ["10.9.0.5"], "ports": [8443]},
        ],
        "service_proxy_facts": {"door": "door.example"},
        "verify_addresses": {"addresses": ["10.0.0.9"]},
    },
    "tokyo_isolated": {
        "side": "isolated",
        "link_domain": "tokyo.twoway.example",
        "services": [
            {"name": "orders", "image": "shop/orders:1", "port": 8443, "outbound": ["exchange"]},
            {"name": "asleep", "image": "shop/asleep:1", "port": 8443, "enabled": False},
            *({"name": name, "image": "i", "port": 8443, "outbound": ["exchange"]} for name in ("billing", "stock")),
            {"name": "press", "image": "i", "port": 8443, "outbound": ["weather", "old", "license"]},
        ],
        "link": "tokyo",
        "network_facts": {"security_group_ids": {f"tokyo-egress-{port}": f"sg-{port}" for port in (13288, PRESS)}},
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
    orders, *_others, port = probe_checks(HOSTVARS, "tokyo_public", HOSTS)

    assert (orders["url"], orders["connect_to"], orders["ca_pem"], orders["expect"]) == (
        "https://orders.tokyo.twoway.example/healthz",
        "door.example:443",
        "CA",
        {"status": 200},
    )
    assert (port["host"], port["expect"]) == ("door.example", {"refused": True})


def test_what_is_tried_from_the_isolated_side():
    """By each profile what it may reach, and what only the other may; by a task without one, nothing."""
    checks = {check["name"]: check for check in probe_checks(HOSTVARS, "tokyo_isolated", HOSTS)}

    assert {name: check.get("security_group_ids") for name, check in checks.items()} == {
        "outbound exchange, as billing, orders and 1 more": ["sg-13288"],
        "refused: a host that nobody listed, as billing, orders and 1 more": ["sg-13288"],
        "refused: the port of press, as billing, orders and 1 more": ["sg-13288"],
        "refused: old, as billing, orders and 1 more": ["sg-13288"],
        "outbound old, as press": [f"sg-{PRESS}"],
        "refused: two labels below weather, as press": [f"sg-{PRESS}"],
        "outbound license, as press": [f"sg-{PRESS}"],
        "refused: a host that nobody listed, as press": [f"sg-{PRESS}"],
        "refused: exchange, as press": [f"sg-{PRESS}"],
        "refused: the port of billing, orders and 1 more, as press": [f"sg-{PRESS}"],
        "refused: the way out, as a service that lists nothing": None,
        "refused: the Internet without the way out": None,
        "refused: an address of the public VPC": None,
        "refused: a port not opened, at the way out": None,
    }
    assert all(check["expect"] == {"refused": True} for name, check in checks.items() if name.startswith("refused"))
    exchange = checks["outbound exchange, as billing, orders and 1 more"]
    assert (exchange["url"], exchange["proxy"], exchange["expect"]) == (
        "https://api.exchange.example:443/",
        "http://vpce.example:13288",
        {"answered": True},
    )
    assert checks["outbound old, as press"]["url"] == "http://old.example:80/"
    licensed = checks["outbound license, as press"]
    assert (licensed["kind"], licensed["port"], licensed["expect"]) == ("tcp", 8443, {"connected": True})
    neighbour = checks["refused: the port of press, as billing, orders and 1 more"]
    assert (neighbour["kind"], neighbour["port"]) == ("tcp", PRESS)
    assert checks["refused: two labels below weather, as press"]["url"] == "https://two.labels.weather.example:443/"
    assert checks["refused: a port not opened, at the way out"]["port"] == 8444
    direct = checks["refused: an address of the public VPC"]
    assert (direct["kind"], direct["host"], direct["port"]) == ("tcp", "10.0.0.9", 8080)


def test_without_a_way_out_only_what_must_be_refused_is_tried():
    isolated = {**HOSTVARS["tokyo_isolated"], "services": HOSTVARS["tokyo_isolated"]["services"][:0]}
    checks = probe_checks({**HOSTVARS, "tokyo_isolated": isolated}, "tokyo_isolated", HOSTS)
    assert [check["name"] for check in checks] == [
        "refused: an address of the public VPC",
        "refused: a port not opened, at the way out",
    ]


def guarded(side: str, **variables):
    """The checks of a side of a link whose endpoint of S3 carries the default policy, that are about S3."""
    facts = {**HOSTVARS["tokyo_isolated"]["network_facts"], "guarded_services": ["ssm", "s3"]}
    isolated = {**HOSTVARS["tokyo_isolated"], "region": "eu-west-2", "network_facts": facts, **variables}
    checks = probe_checks({**HOSTVARS, "tokyo_isolated": isolated}, f"tokyo_{side}", HOSTS)
    return [check for check in checks if "bucket" in check["name"]]


def test_somebody_elses_bucket_is_open_to_one_side_and_refused_to_the_other():
    (refused,), (compared,) = guarded("isolated"), guarded("public")
    url = "https://amazon-ssm-eu-west-2.s3.eu-west-2.amazonaws.com/latest/VERSION"
    assert refused == {"name": "refused: somebody else's bucket", "kind": "http", "url": url, "expect": {"status": 403}}
    assert (compared["url"], compared["expect"]) == (url, {"status": 200})


def test_somebody_elses_bucket_can_be_another_or_none():
    assert guarded("isolated", region="cn-north-1")[0]["url"].startswith(
        "https://amazon-ssm-cn-north-1.s3.cn-north-1.amazonaws.com.cn/"
    )
    for side in ("isolated", "public"):
        assert guarded(side, probe_foreign_object="https://b.example/o")[0]["url"] == "https://b.example/o"
        assert guarded(side, probe_foreign_object="") == []
        assert guarded(side, network_facts=HOSTVARS["tokyo_isolated"]["network_facts"]) == []


def test_a_public_side_in_a_network_of_others_compares_nothing():
    public = {**HOSTVARS["tokyo_public"], "existing_network": {"vpc_id": "vpc-1"}}
    facts = {**HOSTVARS["tokyo_isolated"]["network_facts"], "guarded_services": ["s3"]}
    hosts = {"tokyo_public": public, "tokyo_isolated": {**HOSTVARS["tokyo_isolated"], "network_facts": facts}}
    assert not [one for one in probe_checks(hosts, "tokyo_public", HOSTS) if "bucket" in one["name"]]


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
