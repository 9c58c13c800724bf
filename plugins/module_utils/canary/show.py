# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The plans of a link's services, for the _info module. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import outcome
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.store import Shelf, Store
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import moment
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.canary_records import root_of
from ansible_collections.twoway.privatelink.plugins.module_utils.lock import ssm_api


def show_plans(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    ssm = connect("ssm")
    services = [params["service"]] if params["service"] else _known(ssm, params["link"])
    places = [Place(link=params["link"], side=params["side"], service=service) for service in services]
    told = [_plan(Store(ssm, place), place, params["history"]) for place in places]
    return {"canaries": told, "lines": [line for plan in told for line in _lines(plan)]}


def _known(ssm: Any, link: str) -> list[str]:
    """Services that have had a plan."""
    root = f"{root_of(link)}/"
    names = (item.name.removeprefix(root) for item in ssm_api.read_below(ssm, root_of(link))[0])
    return sorted(name for name in names if "/" not in name)


def _plan(store: Store, place: Place, number: int) -> dict[str, Any]:
    shelf = store.read()
    history = store.history()[-number:] if number and shelf.state else []
    return {
        **outcome.as_result(place, shelf.state),
        "holder": _holder(shelf),
        "order": vars(shelf.order) if shelf.order else None,
        "history": [_entry(item, state) for item, state in reversed(history)],
    }


def _holder(shelf: Shelf) -> dict[str, Any] | None:
    """None also for one that has not been heard of for too long."""
    lock = shelf.lock
    if lock is None or lock.free or lock.holder is None:
        return None
    return {"by": lock.holder.by, "action": lock.holder.action, "expires_in": max(0, round(lock.seconds - lock.age))}


def _entry(item: ssm_api.Parameter, state: m.State | None) -> dict[str, Any]:
    """`user` is who AWS says has written it, `by` who that one said to be."""
    told = outcome.facts(state) if state else {"phase": None}
    return {"parameter_version": item.version, "at": moment(item.at), "user": item.by, **told}


def _lines(plan: Mapping[str, Any]) -> list[str]:
    """For a person: where it is, who is at it, and what was before, the newest first."""
    if plan["phase"] is None:
        return [f"{plan['service']}: no canary yet"]
    holder = plan["holder"]
    at_it = f"; {holder['by']} is at it ({holder['action']})" if holder else ""
    return [
        f"{plan['service']}: {_line(plan)}{at_it}",
        *(f"  {entry['at']} {_line(entry)}" for entry in plan["history"]),
    ]


def _line(entry: Mapping[str, Any]) -> str:
    if entry["phase"] is None:
        return "not readable"
    phase, share = entry["phase"].replace("_", " "), entry["canary_percent"] or 0
    steps = f"step {entry['step']} of {len(entry['steps'])}"
    return f"{phase} at {share:g} %, {steps}, {entry['version']} by {entry['by']}: {entry['why']}"
