# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter allow_list."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import allow_list

DOCUMENTATION = r"""
name: allow_list
short_description: Complete and check a list of external APIs
version_added: 0.1.0
description:
  - Fills in the defaults of every entry and checks the entries alone and together.
  - Fails with all mistakes, one line each.
options:
  _input:
    description: The external APIs as the inventory has them.
    type: list
    elements: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Publish what may be reached
  ansible.builtin.debug:
    msg: "{{ external_apis | twoway.privatelink.allow_list | to_json }}"
"""

RETURN = r"""
_value:
  description: The complete entries, in the same order.
  type: list
  elements: dict
"""


def apply(external_apis: Any) -> list[dict[str, Any]]:
    try:
        return allow_list(external_apis)
    except PrivateLinkError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"allow_list": apply}
