# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules of a run told, gathered for a plan or for a report of drift. PRIVATE to the collection.

Every result of our modules that changes something has `actions`, in check mode too. Of stock modules only
whether they would change something is taken: what they show may be secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MISSING, CHANGED, NOT_WANTED, WEIGHTS, STRANGE, FAILED = (
    "missing",
    "changed",
    "not wanted",
    "weights moved",
    "nobody's",
    "failed",
)
MAKING = ("create", "register", "import", "allocate", "authorize", "add", "put", "launch", "attach")
TAKING = ("delete", "remove", "revoke", "deregister", "drain", "detach", "unset", "reject")
# What has to be made anew, or put where something else is: "other settings", "policy x is another".
DIFFERS = re.compile(r"\b(an)?other\b")
# Stages of a whole list of services, which tell each one for itself.
OF_LISTS = "services"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as the inventory has it. `why` is the module's own word for the difference."""

    side: str
    kind: str
    thing: str
    why: str

    def as_dict(self) -> dict[str, str]:
        return {"side": self.side, "kind": self.kind, "thing": self.thing, "why": self.why}


def results(variables: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The registered results among a host's variables, by name; those of a loop, or kept in a list, one by one."""
    for name, value in sorted(variables.items()):
        for item in value if isinstance(value, list) else [value]:
            for result in _of_loop(item) or [item]:
                if _is_result(result):
                    yield name, result


def _of_loop(item: Any) -> list[Any]:
    """What each turn of a loop told."""
    turns = item.get("results") if _is_result(item) else None
    return turns if isinstance(turns, list) else []


def _is_result(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("changed"), bool) and not item.get("skipped")


def findings(side: str, variables: Mapping[str, Any], weights: bool = True) -> list[Finding]:
    """In the order of the variables' names, and of each result's own actions."""
    return [finding for name, result in results(variables) for finding in _of(side, name, result, weights)]


def _of(side: str, name: str, result: Mapping[str, Any], weights: bool) -> Iterator[Finding]:
    rows = services_of(result)
    if result.get("failed") and not rows:
        yield Finding(side=side, kind=FAILED, thing=name, why=str(result.get("msg", "")))
    if rows:
        for row in rows:
            yield from _service(side, row, weights)
    elif isinstance(result.get("actions"), list):
        yield from _actions(side, result["actions"])
    elif result["changed"] and not result.get("failed"):
        yield Finding(side=side, kind=CHANGED, thing=name, why="a stock module would change it: see the task above")
    for stranger in result.get("strangers") or ():
        thing = f"{stranger['kind']} {stranger['name']}"
        yield Finding(side=side, kind=STRANGE, thing=thing, why=f"on {stranger['where']}, without the link's tags")


def services_of(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a list of services, whether the module failed or not."""
    rows = result.get(OF_LISTS) or (result.get("failure") or {}).get(OF_LISTS) or []
    return [row for row in rows if isinstance(row, Mapping) and "actions" in row]


def _service(side: str, row: Mapping[str, Any], weights: bool) -> Iterator[Finding]:
    if row.get("error"):
        yield Finding(side=side, kind=FAILED, thing=f"service {row['name']}", why=row["error"])
    if not row.get("listed") and not row["actions"]:
        yield Finding(side=side, kind=NOT_WANTED, thing=f"service {row['name']}", why="not listed, and kept")
    yield from _actions(side, row["actions"])
    told = row.get("weights") or {}
    if weights and told and told["live"] != told["listed"]:
        why = f"{_weights(told['live'])} live, {_weights(told['listed'])} listed; never reset"
        yield Finding(side=side, kind=WEIGHTS, thing=f"rule of {row['name']}", why=why)


def _weights(values: Mapping[str, int]) -> str:
    return "/".join(f"{variant} {weight}" for variant, weight in sorted(values.items(), reverse=True))


def _actions(side: str, actions: Iterable[Mapping[str, str]]) -> Iterator[Finding]:
    """One for each difference, however many steps it takes to mend it."""
    steps: dict[tuple[str, str], list[str]] = {}
    for action in actions:
        steps.setdefault((action["target"], action["why"]), []).append(action["verb"].replace("_", " "))
    for (thing, why), verbs in steps.items():
        kind = MISSING if verbs[-1].startswith(MAKING) else NOT_WANTED if verbs[-1].startswith(TAKING) else CHANGED
        if DIFFERS.search(why):
            kind = CHANGED
        yield Finding(side=side, kind=kind, thing=thing, why=f"{why} ({', '.join(dict.fromkeys(verbs))})")


def plan_of(variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What would be done on a side, result by result, with each difference."""
    return [_planned(name, result) for name, result in results(variables) if result["changed"] or result.get("failed")]


def _planned(name: str, result: Mapping[str, Any]) -> dict[str, Any]:
    ours = isinstance(result.get("actions"), list)
    rows = services_of(result)
    return {
        "result": name,
        "actions": result["actions"] if ours else [],
        **({"diff": result.get("diff")} if ours and not rows else {}),
        **({"services": rows} if rows else {}),
        **({"error": str(result.get("msg", ""))} if result.get("failed") else {}),
    }
