# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter shard_listeners."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: shard_listeners
short_description: Lead a port of the Network Load Balancer to the load balancer of each shard
version_added: 0.1.0
description:
  - Gives the listeners for M(twoway.privatelink.network_load_balancer), for shard 1 on port 443, for shard 2 on 444.
options:
  _input:
    description: The shards, as M(twoway.privatelink.shard_load_balancers) tells them.
    type: list
    elements: dict
    required: true
  without:
    description: Numbers of shards to leave out.
    type: list
    elements: int
    default: []
  health_path:
    description: The path that every shard answers itself.
    type: str
    default: /_link/health
  interval:
    description: Seconds between two health checks.
    type: int
    default: 10
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Make the load balancer in front of the shards
  twoway.privatelink.network_load_balancer:
    name: tokyo-inbound
    listeners: "{{ made.shards | twoway.privatelink.shard_listeners }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
_value:
  description: The listeners in the order of the shards.
  type: list
  elements: dict
"""

HTTPS = 443


def shard_listeners(
    shards: Iterable[Mapping[str, Any]],
    without: Collection[int] = (),
    health_path: str = "/_link/health",
    interval: int = 10,
) -> list[dict[str, Any]]:
    health_check = {
        "protocol": "HTTPS",
        "port": "traffic-port",
        "path": health_path,
        "matcher": "200",
        "interval": interval,
        "healthy_threshold": 2,
        "unhealthy_threshold": 2,
    }
    return [
        {
            "port": shard["port"],
            "protocol": "TCP",
            "target_group": _group(shard["name"], shard["load_balancer_arn"], health_check),
        }
        for shard in shards
        if shard["number"] not in without
    ]


def _group(name: str, arn: str | None, health_check: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "target_type": "alb",
        # It must be the port of a listener that the Application Load Balancer has:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
        "port": HTTPS,
        "targets": [{"id": arn, "port": HTTPS}],
        "health_check": dict(health_check),
    }


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"shard_listeners": shard_listeners}
