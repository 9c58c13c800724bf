"""A text that YAML has made something else of is refused: nobody can tell any more what was written."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from ansible_collections.twoway.privatelink.plugins.module_utils.link import fields as f
from ansible_collections.twoway.privatelink.plugins.module_utils.link.check import check
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog
from unit.plugins.module_utils.link.test_bad_entries import GOOD, PLACES, field_at, written

ISOLATED, PUBLIC = "tokyo_isolated", "tokyo_public"
# As written without quotes, and as a mistake names what YAML makes of it.
CHANGED = {
    "1.10": "1.1 (fraction)",
    "1e3": "'1e3' (text)",  # YAML 1.1, and so Ansible, wants a dot
    "1.0e+3": "1000.0 (fraction)",
    ".5": "0.5 (fraction)",
    ".inf": "inf (fraction)",
    ".nan": "nan (fraction)",
    "8080": "8080 (number)",
    "010": "8 (number)",
    "0x1F": "31 (number)",
    "0b11": "3 (number)",
    "1_000": "1000 (number)",
    "+1": "1 (number)",
    "12:30": "750 (number)",
    "12:30:45.5": "45045.5 (fraction)",
    "NO": "false (truth value)",
    "yes": "true (truth value)",
    "On": "true (truth value)",
    "off": "false (truth value)",
    "True": "true (truth value)",
    "null": "nothing",
    "~": "nothing",
    "": "nothing",
    "2026-11-30": "2026-11-30 (date)",
    "2026-11-30 12:00:00": "2026-11-30 12:00:00 (date)",
    "2026-11-30T12:00:00Z": "2026-11-30 12:00:00+00:00 (date)",
    "!!binary aGk=": "binary data",
}
REFUSED = {text: found for text, found in CHANGED.items() if "(text)" not in found}
QUOTE = "quote it (in a template: | string)"


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize(
    ("host", "path", "where"),
    [
        (ISOLATED, ("services", 0, "environment"), "services[0].environment.APP_VERSION"),
        (ISOLATED, ("existing_network", "vpc_tags"), "existing_network.vpc_tags.APP_VERSION"),
        (ISOLATED, ("published", 0, "instance_tags"), "published[0].instance_tags.APP_VERSION"),
    ],
    ids=["environment", "tags of a network", "tags of instances"],
)
def test_a_value_of_a_mapping_to_texts(sides, lines, host, path, where, text):
    sides[ISOLATED]["existing_network"] = {}
    sides[ISOLATED]["published"] = [{"name": "jobs", "kind": "instances", "ports": [80]}]
    target: Any = sides[host]
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = yaml.safe_load(f"APP_VERSION: {text}")
    told = [line for line in lines() if f": {where}: " in line]
    assert told == [f"{host}: {where}: found {REFUSED[text]}; allowed: a text; {QUOTE}"]


@pytest.mark.parametrize("text", [text for text, found in CHANGED.items() if "(text)" in found])
def test_what_stays_a_text_is_taken_as_it_is(text):
    entry = {"name": "a", "image": "i", "port": 1, "environment": yaml.safe_load(f"V: {text}")}
    assert service_catalog([entry], "example.com")[0]["environment"] == {"V": text}


@pytest.mark.parametrize("text", [text for text in REFUSED if text and not text.startswith("!!")])
def test_in_quotes_each_is_what_was_written(text):
    entry = {"name": "a", "image": "i", "port": 1, "environment": yaml.safe_load(f"V: '{text}'")}
    assert service_catalog([entry], "example.com")[0]["environment"] == {"V": text}


TEXTS = [path for path in PLACES if field_at(path).__class__ is f.Text and field_at(path).description]


def test_all_kinds_of_text_are_tried():
    assert {"name", "image", "B", 0} <= {path[-1] for path in TEXTS}


@pytest.mark.parametrize("path", TEXTS, ids=[written(path) for path in TEXTS])
@pytest.mark.parametrize("text", ["1.10", "0123", "12:30", "no", "2026-11-30"])
def test_any_other_text_of_an_entry(sides, lines, path, text):
    entry = copy.deepcopy(GOOD)
    target: Any = entry
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = yaml.safe_load(text)
    sides[ISOLATED]["services"] = [entry]
    told = [line for line in lines() if line.startswith(f"{ISOLATED}: services[0].{written(path)}: ")]
    assert any("quote it" in line for line in told), told


@pytest.mark.parametrize(
    ("host", "change", "where"),
    [
        (PUBLIC, "account_id: 012345670123", "account_id"),
        (ISOLATED, "link_domain: 1.10", "link_domain"),
        (ISOLATED, "vpc_cidr: 10.0", "vpc_cidr"),
        (ISOLATED, "az_ids: [1, 2]", "az_ids[0]"),
        (PUBLIC, "external_apis: [{name: no, host: a.example.com}]", "external_apis[0].name"),
        (PUBLIC, "external_apis: [{name: a, host: 1.10}]", "external_apis[0].host"),
        (ISOLATED, "aws_connection: {profile: 012}", "aws_connection.profile"),
    ],
)
def test_texts_of_a_link(sides, lines, host, change, where):
    sides[host].update(yaml.safe_load(change))
    told = [line for line in lines() if line.startswith(f"{host}: {where}: ")]
    assert len(told) == 1 and "quote it" in told[0], lines()


def test_a_key_is_quoted_too():
    checked = check(f.TextMap(description=""), yaml.safe_load("{NO: a, 12: b}"), "environment")
    assert [mistake.line for mistake in checked.mistakes] == [
        f"environment: found false (truth value); allowed: names of letters, digits and _; {QUOTE}",
        f"environment: found 12 (number); allowed: names of letters, digits and _; {QUOTE}",
    ]


@pytest.mark.parametrize("value", [[1], {"a": "b"}])
def test_quotes_are_no_remedy_for_what_is_no_scalar(value):
    (mistake,) = check(f.TextMap(description=""), {"A": value}, "environment").mistakes
    assert "quote" not in mistake.line


def test_a_secret_text_is_not_shown():
    (mistake,) = check(f.Text(description="", secret=True), 12345, "secret_key").mistakes
    assert "12345" not in mistake.line and "a number" in mistake.line and "quote it" in mistake.line
