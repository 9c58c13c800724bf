# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checks as they are written down: without what is as it is by default. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.options import CHECK, SOURCE


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
    return {key: given.get(key, option.get("default")) for key, option in options.items()}
