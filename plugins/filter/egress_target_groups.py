# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter egress_target_groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DOCUMENTATION = r"""
name: egress_target_groups
short_description: Name the target groups that the reverse proxies join
version_added: 0.1.0
description:
  - One for each egress profile that has an external API of mode proxy.
positional: link, arns
options:
  _input:
    description: The profiles, as the filter P(twoway.privatelink.egress_profiles#filter) gives them.
    type: list
    elements: dict
    required: true
  link:
    description: Name of the link.
    type: str
    required: true
  arns:
    description: ARNs of the outbound load balancer's target groups by name; null for one that is not made yet.
    type: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show what the reverse proxies join
  ansible.builtin.debug:
    msg: "{{ profiles | twoway.privatelink.egress_target_groups('tokyo', provider_stack_facts.target_group_arns) }}"
"""

RETURN = r"""
_value:
  description: Their ARNs.
  type: list
  elements: str
"""


def egress_target_groups(
    profiles: Sequence[Mapping[str, Any]], link: str, arns: Mapping[str, str | None]
) -> list[str | None]:
    return [arns.get(f"{link}-egress-{profile['port']}") for profile in profiles if profile["destinations"]]


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"egress_target_groups": egress_target_groups}
