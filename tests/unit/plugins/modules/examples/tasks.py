"""The EXAMPLES of a module, run as a playbook would: Ansible reads and templates them, the module gets the arguments.

The module runs in this process, so a task costs a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from unit.plugins.running import MODULES

OURS = "twoway.privatelink."
SHOWN_ONLY = ("ansible.builtin.debug", "ansible.builtin.assert")  # templated, so that what they name must be there
KEYWORDS = {"name", "register", "loop"}

Run = Callable[[str, Mapping[str, Any]], dict[str, Any]]


def examples_of(module: str) -> list[dict[str, Any]]:
    text = import_module(f"{MODULES}.{module}").EXAMPLES
    return DataLoader().load(trust_as_template(text), f"/{module}/EXAMPLES")


def play(tasks: list[dict[str, Any]], variables: dict[str, Any], run: Run, before: Mapping[str, Callable]) -> None:
    """Every task in order, each twice: the second run must find nothing to do. Registered results become variables,
    that of a loop's last item for all.

    `before` holds what somebody else does ahead of a task, by the task's name; it is given the variables.
    """
    known = dict(variables)
    for task in tasks:
        action, arguments = _action(task)
        before.get(task["name"], lambda _known: None)(known)
        for item in _templated(task.get("loop", [None]), known):
            told = _templated(arguments, {**known, "item": item})
            if action in SHOWN_ONLY:
                continue
            result = _twice(task["name"], partial(run, action.removeprefix(OURS), told))
            if "register" in task:
                known[task["register"]] = result


def _templated(value: Any, variables: Mapping[str, Any]) -> Any:
    return Templar(loader=DataLoader(), variables=dict(variables)).template(value)


def _twice(name: str, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    result = run()
    if result.get("failed"):
        raise AssertionError(f"{name}: {result['msg']}")
    again = run()
    if again.get("failed") or again["changed"]:
        raise AssertionError(f"{name}, a second time: {again.get('msg') or again['actions']}")
    return result


def _action(task: Mapping[str, Any]) -> tuple[str, Any]:
    actions = [key for key in task if key not in KEYWORDS]
    if len(actions) != 1 or not (actions[0].startswith(OURS) or actions[0] in SHOWN_ONLY):
        raise AssertionError(f"{task.get('name')}: {', '.join(actions)} is more than this runner knows")
    return actions[0], task[actions[0]]
