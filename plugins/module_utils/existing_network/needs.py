# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How many addresses a side takes in each of its subnets. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import NLB

# "At least 8 free addresses" in each subnet, for whatever load balancer is made there:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
LOAD_BALANCER = 8
PROBE = 1
ENDPOINTS = {
    "isolated": 5,  # of ecr.api, ecr.dkr, logs and ssm, and the one to the public side
    "public": 1,
}
FLEETS = 2  # of proxies on the public side; each has two instances a zone at most
INSTANCES_A_ZONE = 2


@dataclass(frozen=True, kw_only=True)
class Need:
    """Addresses in one subnet, by what takes them. An estimate from below: more services may be added any day."""

    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    def __str__(self) -> str:
        return ", ".join(f"{count} for {what}" for what, count in self.parts.items() if count)


def need_of(values: Mapping[str, Any]) -> Need:
    """`values` are a side's checked variables; what is wrong in them counts for nothing."""
    zones = max(1, len(values.get("az_ids") or ()))
    side = values.get("side")
    if side not in ENDPOINTS:
        return Need()
    published = [entry for entry in values.get("published") or () if entry and entry["kind"] != NLB]
    parts = {
        "a load balancer": LOAD_BALANCER,
        "those in front of what is published": len(published),
        "endpoints": ENDPOINTS[side],
        "the probe": PROBE,
    }
    if side == "public":
        return Need(parts={**parts, "proxies": FLEETS * INSTANCES_A_ZONE})
    tasks = sum(_tasks(entry) for entry in values.get("services") or () if entry)
    # While a service is deployed anew, its old and new tasks run side by side.
    return Need(parts={**parts, "tasks": -(-2 * tasks // zones)})


def _tasks(entry: Mapping[str, Any]) -> int:
    sets: Iterable[Mapping[str, Any]] = (entry, entry.get("canary") or {})
    return sum(one.get("desired_count") or 0 for one in sets)
