"""An action that stands for each module of awx.awx: writes down what was asked, and what its spec says of that."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase


class SpecFoundError(Exception):
    """Ends a module's main() where it would begin to ask AWX."""


class ActionModule(ActionBase):
    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        name = self._task.action.rpartition(".")[2]
        spec, rules = _spec_of(name)
        args = json.loads(json.dumps(dict(self._task.args), default=str))
        errors = ArgumentSpecValidator(spec, **rules).validate(args).error_messages
        line = json.dumps({"module": name, "args": args, "errors": errors})
        with Path(os.environ["TWOWAY_AWX_ASKED"]).open("a", encoding="utf-8") as asked:
            asked.write(line + "\n")
        return {"changed": False, "id": 1}


def _spec_of(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """As the module hands it to its AnsibleModule."""
    path = Path(os.environ["TWOWAY_AWX_MODULES"], f"{name}.py")
    full_name = f"ansible_collections.awx.awx.plugins.modules.{name}"
    found = importlib.util.spec_from_file_location(full_name, path)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    kept: dict[str, Any] = {}

    def keep(argument_spec: dict[str, Any], **rules: Any) -> None:
        kept.update(spec=argument_spec, rules=rules)
        raise SpecFoundError

    module.ControllerAPIModule = keep
    try:
        module.main()
    except SpecFoundError:
        return kept["spec"], kept["rules"]
    raise AssertionError(f"{name} has no argument_spec")
