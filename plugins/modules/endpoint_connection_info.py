#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_connection_info
short_description: Show who is connected to the endpoint services of an account, and who asks to be
version_added: 0.1.0
description:
  - Shows the endpoints that were made to the endpoint services which the account provides, in whatever state.
  - Whatever is given narrows the list.
author:
  - The twoway.privatelink authors (@twoway)
options:
  service_id:
    description:
      - Only connections to this endpoint service. One that does not exist makes the list empty.
    type: str
  endpoint_ids:
    description:
      - Only these endpoints.
    type: list
    elements: str
  owner_ids:
    description:
      - Only endpoints of these accounts.
    type: list
    elements: str
  states:
    description:
      - Only connections in one of these states.
    type: list
    elements: str
    choices:
      - pendingAcceptance
      - pending
      - available
      - deleting
      - deleted
      - rejected
      - failed
      - expired
      - partial
  connection_tags:
    description:
      - Only connections that carry all these tags. They are the provider's, not those of the endpoint.
    type: dict
notes:
  - It makes one API call for each thousand connections.
extends_documentation_fragment:
  - twoway.privatelink.attributes.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.endpoint_connection
  - module: twoway.privatelink.endpoint_service_info
"""

EXAMPLES = r"""
- name: Show who waits for an answer
  twoway.privatelink.endpoint_connection_info:
    states: [pendingAcceptance]
  register: asking

- name: Show all that one account has at one service
  twoway.privatelink.endpoint_connection_info:
    service_id: "{{ published.endpoint_service.service_id }}"
    owner_ids: ["111111111111"]
"""

RETURN = r"""
endpoint_connections:
  description: The connections, by endpoint id.
  returned: success
  type: list
  elements: dict
  contains:
    endpoint_id:
      description: The id of the endpoint.
      type: str
      sample: vpce-0123456789abcdef0
    service_id:
      description: The endpoint service it is made to.
      type: str
      sample: vpce-svc-0123456789abcdef0
    connection_id:
      description: The id of the connection, which belongs to the provider and can be tagged by it.
      type: str
      sample: vpce-con-0123456789abcdef0
    state:
      description:
        - V(pendingAcceptance), V(pending), V(available), V(partial), V(rejected), V(failed), V(expired),
          V(deleting) or V(deleted).
      type: str
      sample: available
    owner_id:
      description: The account of the consumer.
      type: str
      sample: "111111111111"
    region:
      description: The region of the endpoint, or null with a botocore before 1.35.70.
      type: str
      sample: ap-northeast-1
    ip_address_type:
      description: V(ipv4), V(ipv6) or V(dualstack).
      type: str
      sample: ipv4
    created:
      description: When it was made, as ISO 8601.
      type: str
      sample: "2026-11-25T10:00:00+00:00"
    payer_responsibility:
      description:
        - Who pays for the endpoint, V(vpc-endpoint-account) or V(vpc-endpoint-service-account).
          Null where AWS does not say, and the rule of the service holds.
      type: str
    load_balancer_arns:
      description: The Network Load Balancers behind it.
      type: list
      elements: str
    gateway_load_balancer_arns:
      description: The Gateway Load Balancers behind it.
      type: list
      elements: str
    dns_names:
      description: The names of the endpoint.
      type: list
      elements: str
    tags:
      description: The tags of the connection. Those of the endpoint are the consumer's, and not shown.
      type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import STATES
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.show import show_connections

OPTIONS = {
    "service_id": {"type": "str"},
    "endpoint_ids": {"type": "list", "elements": "str"},
    "owner_ids": {"type": "list", "elements": "str"},
    "states": {"type": "list", "elements": "str", "choices": list(STATES)},
    "connection_tags": {"type": "dict"},
}


def main() -> None:
    show(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), show_connections)


if __name__ == "__main__":
    main()
