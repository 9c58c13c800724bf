# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The load balancer that a thing is published by, as options of network_load_balancer. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import ALB, ASG, INSTANCES, IP, NLB
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.options import complete
from ansible_collections.twoway.privatelink.plugins.module_utils.published import names
from ansible_collections.twoway.privatelink.plugins.module_utils.published.check import instance_ids
from ansible_collections.twoway.privatelink.plugins.module_utils.published.things import Things

TARGET_TYPES = {ALB: "alb", ASG: "instance", INSTANCES: "instance", IP: "ip"}
OUTSIDE = "all"  # the zone of an address that is not in the VPC
THRESHOLD = 2


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the load balancers stand, and whose they are."""

    link: str
    subnet_ids: tuple[str | None, ...] = ()
    security_group_ids: tuple[str | None, ...] = ()
    vpc_cidrs: tuple[str, ...] = ()
    tags: Mapping[str, Any]
    purge_tags: bool
    wait: bool
    wait_timeout: float


def needs_front(entry: Mapping[str, Any]) -> bool:
    """A Network Load Balancer is published as it is."""
    return entry["kind"] != NLB


def front_of(entry: Mapping[str, Any], things: Things, site: Site) -> dict[str, Any]:
    return complete(
        {
            "name": names.load_balancer(site.link, entry["name"]),
            "subnet_ids": list(site.subnet_ids),
            "security_group_ids": list(site.security_group_ids),
            # A consumer may come in by a zone in which there is none of the things.
            "cross_zone": True,
            "listeners": [_listener(entry, port, things, site) for port in entry["ports"]],
            "tags": {**site.tags, names.PUBLISHED: entry["name"]},
            "purge_tags": site.purge_tags,
            "wait": site.wait,
            "wait_timeout": site.wait_timeout,
        }
    )


def gone(name: str, target_groups: tuple[str, ...], site: Site) -> dict[str, Any]:
    """The options that take one away, with target groups that a killed run may have left."""
    listeners = [
        {"port": number, "target_group": {"name": one, "port": 1}} for number, one in enumerate(target_groups, start=1)
    ]
    own = {"tags": site.tags, "wait": site.wait, "wait_timeout": site.wait_timeout}
    return complete({"name": name, "listeners": listeners, "state": "absent", **own})


def _listener(entry: Mapping[str, Any], port: int, things: Things, site: Site) -> dict[str, Any]:
    kind = entry["kind"]
    group = {
        "name": names.target_group(site.link, entry["name"], kind, port),
        "target_type": TARGET_TYPES[kind],
        "port": port,
        "health_check": _health_check(entry, port, things),
    }
    if kind == ASG:
        group["auto_scaling_group"] = entry["auto_scaling_group"]
    else:
        group["targets"] = _targets(entry, things, site)
    return {"port": port, "target_group": group}


def _targets(entry: Mapping[str, Any], things: Things, site: Site) -> list[dict[str, Any]]:
    if entry["kind"] == ALB:
        return [{"id": things.load_balancers[entry["load_balancer"]].arn}]
    if entry["kind"] == INSTANCES:
        return [{"id": id_} for id_ in instance_ids(entry, things)]
    return [{"id": address, **_zone(address, site)} for address in entry["addresses"]]


def _zone(address: str, site: Site) -> dict[str, str]:
    inside = any(IPv4Address(address) in IPv4Network(cidr) for cidr in site.vpc_cidrs)
    return {} if inside else {"availability_zone": OUTSIDE}


def _health_check(entry: Mapping[str, Any], port: int, things: Things) -> dict[str, Any]:
    wanted = entry["health_check"]
    protocol = wanted["protocol"] or "TCP"
    if entry["kind"] == ALB:
        # An Application Load Balancer is asked as its listener speaks, and by no other protocol.
        protocol = wanted["protocol"] or things.load_balancers[entry["load_balancer"]].listeners[str(port)]
    check = {
        "protocol": protocol,
        "port": "traffic-port",
        "interval": wanted["interval"],
        "healthy_threshold": THRESHOLD,
        "unhealthy_threshold": THRESHOLD,
    }
    return check if protocol == "TCP" else {**check, "path": wanted["path"], "matcher": wanted["matcher"]}
