# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter shard_listeners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DOCUMENTATION = r"""
name: shard_listeners
short_description: Lead a port of the Network Load Balancer to the load balancer of each shard
version_added: 0.1.0
description:
  - Takes what M(amazon.aws.elb_application_lb) or M(amazon.aws.elb_application_lb_info) tell and gives the listeners
    for M(twoway.privatelink.network_load_balancer), the first on port 443, the next on 444 and so on.
  - A load balancer that is not made yet is a null target, as in check mode.
positional: names
options:
  _input:
    description: The load balancers, in any order.
    type: list
    elements: dict
    required: true
  names:
    description: The names of the load balancers in the order of the shards.
    type: list
    elements: str
    required: true
  health_path:
    description: The path that every load balancer answers itself.
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
    listeners: "{{ found.load_balancers | twoway.privatelink.shard_listeners(['tokyo-services-1']) }}"
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
    found: Iterable[Mapping[str, Any]], names: Sequence[str], health_path: str = "/_link/health", interval: int = 10
) -> list[dict[str, Any]]:
    arns = {item["load_balancer_name"]: item["load_balancer_arn"] for item in found if "load_balancer_name" in item}
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
            "port": HTTPS + position,
            "protocol": "TCP",
            "target_group": {
                "name": name,
                "target_type": "alb",
                # It must be the port of a listener that the Application Load Balancer has:
                # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
                "port": HTTPS,
                "targets": [{"id": arns.get(name), "port": HTTPS}],
                "health_check": health_check,
            },
        }
        for position, name in enumerate(names)
    ]


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"shard_listeners": shard_listeners}
