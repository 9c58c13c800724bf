"""The filters that lead what was there before from one side's inventory to the other side's endpoints."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.filter.probe_checks import PATIENCE, probe_checks
from ansible_collections.twoway.privatelink.plugins.filter.publication_texts import publication_texts
from ansible_collections.twoway.privatelink.plugins.filter.publications import publications
from ansible_collections.twoway.privatelink.plugins.filter.published_egress import published_egress
from unit.plugins.filter.test_playbook_filters import HOSTS, HOSTVARS

SHOP = {"name": "shop", "kind": "alb", "load_balancer": "shop", "ports": [443, 80], "host": "shop.example"}
LEDGER = {"name": "ledger", "kind": "nlb", "load_balancer": "ledger", "ports": [5432]}
DESKTOPS = {"name": "desktops", "kind": "instances", "instance_tags": {"role": "desktop"}, "ports": [3389]}
PRINTER = {"name": "printer", "kind": "ip", "addresses": ["10.0.0.99", "192.168.7.1"], "ports": [9100, 443]}
ENDPOINT = {"service_name": "svc.shop", "endpoint_id": "vpce-1", "state": "available", "dns_name": "vpce-1.example"}


def test_the_load_balancers_may_go_to_what_is_published_and_nowhere_else():
    rules = published_egress([SHOP, LEDGER, DESKTOPS, PRINTER], ["10.0.0.0/16", "10.9.0.0/16"])
    assert rules == [
        {"cidrs": ["10.0.0.0/16"], "ports": ["80", "443", "3389"]},
        {"cidrs": ["10.0.0.99/32"], "ports": ["443", "9100"]},
        {"cidrs": ["10.9.0.0/16"], "ports": ["80", "443", "3389"]},
        {"cidrs": ["192.168.7.1/32"], "ports": ["443", "9100"]},
    ]
    assert published_egress([], ["10.0.0.0/16"]) == published_egress([LEDGER], ["10.0.0.0/16"]) == []


@pytest.mark.parametrize("call", [lambda given: published_egress(given, []), lambda given: publications(given, {})])
def test_mistakes_are_told(call):
    with pytest.raises(AnsibleFilterError, match=r"published\[0\].kind: found nothing"):
        call([{"name": "shop", "ports": [443]}])


def test_publications():
    names = {"shop": "svc.shop", "ledger": "svc.ledger", "printer": None}
    shop, ledger, printer = publications([SHOP, LEDGER, DESKTOPS, PRINTER], names, [ENDPOINT])

    assert shop == {
        "name": "shop",
        "kind": "alb",
        "ports": [443, 80],
        "host": "shop.example",
        "verify": None,
        "service_name": "svc.shop",
        "endpoint_id": "vpce-1",
        "state": "available",
        "dns_name": "vpce-1.example",
        "addresses": ["vpce-1.example:443", "vpce-1.example:80"],
    }
    assert (ledger["service_name"], ledger["endpoint_id"], ledger["addresses"]) == ("svc.ledger", None, [])
    assert printer["service_name"] == "com.amazonaws.vpce.not-made-yet.printer"


def test_what_is_kept_does_not_change_with_the_state_of_an_endpoint():
    names = {"shop": "svc.shop"}
    (text,) = publication_texts(publications([SHOP], names, [ENDPOINT])).values()
    pending = publications([{**SHOP, "verify": {}}], names, [{**ENDPOINT, "state": "pendingAcceptance"}])

    assert publication_texts(pending) == {"shop": text}
    assert json.loads(text)["addresses"] == ["vpce-1.example:443", "vpce-1.example:80"]
    assert "verify" not in json.loads(text) and "state" not in json.loads(text)


def reached(*entries):
    names = {entry["name"]: "svc.shop" for entry in entries}
    return {**HOSTVARS["tokyo_public"], "consumer_stack_facts": {"published": publications(entries, names, [ENDPOINT])}}


def tried(*entries):
    checks = probe_checks({**HOSTVARS, "tokyo_public": reached(*entries)}, "tokyo_public", HOSTS)
    return [check for check in checks if check["name"].startswith("published")]


def test_a_connection_to_every_port_is_tried():
    assert tried(SHOP) == [
        {
            "name": f"published shop:{port}",
            "kind": "tcp",
            "host": "vpce-1.example",
            "port": port,
            "expect": {"connected": True},
            "within": PATIENCE,
        }
        for port in (443, 80)
    ]


@pytest.mark.parametrize(
    ("host", "url"),
    [("shop.example", "https://shop.example:443/up"), (None, "http://vpce-1.example:443/up")],
)
def test_a_request_is_tried_where_the_entry_says_one(host, url):
    asked = {**SHOP, "host": host, "verify": {"path": "/up", "status": 204}}
    first, second = tried(asked)

    assert (first["kind"], first["url"], first["connect_to"]) == ("http", url, "vpce-1.example:443")
    assert first["expect"] == {"status": 204} and second["kind"] == "tcp"
