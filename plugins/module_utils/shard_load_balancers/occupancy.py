# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who is on a shard, as its listener's rules and their tags tell. Knows CamelCase; PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import SERVICE, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._rule_actions import forwarded
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import Occupancy


def occupancy(rules: Iterable[Mapping[str, Any]], tags: Mapping[str, Mapping[str, str]], owner: Owner) -> Occupancy:
    """`tags` by rule ARN. A service may have more rules than one: a canary's testers have theirs."""
    rules = [rule for rule in rules if not rule["IsDefault"]]
    ours = {rule["RuleArn"] for rule in rules if owner.owns(tags.get(rule["RuleArn"], {}))}
    services = {arn: tags[arn][SERVICE] for arn in ours if SERVICE in tags[arn]}
    groups = {rule["RuleArn"]: forwarded(rule["Actions"]).keys() for rule in rules}
    of_services = {group for arn in services for group in groups[arn]}
    return Occupancy(
        priorities=frozenset(int(rule["Priority"]) for rule in rules),
        residents=frozenset(services.values()),
        other_groups=len({group for found in groups.values() for group in found} - of_services),
        others=len(ours) < len(rules),
    )
