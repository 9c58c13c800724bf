#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_connection
short_description: Accept or reject endpoints that ask to connect to an endpoint service
version_added: 0.1.0
description:
  - The provider's half of an AWS PrivateLink connection, run with the provider's credentials.
  - It accepts, or rejects, exactly the endpoints given. All others are left alone.
author:
  - The twoway.privatelink authors (@twoway)
options:
  service_id:
    description:
      - The id of the endpoint service. One of O(service_id) and O(name) is needed.
    type: str
  name:
    description:
      - The C(Name) tag of the endpoint service, which must carry the C(privatelink:) tags of O(tags).
    type: str
  tags:
    description:
      - Tags that the service must carry to be ours, of which C(privatelink:link) and C(privatelink:side) count.
        Needed with O(name).
      - No tag is set.
    type: dict
  endpoint_ids:
    description:
      - The endpoints. One that is not seen yet is waited for, since endpoints show up at their provider some seconds
        after they were made.
    type: list
    elements: str
    required: true
  state:
    description:
      - Whether their connections shall be accepted or rejected. An available one can be rejected as well.
    type: str
    choices: [accepted, rejected]
    default: accepted
  wait:
    description:
      - Whether to wait until accepted connections are available, and rejected ones rejected.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 300
notes:
  - A run that finds nothing to do makes one API call, or two when O(tags) are given.
  - In check mode O(service_id) and the O(endpoint_ids) may be null, for what is not made yet. A real run refuses them.
extends_documentation_fragment:
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.endpoint_service
  - module: twoway.privatelink.interface_endpoint
"""

EXAMPLES = r"""
- name: Accept the one endpoint that the other side made
  twoway.privatelink.endpoint_connection:
    service_id: "{{ published.endpoint_service.service_id }}"
    endpoint_ids:
      - "{{ endpoint.interface_endpoint.endpoint_id }}"

- name: Turn an endpoint away
  twoway.privatelink.endpoint_connection:
    name: tokyo-inbound
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
    endpoint_ids:
      - "{{ endpoint.interface_endpoint.endpoint_id }}"
    state: rejected
"""

RETURN = r"""
service_id:
  description: The id of the service, or null when it is not known in check mode.
  returned: success
  type: str
  sample: vpce-svc-0123456789abcdef0
endpoint_connections:
  description: The connections asked about. In check mode, as they will be.
  returned: success
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
actions:
  description: The changes, in order.
  returned: always
  type: list
  elements: dict
  contains:
    verb:
      description: V(accept) or V(reject).
      type: str
    target:
      description: The endpoint.
      type: str
      sample: endpoint vpce-0123456789abcdef0
    why:
      description: The difference that asks for it.
      type: str
      sample: it is pendingAcceptance
note:
  description: What is still to come when O(wait=false), else empty.
  returned: success
  type: str
failure:
  description: The error in parts, see M(twoway.privatelink.endpoint_service).
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.subject import (
    EndpointConnectionSubject,
)

OPTIONS = {
    "service_id": {"type": "str"},
    "name": {"type": "str"},
    "tags": {"type": "dict"},
    "endpoint_ids": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["accepted", "rejected"], "default": "accepted"},
    **awaited(300),
}


def main() -> None:
    run(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), EndpointConnectionSubject)


if __name__ == "__main__":
    main()
