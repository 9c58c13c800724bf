"""Principals that go, and the connections that go with them when the task says so."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.plan import (
    plan,
    removes_principals,
    to_reject,
)
from unit.plugins.module_utils.endpoint_service.scenery import (
    FOUND,
    ONE,
    THREE,
    TWO,
    connections,
    desired,
    found,
    steps,
)


def test_principal_removed_and_its_connections_rejected_first():
    """FIELD A2: existing connections stay up when a principal is removed. Killed in between, the next run goes on."""
    current = found(allowed_principals=(ONE, TWO), connections=connections("available", "rejected", "pending"))
    made = plan(desired(allowed_principals=[TWO], reject_on_principal_removal=True), current)

    assert steps(made) == [
        ("reject", {"endpoint_ids": ("vpce-0", "vpce-2")}),
        ("remove_principals", {"principals": (ONE,)}),
    ]


@pytest.mark.parametrize(
    ("options", "current"),
    [
        pytest.param({}, found(connections=connections("available")), id="not asked to reject"),
        pytest.param(
            {"reject_on_principal_removal": True, "allowed_principals": [THREE]},
            found(connections=connections("available", owner="2" * 12)),
            id="the provider's own account",
        ),
        pytest.param({"reject_on_principal_removal": True}, found(connections=None), id="no connections"),
        pytest.param(
            {"reject_on_principal_removal": True, "allowed_principals": ["*"]},
            found(connections=connections("available")),
            id="everybody is admitted",
        ),
    ],
)
def test_principal_removed_and_nobody_rejected(options, current):
    made = plan(desired(**{"allowed_principals": [TWO], **options}), current)

    assert "reject" not in [change.verb for change in made.changes]
    assert made.changes[-1].verb == "remove_principals"


def test_nothing_is_rejected_where_no_principal_is_removed():
    current = found(connections=connections("available", owner="9" * 12))
    wanted = desired(allowed_principals=[ONE, TWO], reject_on_principal_removal=True)

    assert [change.verb for change in plan(wanted, current).changes] == ["add_principals"]
    assert to_reject(current, [ONE]) == ("vpce-0",)


@pytest.mark.parametrize(
    ("options", "removes"),
    [
        ({}, False),
        ({"allowed_principals": [ONE]}, False),
        ({"allowed_principals": [TWO]}, True),
        ({"allowed_principals": []}, True),
        ({"allowed_principals": [TWO], "purge_allowed_principals": False}, False),
    ],
)
def test_removes_principals(options, removes):
    assert removes_principals(desired(**options), FOUND) is removes
