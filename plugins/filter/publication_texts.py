# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter publication_texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: publication_texts
short_description: Write down where what the other side publishes is reached
version_added: 0.1.0
description:
  - Gives what is kept in Systems Manager Parameter Store for those who call it. It does not change while nothing that
    they go by does.
options:
  _input:
    description: What P(twoway.privatelink.publications#filter) gives.
    type: list
    elements: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show what will be kept
  ansible.builtin.debug:
    msg: "{{ consumer_stack_facts.published | twoway.privatelink.publication_texts }}"
"""

RETURN = r"""
_value:
  description: A JSON text for each, by its name.
  type: dict
"""

KEPT = ("addresses", "dns_name", "endpoint_id", "host", "kind", "name", "ports", "service_name")


def publication_texts(publications: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {one["name"]: json.dumps({key: one[key] for key in KEPT}) for one in publications}


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"publication_texts": publication_texts}
