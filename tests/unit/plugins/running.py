"""Runs a module in this process, as Ansible would: arguments in, one JSON document out."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args

MODULES = "ansible_collections.twoway.privatelink.plugins.modules"


# Whether it is a module that calls AWS, and not the test around it.
at_work = False


def result_of(name: str, arguments: dict[str, Any], capsys: pytest.CaptureFixture[str], check: bool = False) -> Any:
    """What the module prints, failed or not. ValueError when it prints nothing, as one that was killed."""
    module = import_module(f"{MODULES}.{name}")
    global at_work
    before, at_work = at_work, True
    capsys.readouterr()
    told = {**arguments, "_ansible_check_mode": check, "_ansible_diff": True}
    try:
        with patch_module_args(told), pytest.raises(SystemExit):
            module.main()
    finally:
        at_work = before
    return json.loads(capsys.readouterr().out)
