"""docs/aws-behaviour.md is whole and true."""

from __future__ import annotations

from behaviours.table import PAGE, names_in, page, rows


def test_every_named_test_exists():
    named = {test for row in rows() for test in row.tests}
    paths = {test.partition("::")[0] for test in named}
    known = {f"{path}::{name}" for path in paths for name in names_in(path) if name.split("::")[-1].startswith("test_")}

    assert sorted(named - known) == []


def test_every_row_is_shown_by_a_test():
    assert [row.aws for row in rows() if not (row.aws and row.ours and row.tests)] == []


def test_the_page_is_what_the_rows_say():
    assert PAGE.read_text() == page(), "make docs writes it"
