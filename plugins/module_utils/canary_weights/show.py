# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The rules of a link's services, for the _info module. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights import api
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.find import (
    canary_of,
    find_canary,
    find_tagged,
    is_service_rule,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import Canary, listener_of


def show_canaries(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    place = Place.from_params(params)
    found = [find_canary(connect, place)] if place.rule_arn or place.service else _all_of_link(connect, place)
    if params["health"]:
        found = [_with_health(connect, canary) for canary in found]
    return {"canaries": [canary.as_result() for canary in sorted(found, key=lambda canary: canary.service)]}


def _all_of_link(connect: Connect, place: Place) -> list[Canary]:
    """One question for the tags, and one for each listener."""
    tags = find_tagged(connect, place)
    arns = [arn for arn, its_tags in tags.items() if is_service_rule(arn, its_tags)]
    rules = {listener: api.list_rules(connect("elbv2"), listener) for listener in {listener_of(arn) for arn in arns}}
    there = {item["RuleArn"] for items in rules.values() for item in items}
    return [canary_of(rules[listener_of(arn)], arn, tags) for arn in arns if arn in there]


def _with_health(connect: Connect, canary: Canary) -> Canary:
    health = {variant: api.read_health(connect("elbv2"), arn) for variant, arn in canary.groups.items()}
    return replace(canary, health=health)
