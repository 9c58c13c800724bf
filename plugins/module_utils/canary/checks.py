# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checks as they are given, and as they are written down: without what is as it is by default. Pure; PRIVATE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.options import CHECK, SOURCE


def typed(given: Sequence[Mapping[str, Any]], where: str) -> list[dict[str, Any]]:
    """With the types that canary_analysis wants: they come inside of plans, where Ansible does not look."""
    options = {"checks": {"type": "list", "elements": "dict", "options": CHECK}}
    told = ArgumentSpecValidator(options).validate({"checks": [dict(check) for check in given]})
    if told.error_messages:
        raise PrivateLinkError(where=where, found="; ".join(told.error_messages), allowed="checks of canary_analysis")
    return [whole(check) for check in told.validated_parameters["checks"]]


def slim(check: Mapping[str, Any]) -> dict[str, Any]:
    kept = _without_defaults(check, CHECK)
    if kept.get("cloudwatch"):
        kept["cloudwatch"] = _without_defaults(kept["cloudwatch"], SOURCE)
    return kept


def whole(check: Mapping[str, Any]) -> dict[str, Any]:
    """As canary_analysis takes it."""
    told = _with_defaults(check, CHECK)
    if told["cloudwatch"]:
        told["cloudwatch"] = _with_defaults(told["cloudwatch"], SOURCE)
    return told


def without_baseline(check: Mapping[str, Any]) -> dict[str, Any]:
    """Where the canary gets every request there is nothing to compare it with, and that is no news."""
    return {"no_baseline": "pass", **check}


def _without_defaults(given: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None and value != options[key].get("default")}


def _with_defaults(given: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: option.get("default") if given.get(key) is None else given[key] for key, option in options.items()}
