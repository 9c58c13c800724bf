#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_service_info
short_description: Show the endpoint services of an account, with their principals and connections
version_added: 0.1.0
description:
  - Shows the AWS PrivateLink endpoint services that the account provides.
  - Whatever is given narrows the list. Services of others can be shown, never changed.
author:
  - The twoway.privatelink authors (@twoway)
options:
  name:
    description:
      - Only services with this C(Name) tag.
    type: str
  service_ids:
    description:
      - Only these services. One that does not exist makes the list empty.
    type: list
    elements: str
  tags:
    description:
      - Only services that carry all these tags.
    type: dict
notes:
  - It makes one API call, and two for each service.
extends_documentation_fragment:
  - twoway.privatelink.attributes.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.endpoint_service
"""

EXAMPLES = r"""
- name: Show what the link publishes
  twoway.privatelink.endpoint_service_info:
    tags:
      privatelink:link: tokyo
  register: published
"""

RETURN = r"""
endpoint_services:
  description: The services, by id.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The C(Name) tag, or null.
      type: str
    service_id:
      description: The id of the service.
      type: str
      sample: vpce-svc-0123456789abcdef0
    service_name:
      description: The name that consumers make endpoints to.
      type: str
    state:
      description: V(Pending), V(Available), V(Deleting), V(Deleted) or V(Failed).
      type: str
    acceptance_required:
      description: Whether each connection must be accepted.
      type: bool
    load_balancer_arns:
      description: The Network Load Balancers published.
      type: list
      elements: str
    gateway_load_balancer_arns:
      description: The Gateway Load Balancers published.
      type: list
      elements: str
    supported_ip_address_types:
      description: The address types that endpoints may have.
      type: list
      elements: str
    allowed_principals:
      description: Who may make endpoints.
      type: list
      elements: str
    availability_zone_ids:
      description: The ids of the zones in which endpoints can be made.
      type: list
      elements: str
    availability_zones:
      description: The same zones by the names they have in the provider's account.
      type: list
      elements: str
    base_endpoint_dns_names:
      description: The domains under which endpoints get their names.
      type: list
      elements: str
    tags:
      description: All tags.
      type: dict
    connections:
      description: The endpoints connected to it, or that wish to be.
      type: list
      elements: dict
      contains:
        endpoint_id:
          description: The id of the endpoint.
          type: str
          sample: vpce-0123456789abcdef0
        state:
          description: Such as V(pendingAcceptance), V(available) or V(rejected).
          type: str
        owner_id:
          description: The account of the consumer.
          type: str
        region:
          description: The region of the endpoint.
          type: str
        ip_address_type:
          description: V(ipv4), V(ipv6) or V(dualstack).
          type: str
        created:
          description: When it was made, as ISO 8601.
          type: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.subject import show_services

OPTIONS = {
    "name": {"type": "str"},
    "service_ids": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
}


def main() -> None:
    show(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), show_services)


if __name__ == "__main__":
    main()
