"""A link without a mistake, to make one at a time in."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link.link import check_link
from ansible_collections.twoway.privatelink.plugins.module_utils.link.side import Side


def pem(label: str) -> str:
    """A block that is DER outside and nothing inside."""
    return f"-----BEGIN {label}-----\n{base64.b64encode(bytes([0x30, 3, 2, 1, 0])).decode()}\n-----END {label}-----\n"


GROUP = {
    "link": "tokyo",
    "region": "ap-northeast-1",
    "link_domain": "tokyo.twoway.example",
    "az_ids": ["apne1-az1", "apne1-az4"],
    "service_ca_pem": pem("CERTIFICATE"),
    "aws_connection": {"endpoint_url": "http://127.0.0.1:5000", "access_key": "AKIA", "secret_key": "sesame"},
    "service_certificate": {"certificate": pem("CERTIFICATE"), "private_key": pem("PRIVATE KEY")},
}

SIDES: dict[str, dict[str, Any]] = {
    "tokyo_isolated": {
        **GROUP,
        "side": "isolated",
        "account_id": "222222222222",
        "vpc_cidr": "10.0.0.0/16",
        "services": [
            {"name": "orders", "image": "shop/orders:1.4.0", "port": 8443, "outbound": ["exchange"]},
            {"name": "billing", "image": "shop/billing:2.0.1", "port": 8443, "canary": {"image": "b:2", "weight": 5}},
            {"name": "stock", "image": "shop/stock@sha256:" + "0" * 64, "port": 8443, "protocol": "HTTP"},
        ],
    },
    "tokyo_public": {
        **GROUP,
        "side": "public",
        "account_id": "111111111111",
        "vpc_cidr": "10.0.0.0/16",
        "external_apis": [{"name": "exchange", "host": "api.exchange.example", "ports": [443, 8443]}],
    },
}


@pytest.fixture
def sides() -> dict[str, dict[str, Any]]:
    return {host: copy.deepcopy(values) for host, values in SIDES.items()}  # what the group shares, each by itself


@pytest.fixture
def lines(sides) -> Callable[..., list[str]]:
    """The mistakes of the sides as they are when it is called, a line each."""

    def lines(facts=None, **unreadable: dict[str, str]) -> list[str]:
        given = [
            Side(host=host, given=values, unreadable=unreadable.get(host, {})) for host, values in sorted(sides.items())
        ]
        return [mistake.line for mistake in check_link("tokyo", given, facts)]

    return lines
