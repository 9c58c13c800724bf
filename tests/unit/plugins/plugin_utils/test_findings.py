"""What registered results say of a side: what is missing, changed, not wanted, moved, nobody's or failed."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.plugin_utils.findings import findings, plan_of
from ansible_collections.twoway.privatelink.plugins.plugin_utils.table import table

ROW = {"name": "orders", "changed": False, "actions": [], "error": None, "listed": True, "weights": {}}


def action(verb: str, target: str = "thing") -> dict:
    return {"verb": verb, "target": target, "why": "so"}


def fleet(*rows: dict, **more) -> dict:
    return {"changed": any(row["changed"] for row in rows), "actions": [action("write")], "services": rows, **more}


def told(result: object, **options) -> list[tuple[str, str]]:
    return [(one.kind, one.thing) for one in findings("tokyo_isolated", {"made": result}, **options)]


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("create", "missing"),
        ("create_listener", "missing"),
        ("register", "missing"),
        ("authorize", "missing"),
        ("modify", "changed"),
        ("set attributes", "changed"),
        ("revoke", "not wanted"),
        ("delete", "not wanted"),
        ("drain", "not wanted"),
    ],
)
def test_an_action_is_a_difference_of_its_kind(verb, kind):
    assert told({"changed": True, "actions": [action(verb)]}) == [(kind, "thing")]


def test_a_difference_is_told_once_however_many_steps_it_takes():
    steps = [{**action(verb), "why": "other attributes"} for verb in ("set attributes", "record attributes")]
    (one,) = findings("tokyo_isolated", {"made": {"changed": True, "actions": steps}})
    assert (one.kind, one.why) == ("changed", "other attributes (set attributes, record attributes)")


def test_what_is_emptied_before_it_goes_is_not_wanted():
    steps = [{**action(verb), "why": "no longer listed"} for verb in ("modify", "delete")]
    assert told({"changed": True, "actions": steps}) == [("not wanted", "thing")]


@pytest.mark.parametrize("why", ["other settings", "policy start is another"])
def test_what_is_made_anew_in_the_place_of_another_is_not_missing(why):
    assert told({"changed": True, "actions": [{**action("put_policy"), "why": why}]}) == [("changed", "thing")]


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"changed": False, "actions": []}, []),
        ({"changed": True, "skipped": True}, []),
        ({"changed": True, "diff": {"after": "secret"}}, [("changed", "made")]),
        ({"changed": False}, []),
        ("changed", []),
        ({"changed": "yes"}, []),
        ({"changed": False, "failed": True, "msg": "no"}, [("failed", "made")]),
        ([{"changed": True, "actions": [action("create")]}, {}], [("missing", "thing")]),
        (
            {"changed": True, "results": [{"changed": True, "actions": [action("create")]}, {"changed": False}]},
            [("missing", "thing")],
        ),
        ({"changed": False, "results": [], "skipped": True}, []),
        (fleet(ROW), []),
        (fleet({**ROW, "changed": True, "actions": [action("modify")]}), [("changed", "thing")]),
        (fleet({**ROW, "listed": False}), [("not wanted", "service orders")]),
        (fleet({**ROW, "listed": False, "actions": [action("drain")]}), [("not wanted", "thing")]),
        (fleet({**ROW, "error": "twins"}), [("failed", "service orders")]),
        (
            {"changed": False, "failed": True, "msg": "1 of 1", "failure": {"services": [{**ROW, "error": "no"}]}},
            [("failed", "service orders")],
        ),
        (
            fleet(ROW, strangers=[{"kind": "rule", "name": "legacy", "where": "shard 1"}]),
            [("nobody's", "rule legacy")],
        ),
    ],
    ids=[
        "as it should be",
        "not run",
        "a stock module",
        "a stock module that changes nothing",
        "no result",
        "somebody's own variable",
        "failed",
        "kept in a list",
        "of a loop",
        "a loop not run",
        "services as they should be",
        "a service that differs",
        "a service that is kept",
        "a service that goes",
        "a service that cannot be planned",
        "all services told by a failure",
        "a stranger",
    ],
)
def test_what_is_found(result, expected):
    assert told(result) == expected


MOVED = {**ROW, "weights": {"live": {"stable": 80, "canary": 20}, "listed": {"stable": 95, "canary": 5}}}


def test_weights_that_were_moved_are_told_unless_that_is_not_wanted():
    (one,) = findings("tokyo_isolated", {"made": fleet(MOVED)})
    assert (one.kind, one.thing) == ("weights moved", "rule of orders")
    assert one.why == "stable 80/canary 20 live, stable 95/canary 5 listed; never reset"
    assert told(fleet(MOVED), weights=False) == []


def test_a_plan_tells_every_difference_but_nothing_of_stock_modules():
    diff = {"before": {}, "after": {"vpc": {}}}
    rows = [{**ROW, "changed": True, "actions": [action("modify")], "diff": diff}]
    variables = {
        "a_vpc": {"changed": True, "actions": [action("create")], "diff": diff},
        "b_parameter": {"changed": True, "diff": {"after": "secret"}},
        "c_same": {"changed": False, "actions": [], "diff": diff},
        "d_fleet": fleet(*rows),
    }
    assert plan_of(variables) == [
        {"result": "a_vpc", "actions": [action("create")], "diff": diff},
        {"result": "b_parameter", "actions": []},
        {"result": "d_fleet", "actions": [action("write")], "services": rows},
    ]
    assert "secret" not in str(plan_of(variables))


def test_columns_are_as_wide_as_they_must_be():
    assert table(("a", "bb"), [("ccc", "d")]) == ["a    bb", "---  --", "ccc  d"]
