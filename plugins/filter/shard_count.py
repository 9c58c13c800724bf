# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter shard_count."""

from __future__ import annotations

from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import shard_count

DOCUMENTATION = r"""
name: shard_count
short_description: Count the load balancers a list of services needs
version_added: 0.1.0
description:
  - A load balancer takes 100 target groups and 100 rules. A canary needs a target group of its own.
options:
  _input:
    description: The services as the inventory has them.
    type: list
    elements: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Count the shards
  ansible.builtin.debug:
    msg: "{{ services | twoway.privatelink.shard_count }}"
"""

RETURN = r"""
_value:
  description: How many shards; at least one.
  type: int
"""


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"shard_count": shard_count}
