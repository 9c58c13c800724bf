"""docs/parameters.md is whole and true: it fails with a botocore that knows more, or a test that is no more."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
from parameters.model import operations
from parameters.table import CHECKOUT, PAGE, page, rows

MODULES = "ansible_collections.twoway.privatelink.plugins.modules"


def test_every_parameter_has_one_row_and_no_other_has():
    told = [(row.operation, row.parameter) for row in rows()]
    known = {(operation, parameter) for operation, parameters in operations().items() for parameter in parameters}

    assert {"without a row": sorted(known - set(told)), "unknown to botocore": sorted(set(told) - known)} == {
        "without a row": [],
        "unknown to botocore": [],
    }
    assert len(told) == len(set(told))


def test_no_row_is_empty():
    for row in rows():
        assert row.reason or (row.option and row.proved), row
        assert row.reason or row.checked or row.operation.startswith("Describe"), row


def test_every_option_exists():
    for row in rows():
        if row.option:
            module, option = row.option.split(".", 1)
            known = import_module(f"{MODULES}.{module}").OPTIONS
            for part in option.split("."):
                assert part in known, f"{row.operation} {row.parameter}: {row.option}"
                known = known[part].get("options", {})


@pytest.fixture(scope="module")
def existing_tests():
    """Ids of all tests in the files that rows name, as pytest collects them."""
    files = sorted({test.partition("::")[0] for row in rows() for test in row.tests})
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-n", "0", "-p", "no:cacheprovider", *files]
    told = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return set(told.stdout.splitlines())


def test_every_named_test_exists(existing_tests):
    assert sorted({test for row in rows() for test in row.tests} - existing_tests) == []


def test_the_page_is_what_the_rows_say():
    assert PAGE.read_text() == page(), "make docs writes it"
