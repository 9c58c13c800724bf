"""External APIs: complete entries, and which names a host may have."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link import hosts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import (
    allow_list,
    check_external_apis,
    target_address,
)

LICENSE = {"name": "license", "mode": "listener", "addresses": ["10.9.0.5"], "ports": [27000, 27001]}


@pytest.mark.parametrize(
    ("given", "key", "value"),
    [
        ({"name": "a", "host": "a.example"}, "ports", [443]),
        ({"name": "a", "host": "a.example", "plain_http": True}, "ports", [80]),
        ({"name": "a", "host": "a.example", "plain_http": True, "ports": [8080]}, "ports", [8080]),
        ({"name": "a", "host": "*.a.example"}, "host", "*.a.example"),
        ({"name": "a", "host": "a.example"}, "mode", "proxy"),
        (LICENSE, "endpoint_ports", [27000, 27001]),
        ({**LICENSE, "endpoint_ports": [5000, 5001]}, "endpoint_ports", [5000, 5001]),
    ],
)
def test_an_entry_is_made_complete_and_stays_so(given, key, value):
    once = allow_list([given])
    assert once[0][key] == value
    assert allow_list(once) == once


@pytest.mark.parametrize(
    "entries",
    [
        [{"name": "a", "host": "a.example"}, {"name": "b", "host": "a.example", "ports": [8443]}],
        [{"name": "a", "host": "a.example"}, {"name": "b", "host": "*.example.com"}],
        [LICENSE, {**LICENSE, "name": "other", "endpoint_ports": [5000, 5001]}],
        [LICENSE, {"name": "a", "host": "a.example", "ports": [27000]}],
    ],
    ids=["two ports of a host", "name beside a wildcard", "two servers, other ports", "by the proxies, the same port"],
)
def test_entries_that_get_along(entries):
    assert check_external_apis(entries).mistakes == ()


HOSTS = {
    "api.pay.example": "",
    "*.pay.example": "",
    "*.s3.pay.example": "",
    "169.254.169.254": "the address",
    "0x7f.0x1": "the address",
    "db.corp.internal": "a private name (.internal)",
    "*.corp.internal": "a private name (.internal)",
    "printer.local": "a private name (.local)",
    "1.0.0.10.in-addr.arpa": "a private name (.arpa)",
    "*.co.uk": "below which anybody",
    "*.com.au": "below which anybody",
    "*.amazonaws.com": "below which anybody",
    "*.s3.amazonaws.com": "below which anybody",
    "*.github.io": "below which anybody",
    "shop.github.io": "",
    "*.execute-api.eu-west-2.amazonaws.com": "below which anybody",
}


@pytest.mark.parametrize(("host", "problem"), HOSTS.items(), ids=HOSTS)
def test_hosts(host, problem):
    said = hosts.public_host(host)
    assert problem in said if problem else said == ""


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("10.1.2.3", True),
        ("172.31.0.1", True),
        ("192.168.7.7", True),
        ("100.64.0.1", True),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("8.8.8.8", False),
        ("10.1.2", False),
        ("::1", False),
    ],
)
def test_addresses_of_servers(address, fine):
    assert (target_address(address) == "") is fine
