# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter by_zone_id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DOCUMENTATION = r"""
name: by_zone_id
short_description: Key what is known by zone name by zone id
version_added: 0.1.0
description:
  - Zone names differ from account to account, zone ids do not. Zones without an id in the list are left out.
positional: zones
options:
  _input:
    description: Anything by zone name.
    type: dict
    required: true
  zones:
    description: Zone names by zone id, as RV(twoway.privatelink.validate_link#module:azs) has them for each host.
    type: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show the zonal names of an endpoint
  ansible.builtin.debug:
    msg: "{{ endpoint.zonal_dns_names | twoway.privatelink.by_zone_id({'apne1-az1': 'ap-northeast-1c'}) }}"
"""

RETURN = r"""
_value:
  description: The same by zone id.
  type: dict
  sample: {apne1-az1: vpce-0a1b-ap-northeast-1c.vpce-svc-0c2d.ap-northeast-1.vpce.amazonaws.com}
"""


def by_zone_id(by_name: Mapping[str, Any], zones: Mapping[str, str]) -> dict[str, Any]:
    return {zone_id: by_name[name] for zone_id, name in zones.items() if name in by_name}


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"by_zone_id": by_zone_id}
