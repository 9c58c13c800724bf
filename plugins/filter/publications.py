# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter publications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import published

DOCUMENTATION = r"""
name: publications
short_description: Say where what the other side publishes is reached
version_added: 0.1.0
description:
  - Joins what the other side publishes with the names of its endpoint services, and with the endpoints to these.
  - What has no name of a service yet is left out.
  - Fails with all mistakes of the entries, one line each.
positional: service_names, endpoints
options:
  _input:
    description: What the other side publishes, as the inventory has it.
    type: list
    elements: dict
    required: true
  service_names:
    description: The name of the endpoint service of each, by name of the entry. Null for what check mode would make.
    type: dict
    required: true
  endpoints:
    description: The endpoints, as M(twoway.privatelink.interface_endpoint) tells them.
    type: list
    elements: dict
    default: []
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Make the endpoints
  twoway.privatelink.interface_endpoint:
    name: tokyo-published
    vpc_id: "{{ vpc_id }}"
    services: "{{ published | twoway.privatelink.publications(service_names) | map(attribute='service_name') }}"
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids: ["{{ security_group_id }}"]
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
  register: made

- name: Show where each is reached
  ansible.builtin.debug:
    msg: "{{ published | twoway.privatelink.publications(service_names, made.interface_endpoints) }}"
"""

RETURN = r"""
_value:
  description:
    - For each C(name), C(kind), C(ports), C(host), C(verify) and C(service_name), and of the endpoint C(endpoint_id),
      C(state), C(dns_name) and C(addresses), which are its name with each of the ports. These are null, or empty,
      without one.
  type: list
  elements: dict
"""

OF_ENTRY = ("name", "kind", "ports", "host", "verify")
OF_ENDPOINT = ("endpoint_id", "state", "dns_name")


def publications(
    entries: Any, service_names: Mapping[str, str | None], endpoints: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    try:
        complete = published(entries)
    except PrivateLinkError as error:
        raise AnsibleFilterError(error.message) from error
    by_service = {one["service_name"]: one for one in endpoints}
    known = [entry for entry in complete if entry["name"] in service_names]
    return [_publication(entry, service_names[entry["name"]], by_service) for entry in known]


def _publication(
    entry: Mapping[str, Any], service_name: str | None, endpoints: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    # One that is planned has a name that no service can have, so that its endpoint can be planned too.
    service_name = service_name or f"com.amazonaws.vpce.not-made-yet.{entry['name']}"
    endpoint = endpoints.get(service_name, {})
    dns_name = endpoint.get("dns_name")
    return {
        **{key: entry[key] for key in OF_ENTRY},
        "service_name": service_name,
        **{key: endpoint.get(key) for key in OF_ENDPOINT},
        "addresses": [f"{dns_name}:{port}" for port in entry["ports"]] if dns_name else [],
    }


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"publications": publications}
