"""Entries of every badness: each is refused, by its path, before anybody asks AWS."""

from __future__ import annotations

import copy
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.fleet import FleetSubject
from ansible_collections.twoway.privatelink.plugins.module_utils.link import fields as f
from ansible_collections.twoway.privatelink.plugins.module_utils.link.entries import SERVICE
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import InvalidInventoryError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.plugins.module_utils.ecs_services.conftest import TASK

ISOLATED = "tokyo_isolated"
GOOD: dict[str, Any] = {
    "name": "orders",
    "image": "shop/orders:1",
    "port": 8443,
    "canary": {"image": "shop/orders:2"},
    "health_check": {},
    "stickiness": {},
    "deployment": {},
    "autoscaling": {"min": 1, "max": 2, "cpu": 50},
    "conditions": {"headers": {"X-A": ["a"]}, "paths": ["/a"], "methods": ["GET"]},
    "environment": {"A": "b"},
    "secrets": {"B": "arn:aws:ssm:ap-northeast-1:222222222222:parameter/b"},
    "task_policy": [{"Action": ["s3:GetObject"], "Resource": ["*"]}],
    "command": ["run"],
    "outbound": ["exchange"],
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from([*SERVICE.fields, "x"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(st.dictionaries(KEYS, JUNK, max_size=6) | JUNK, min_size=1, max_size=4))
def test_whatever_is_written_is_accepted_or_refused_by_its_path(sides, lines, entries):
    """Entries without name, image and port never pass, whatever else they hold; nothing raises."""
    sides[ISOLATED]["services"] = entries
    said = lines()
    complete = [
        e for e in entries if isinstance(e, dict) and all(e.get(k) is not None for k in ("name", "image", "port"))
    ]
    assert said or len(complete) == len(entries)
    assert all(line.startswith("tokyo_isolated: services[") and "\n" not in line for line in said)


def test_the_good_entry_is_good():
    assert service_catalog([GOOD], "tokyo.twoway.example")


def paths(value: Any, here: tuple = ()) -> list[tuple]:
    """Every place of an entry, the entry itself left out."""
    if isinstance(value, dict):
        inner = list(value.items())
    else:
        inner = list(enumerate(value)) if isinstance(value, list) else []
    return [path for key, item in inner for path in [(*here, key), *paths(item, (*here, key))]]


def written(path: tuple) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def field_at(path: tuple) -> f.Field:
    field: f.Field = SERVICE
    for step in path:
        if isinstance(field, f.Record):
            field = field.fields[step]
        elif isinstance(field, (f.ListOf, f.MapOf)):
            field = field.item
        else:
            return f.Text(description="")
    return field


def accepts(field: f.Field, value: Any) -> bool:
    """Whether a value of this type may be right; a rough answer is enough, for what may be right is not tried."""
    if isinstance(field, f.Text):
        return isinstance(value, str) and not isinstance(field, f.Choice)
    if isinstance(field, f.TextMap):
        return isinstance(value, dict)
    if isinstance(field, f.Choice):
        return value in field.choices
    if isinstance(field, f.Number):
        return isinstance(value, int) and not isinstance(value, bool) and field.low <= value <= field.high
    if isinstance(field, f.Truth):
        return isinstance(value, bool)
    if isinstance(field, f.ListOf):
        return isinstance(value, list) or (field.lone and isinstance(value, str))
    return isinstance(value, dict)


def refused_by_the_module(entries: list) -> list[str]:
    """What it says; it makes one client, to ask it for its region, and none of its calls. [] if it takes them."""
    calls: list[str] = []

    class Client:
        class meta:
            region_name, partition = "ap-northeast-1", "aws"

        def __getattr__(self, name: str) -> Any:
            return lambda **_request: calls.append(name)

    params = {**TASK, "services": entries, "shards": [], "region": None, "progress_path": None}
    try:
        FleetSubject(params, lambda _service: Client())
    except InvalidInventoryError as error:
        return list(error.lines)
    finally:
        assert calls == []
    return []


PLACES = paths(GOOD)
WRONG = (
    st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False)
    | st.text(max_size=9)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_one_wrong_value_is_told_where_it_is(data):
    """Of the right shape all around, and of the wrong type or out of range at one place."""
    path = data.draw(st.sampled_from(PLACES), label="path")
    value = data.draw(WRONG.filter(lambda wrong: not accepts(field_at(path), wrong)), label="value")
    entry = copy.deepcopy(GOOD)
    target = entry
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    if isinstance(field_at(path[:-1]), f.TextMap) and isinstance(value, str):
        return
    lines = refused_by_the_module([entry])
    assert any(line.startswith(f"services[0].{written(path)}") for line in lines), lines
    assert all("\n" not in line for line in lines)


@settings(max_examples=300, deadline=None)
@given(entries=st.lists(st.dictionaries(KEYS, JUNK, max_size=6) | JUNK, min_size=1, max_size=3))
def test_a_bad_entry_never_reaches_aws(entries):
    """All of it junk, as people write it by accident."""
    lines = refused_by_the_module(entries)
    assert all(line.startswith("services[") for line in lines)
    assert lines or service_catalog(entries, "tokyo.twoway.example")
