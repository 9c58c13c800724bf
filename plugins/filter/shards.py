# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter shards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DOCUMENTATION = r"""
name: shards
short_description: Bring the load balancers of a link into the order of its shards
version_added: 0.1.0
description:
  - Takes what M(amazon.aws.elb_application_lb) or M(amazon.aws.elb_application_lb_info) tell and gives each shard its
    number, its listener and its port.
  - A load balancer that is not made yet has null ARNs, as in check mode.
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
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show the ports of the shards
  ansible.builtin.debug:
    msg: "{{ found.load_balancers | twoway.privatelink.shards(['tokyo-services-1', 'tokyo-services-2']) }}"
"""

RETURN = r"""
_value:
  description: The shards in order.
  type: list
  elements: dict
  contains:
    number:
      description: From 1.
      type: int
    listener_arn:
      description: The HTTPS listener of its load balancer, or null.
      type: str
    port:
      description: The port of the Network Load Balancer that leads to it.
      type: int
"""

HTTPS = 443


def shards(found: Iterable[Mapping[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    by_name = {item["load_balancer_name"]: item for item in found if "load_balancer_name" in item}
    return [_shard(number, by_name.get(name, {})) for number, name in enumerate(names, start=1)]


def _shard(number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    listeners = [one["listener_arn"] for one in item.get("listeners", []) if one["port"] == HTTPS]
    return {
        "number": number,
        "listener_arn": listeners[0] if listeners else None,
        "port": HTTPS + number - 1,
    }


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"shards": shards}
