# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter canary_host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: canary_host
short_description: Tell which host runs a service
version_added: 0.1.0
description:
  - The one isolated side that lists the service. Where none does, the only one there is, for a service that was taken
    out of the list may still have a canary to roll back.
positional: hostvars, service
options:
  _input:
    description: The hosts to choose from.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
  service:
    description: The name of the service.
    type: str
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show who runs orders
  ansible.builtin.debug:
    msg: "{{ groups.links | twoway.privatelink.canary_host(hostvars, 'orders') }}"
"""

RETURN = r"""
_value:
  description: The name of the host.
  type: str
  sample: tokyo_isolated
"""


def canary_host(hosts: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]], service: str) -> str:
    isolated = [host for host in hosts if hostvars[host]["side"] == "isolated"]
    listing = [host for host in isolated if service in _names(hostvars[host])]
    found = listing or isolated
    if len(found) != 1 or not service:
        raise AnsibleFilterError(
            f"canary_service {service or '(none)'}: found in the services of {', '.join(listing) or 'no host'}; "
            "allowed: one of a link; name a service, and the link with canary_link"
        )
    return found[0]


def _names(variables: Mapping[str, Any]) -> list[str]:
    return [entry["name"] for entry in variables.get("services") or ()]


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"canary_host": canary_host}
