# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter endpoint_policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.perimeter import (
    Perimeter,
    policies,
)

DOCUMENTATION = r"""
name: endpoint_policies
short_description: Write the policies that keep endpoints of AWS services to some accounts
version_added: 0.1.0
description:
  - Through such an endpoint, credentials of these accounts reach resources of these accounts, and nobody reaches
    anything else. What tasks need besides is let through, which is the layers of container images that ECR keeps in a
    bucket of AWS, the token of ECR, images and secrets of other accounts that the services name (to be read only), and
    the public parameters of Systems Manager.
  - Services that do not tell whose a resource is (EBS, EventBridge, some actions of EC2 and of WorkSpaces) are held to
    the accounts of the credentials, and to those of the resource where it is told.
  - An endpoint to somebody's own endpoint service takes no policy, and gets none.
positional: region, accounts, entries
options:
  _input:
    description: AWS services with an endpoint, such as V(ecr.api) or V(s3), or by their full names.
    type: list
    elements: str
    required: true
  region:
    description: The region of the endpoints. It tells the partition.
    type: str
    required: true
  accounts:
    description: The accounts, 12 digits each.
    type: list
    elements: str
    required: true
  entries:
    description: The services of the link as the inventory has them.
    type: list
    elements: dict
    default: []
  images:
    description: Images that tasks pull and no entry names.
    type: list
    elements: str
    default: []
  statements:
    description: Statements besides, in a list for each service.
    type: dict
    default: {}
  given:
    description: Policies to take as they are instead, by service.
    type: dict
    default: {}
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Let the endpoints reach one account and nothing else
  twoway.privatelink.interface_endpoint:
    name: tokyo
    vpc_id: "{{ vpc_id }}"
    services: [ecr.api, ecr.dkr, logs]
    gateway_services: [s3]
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids: ["{{ security_group_id }}"]
    route_table_ids: ["{{ route_table_id }}"]
    policies: >-
      {{ ['ecr.api', 'ecr.dkr', 'logs', 's3']
         | twoway.privatelink.endpoint_policies('ap-northeast-1', ['222222222222']) }}
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
_value:
  description: A policy document for each service that takes one.
  type: dict
"""


def endpoint_policies(
    services: Iterable[str],
    region: str,
    accounts: Iterable[str],
    entries: Iterable[Mapping[str, Any]] = (),
    images: Iterable[str] = (),
    statements: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    try:
        perimeter = Perimeter.around(region, accounts, entries, images)
        return policies(perimeter, list(services), statements or {}, given or {})
    except PrivateLinkError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"endpoint_policies": endpoint_policies}
