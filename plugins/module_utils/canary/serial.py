# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A canary's state as the text of a parameter, and back. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.model import CanaryPlan, State, Step

# https://docs.aws.amazon.com/general/latest/gr/ssm.html (Parameter Store): characters of an advanced parameter. A
# standard one takes 4096; which of the two it is to be, its tier chooses by itself.
LONGEST = 8192
LONGEST_WHY = 600
SPARE = 2048  # what a plan leaves to all else


def state_text(state: State) -> str:
    """Numbers of a verdict that do not fit are left out: its words say what decided."""
    short = replace(state, why=state.why[:LONGEST_WHY], reason=state.reason[:LONGEST_WHY])
    text = _text(_plain(short))
    if len(text) <= LONGEST:
        return text
    verdict = {**(short.verdict or {}), "checks": []}
    return _text(_plain(replace(short, verdict={**verdict, "why": str(verdict.get("why", ""))[:LONGEST_WHY]})))


def state_of(text: str, where: str) -> State:
    """Raises PrivateLinkError for a text that we did not write."""
    try:
        told = json.loads(text)
        plan = told.pop("plan")
        steps = tuple(Step(**{**step, "checks": tuple(step.get("checks", ()))}) for step in plan.pop("steps"))
        plan = CanaryPlan(**{**plan, "steps": steps, "abort_on": tuple(plan.get("abort_on", ()))})
        return State(**{**told, "plan": plan, "heard": tuple(told.get("heard", ()))})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PrivateLinkError(
            where=f"parameter {where}",
            found=f"no state of a canary ({type(error).__name__}: {error})",
            allowed="what the canary module has written there",
            remedy="an older version of it is in the parameter's history",
        ) from None


def check_size(plan: CanaryPlan) -> None:
    """Before anything is begun: all that will have to be written later must fit, too."""
    size = len(_text(_plain(plan)))
    if size > LONGEST - SPARE:
        raise PrivateLinkError(
            where="plan",
            found=f"{size} characters as JSON",
            allowed=f"{LONGEST - SPARE}, for a parameter holds it",
            remedy="let steps share checks, or look at fewer things",
        )


def _plain(item: Any) -> dict[str, Any]:
    """What is not as it is by default, so that small plans stay small."""
    told = {}
    for field in fields(item):
        value = getattr(item, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if value == default:
            continue
        if isinstance(value, CanaryPlan):
            value = _plain(value)
        elif field.name == "steps":
            value = [_plain(step) for step in value]
        elif isinstance(value, Mapping):
            value = dict(value)
        told[field.name] = value
    return told


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
