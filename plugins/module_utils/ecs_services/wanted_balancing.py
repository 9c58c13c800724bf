# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The rule and the target groups a service takes. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import as_text, cut
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.place import Place

# What a new target group has, of the attributes that are ours to set:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
DEFAULT_ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "slow_start.duration_seconds": "0",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.enabled": "false",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.type": "lb_cookie",
}
STICKY = "stickiness.enabled"


def attributes_text(attributes: Mapping[str, str]) -> str:
    """Those that are not as AWS makes them, for the tag that remembers them."""
    return as_text({key: value for key, value in attributes.items() if value != DEFAULT_ATTRIBUTES.get(key, value)})


def starting_weights(entry: Mapping[str, Any]) -> dict[str, int]:
    """Where a rule starts; once it is there its weights are not ours."""
    if not entry["canary"]:
        return {m.STABLE: 100}
    share = entry["canary"]["weight"]
    return {m.STABLE: 100 - share, m.CANARY: share}


def rule(place: Place, entry: Mapping[str, Any]) -> m.Resource:
    """`sticky_seconds` are those of the choice between the variants, which AWS wants where targets are sticky."""
    name = f"{place.link}-{entry['name']}"
    settings = {
        "conditions": conditions(entry),
        "weights": starting_weights(entry),
        "sticky_seconds": entry["stickiness"]["seconds"] if entry["stickiness"] else 0,
    }
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"]))


def conditions(entry: Mapping[str, Any]) -> dict[str, list[str]]:
    """Values by field; a header's field carries its name, for a rule may ask for several."""
    more = entry["conditions"]
    plain = {
        "host-header": [entry["host"], *more["hosts"]],
        "path-pattern": more["paths"],
        "http-request-method": more["methods"],
        "source-ip": more["source_ips"],
    }
    headers = {f"http-header {name.lower()}": values for name, values in more["headers"].items()}
    return {field: sorted(values) for field, values in {**plain, **headers}.items() if values}


def target_group(place: Place, entry: Mapping[str, Any], variant: str) -> m.Resource:
    """Its own port means nothing: every task is registered with the port of its container."""
    name = cut(place.name_of(entry["name"], variant))
    checks = {key: value for key, value in entry["health_check"].items() if key != "grace_period"}
    attributes = attributes_of(entry)
    settings = {
        "protocol": entry["protocol"],
        "vpc_id": place.vpc_id,
        "health_check": {"protocol": entry["protocol"], "port": "traffic-port", **checks},
        "attributes": attributes_text(attributes),
    }
    facts = {"port": entry["port"], "attributes": attributes, "default_attributes": attributes_text({})}
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"], variant), facts=facts)


def attributes_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """All of DEFAULT_ATTRIBUTES as the entry wants them."""
    wanted = {
        **DEFAULT_ATTRIBUTES,
        "deregistration_delay.timeout_seconds": str(entry["deregistration_delay"]),
        "slow_start.duration_seconds": str(entry["slow_start"]),
    }
    sticky = entry["stickiness"]
    if not sticky:
        return wanted
    kind = "app_cookie" if sticky["cookie"] else "lb_cookie"
    cookie = {"stickiness.app_cookie.cookie_name": sticky["cookie"]} if sticky["cookie"] else {}
    seconds = {f"stickiness.{kind}.duration_seconds": str(sticky["seconds"])}
    return {**wanted, STICKY: "true", "stickiness.type": kind, **seconds, **cookie}
