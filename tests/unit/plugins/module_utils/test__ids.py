"""Ids that may not be known yet."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all, unknown_options


@pytest.mark.parametrize(("value", "expected"), [("vpc-1", "vpc-1"), (None, None), ("", None), ("None", None)])
def test_known(value, expected):
    assert known(value) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(None, None, id="not given"),
        pytest.param([], (), id="empty"),
        pytest.param(["b", "a", "b"], ("a", "b"), id="sorted, each once"),
        pytest.param([None, "b", "", "a"], ("a", "b", None, None), id="the unknown ones last"),
    ],
)
def test_known_all(values, expected):
    assert known_all(values) == expected


def test_unknown_options():
    assert unknown_options(a="vpc-1", b=None, c=("s-1", None), d=(), e="") == ("b", "c", "e")
