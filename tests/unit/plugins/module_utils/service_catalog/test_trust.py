"""Bundles of CA certificates: told apart by what they are, however they are written."""

from __future__ import annotations

import json

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import trusting
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.trust import (
    ca_of,
    certificates,
    is_same,
    together,
)


def block(text: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"


OLD, NEW, NEXT = block("b2xk"), block("bmV3"), block("bmV4dA==")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (OLD, OLD, True),
        (OLD, f"# the root\r\n{OLD}".replace("\n", "\r\n"), True),
        (OLD + NEW, NEW + OLD, True),
        (OLD + OLD, OLD, True),
        (OLD, NEW, False),
        (OLD + NEW, NEW, False),
        (OLD, "", False),
    ],
)
def test_the_same_certificates(one, other, same):
    pair = (one, other)
    assert is_same(*pair) is is_same(*reversed(pair)) is same


@pytest.mark.parametrize(
    ("has", "more", "after"),
    [
        (OLD, NEW, [OLD, NEW]),
        (OLD, OLD + NEW, [OLD, NEW]),
        (OLD, NEW + NEW, [OLD, NEW]),
        (OLD + NEW, NEXT, [OLD, NEW, NEXT]),
        (OLD.rstrip(), NEW.rstrip(), [OLD, NEW]),
    ],
)
def test_each_certificate_is_there_once_in_pem_that_others_can_read(has, more, after):
    bundle = together(has, more)
    assert certificates(bundle).keys() == certificates("".join(after)).keys()
    assert bundle.count("BEGIN") == len(after)
    lines = bundle.splitlines()
    assert [line for line in lines if "-----" in line] == [line for one in after for line in one.splitlines()[::2]]


@pytest.mark.parametrize("more", ["", OLD, OLD.replace("\n", "\r\n"), OLD.rstrip()])
def test_what_lacks_nothing_stays_as_it_is_written(more):
    assert together(f"# ours\n{OLD}", more) == f"# ours\n{OLD}"


def test_nothing_of_a_link_changes_but_its_bundle():
    link = {"domain": "x.example", "endpoint_dns": "vpce", "endpoint_zonal_dns": {"z": "vpce-z"}, "ca_pem": OLD, "n": 1}
    text = json.dumps(link)
    assert json.loads(trusting(text, NEW)) == {**link, "ca_pem": OLD + NEW.replace("-----BEGIN", "\n-----BEGIN")[1:]}
    assert trusting(text, OLD) == text


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"ca_pem": ""}', "null"])
def test_a_link_that_nobody_can_read_stays_as_it_is(text):
    assert ca_of(text) == ""
    assert trusting(text, NEW) == text
