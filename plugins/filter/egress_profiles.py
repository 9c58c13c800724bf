# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter egress_profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.link import egress
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import allow_list

DOCUMENTATION = r"""
name: egress_profiles
short_description: Tell who may reach what, and by which port of the outbound load balancer
version_added: 0.1.0
description:
  - Services that name the same set of external APIs share an egress profile. Its port follows from the set alone, so
    both sides of a link find the same profiles, and no profile moves because another one comes or goes.
  - A service that names none is in no profile.
positional: external_apis
options:
  _input:
    description: The services as the inventory has them.
    type: list
    elements: dict
    required: true
  external_apis:
    description: The external APIs as the inventory has them.
    type: list
    elements: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show which services share a way out
  ansible.builtin.debug:
    msg: "{{ services | twoway.privatelink.egress_profiles(external_apis) }}"
"""

RETURN = r"""
_value:
  description: The profiles in the order of their ports.
  type: list
  elements: dict
  contains:
    port:
      description: The profile's port, and its name.
      type: int
    services:
      description: The services in it.
      type: list
      elements: str
    destinations:
      description: External APIs of mode proxy. Without one nothing listens at the profile's port.
      type: list
      elements: dict
    listeners:
      description: External APIs of mode listener.
      type: list
      elements: dict
    endpoint_ports:
      description: Ports of the endpoint that the profile's security group may reach.
      type: list
      elements: int
"""


def apply(services: Sequence[Mapping[str, Any]], external_apis: Any) -> list[dict[str, Any]]:
    named = [{"name": service["name"], "outbound": service.get("outbound") or ()} for service in services]
    try:
        profiles = egress.egress_profiles(named, allow_list(external_apis))
    except PrivateLinkError as error:
        raise AnsibleFilterError(error.message) from error
    return [profile.as_dict() for profile in profiles]


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"egress_profiles": apply}
