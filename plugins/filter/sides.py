# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: sides
short_description: Tell which host of a link is which side
version_added: 0.1.0
description:
  - A link is an inventory group of two hosts, one for each side.
positional: hostvars
options:
  _input:
    description: The hosts of the link.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show the account of the isolated side
  ansible.builtin.debug:
    msg: "{{ hostvars[(groups[link] | twoway.privatelink.sides(hostvars)).isolated].account_id }}"
"""

RETURN = r"""
_value:
  description: The name of the host of each side.
  type: dict
  sample: {public: tokyo_public, isolated: tokyo_isolated}
"""

SIDES = ("public", "isolated")


def sides(hosts: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    found = {hostvars[host]["side"]: host for host in hosts}
    if sorted(found) != sorted(SIDES) or len(hosts) != len(SIDES):
        raise AnsibleFilterError(f"hosts of the link: found {', '.join(hosts) or 'none'}; allowed: one for each side")
    return found


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"sides": sides}
