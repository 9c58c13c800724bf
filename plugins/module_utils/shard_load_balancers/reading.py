# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading the shards' load balancers out of ELBv2's answers. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers import api
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.model import (
    HEALTH_PRIORITY,
    HTTPS,
    Listener,
    LoadBalancer,
    Shards,
)


def read_ours(client: Any, owner: Owner) -> Shards:
    """All of the side, whatever their names."""
    items, tags = _with_tags(client, None)
    ours = [item for item in items if owner.owns(tags[item["LoadBalancerArn"]])]
    return Shards(load_balancers=tuple(_load_balancer(client, item, tags[item["LoadBalancerArn"]]) for item in ours))


def read_named(client: Any, owner: Owner, names: Sequence[str]) -> Shards:
    """Raises PrivateLinkError when one of the names is taken by a load balancer that is not ours."""
    items, tags = _with_tags(client, names)
    for item in items:
        if not owner.owns(tags[item["LoadBalancerArn"]]):
            raise PrivateLinkError(
                where=f"load balancer {item['LoadBalancerName']}",
                found="one without our tags",
                allowed="a name that is free, or one that is ours",
                remedy=f"rename the link, or tag it with {LINK}",
            )
    return Shards(load_balancers=tuple(_load_balancer(client, item, tags[item["LoadBalancerArn"]]) for item in items))


def _with_tags(client: Any, names: Sequence[str] | None) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    found = api.load_balancers(client)
    items = [item for item in found if names is None or item["LoadBalancerName"] in names]
    tags = api.tags(client, [item["LoadBalancerArn"] for item in items])
    return items, {item["LoadBalancerArn"]: tags.get(item["LoadBalancerArn"], {}) for item in items}


def _load_balancer(client: Any, item: Mapping[str, Any], tags: Mapping[str, str]) -> LoadBalancer:
    arn = item["LoadBalancerArn"]
    return LoadBalancer(
        name=item["LoadBalancerName"],
        subnet_ids=known_all([zone["SubnetId"] for zone in item["AvailabilityZones"]]) or (),
        security_group_ids=known_all(item.get("SecurityGroups", [])) or (),
        attributes=api.attributes(client, arn),
        listener=_listener(client, arn),
        tags=tags,
        arn=arn,
        state=item["State"]["Code"],
    )


def _listener(client: Any, load_balancer_arn: str) -> Listener | None:
    item = next((one for one in api.listeners(client, load_balancer_arn) if one["Port"] == HTTPS), None)
    if item is None:
        return None
    found = api.rules(client, item["ListenerArn"])
    rule = next((one for one in found if one["Priority"] == str(HEALTH_PRIORITY)), None)
    certificates = [one["CertificateArn"] for one in item.get("Certificates", [])]
    return Listener(
        certificate_arn=certificates[0] if certificates else None,
        ssl_policy=item.get("SslPolicy", ""),
        default_status=_status(item["DefaultActions"]),
        health_path=_health_path(rule) if rule else "",
        arn=item["ListenerArn"],
        rule_arn=rule["RuleArn"] if rule else None,
    )


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
