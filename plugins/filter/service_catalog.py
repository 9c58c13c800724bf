# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter service_catalog."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog

DOCUMENTATION = r"""
name: service_catalog
short_description: Complete and check a list of services
version_added: 0.1.0
description:
  - Fills in the defaults of every entry, derives its path and host, and checks the entries alone and together.
  - Fails with all mistakes, one line each.
positional: link_domain
options:
  _input:
    description: The services as the inventory has them.
    type: list
    elements: dict
    required: true
  link_domain:
    description: Domain of the services' host names.
    type: str
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show the path of each service
  ansible.builtin.debug:
    msg: "{{ services | twoway.privatelink.service_catalog(link_domain) | map(attribute='path') }}"
"""

RETURN = r"""
_value:
  description: The complete entries, in the same order.
  type: list
  elements: dict
"""


def apply(services: Any, link_domain: str) -> list[dict[str, Any]]:
    try:
        return service_catalog(services, link_domain)
    except PrivateLinkError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"service_catalog": apply}
