# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading the shards' load balancers out of ELBv2's answers. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import in_parallel
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers import api
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.model import (
    HTTPS,
    Listener,
    LoadBalancer,
    Shards,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.occupancy import occupancy
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import (
    HEALTH_PRIORITY,
    Occupancy,
)


def read_ours(client: Any, owner: Owner) -> Shards:
    """All application load balancers of the side, whatever their names."""
    found = api.load_balancers(client)
    tags = api.tags(client, [item["LoadBalancerArn"] for item in found])
    ours = [item for item in found if owner.owns(tags.get(item["LoadBalancerArn"], {}))]
    balancers = in_parallel(lambda item: _load_balancer(client, item, tags[item["LoadBalancerArn"]], owner), ours)
    others = frozenset(item["LoadBalancerName"] for item in found) - {one.name for one in balancers}
    return Shards(load_balancers=tuple(balancers), taken=others)


def _load_balancer(client: Any, item: Mapping[str, Any], tags: Mapping[str, str], owner: Owner) -> LoadBalancer:
    listener, who = _listener(client, item["LoadBalancerArn"], owner)
    arn = item["LoadBalancerArn"]
    return LoadBalancer(
        name=item["LoadBalancerName"],
        subnet_ids=known_all([zone["SubnetId"] for zone in item["AvailabilityZones"]]) or (),
        security_group_ids=known_all(item.get("SecurityGroups", [])) or (),
        attributes=api.attributes(client, arn),
        listener=listener,
        occupancy=who,
        tags=tags,
        arn=arn,
        state=item["State"]["Code"],
    )


def _listener(client: Any, load_balancer_arn: str, owner: Owner) -> tuple[Listener | None, Occupancy]:
    """The HTTPS listener, and who has rules there."""
    item = next((one for one in api.listeners(client, load_balancer_arn) if one["Port"] == HTTPS), None)
    if item is None:
        return None, Occupancy()
    found = api.rules(client, item["ListenerArn"])
    tags = api.tags(client, [one["RuleArn"] for one in found if not one["IsDefault"]])
    rule = next((one for one in found if one["Priority"] == str(HEALTH_PRIORITY)), None)
    certificates = [one["CertificateArn"] for one in item.get("Certificates", [])]
    listener = Listener(
        certificate_arn=certificates[0] if certificates else None,
        ssl_policy=item.get("SslPolicy", ""),
        default_status=_status(item["DefaultActions"]),
        health_path=_health_path(rule) if rule else "",
        arn=item["ListenerArn"],
        rule_arn=rule["RuleArn"] if rule else None,
    )
    return listener, occupancy(found, tags, owner)


def _status(actions: Sequence[Mapping[str, Any]]) -> str:
    """Of a fixed answer; "" for any other kind of action."""
    return actions[0].get("FixedResponseConfig", {}).get("StatusCode", "") if len(actions) == 1 else ""


def _health_path(rule: Mapping[str, Any]) -> str:
    """Of a rule that answers 200 to one path and has no other condition; "" for any other rule."""
    conditions = rule["Conditions"]
    if _status(rule["Actions"]) != "200" or len(conditions) != 1:
        return ""
    # Conditions made the old way have their values beside the field instead of below it.
    values = conditions[0].get("PathPatternConfig", {}).get("Values") or conditions[0].get("Values") or [""]
    return values[0] if len(values) == 1 else ""
