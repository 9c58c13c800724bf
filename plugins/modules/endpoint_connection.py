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
  - It accepts, or rejects, the connections of the endpoints, accounts or tags given. All others are left alone, unless
    O(accept_only) says otherwise.
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
      - One that is named is accepted although it was rejected before.
      - At least one of O(endpoint_ids), O(owner_ids) and O(connection_tags) is needed. Each of them narrows what is
        meant. An endpoint that is named and does not fit the others is an error.
    type: list
    elements: str
  owner_ids:
    description:
      - The accounts of the consumers. Without O(endpoint_ids), all their connections are meant; accepted are those
        that wait for it, and not those that were rejected before.
    type: list
    elements: str
  connection_tags:
    description:
      - Tags that the connections must carry, with these values. They are tags of the connection, which the provider
        sets on its id (V(vpce-con-0123456789abcdef0)); those of the endpoint are the consumer's and not to be seen.
    type: dict
  state:
    description:
      - Whether their connections shall be accepted or rejected. An available one can be rejected as well.
    type: str
    choices: [accepted, rejected]
    default: accepted
  accept_only:
    description:
      - With O(state=accepted), reject whatever else waits for acceptance at the service.
      - Connections that were accepted before stay.
    type: bool
    default: false
  payer_responsibility:
    description:
      - Who pays for the endpoints, with O(state=accepted), V(vpc-endpoint-account) for the consumer, or
        V(vpc-endpoint-service-account) for the provider. When not given it is left as it is.
      - It can be changed back, other than the O(twoway.privatelink.endpoint_service#module:payer_responsibility) of a
        whole service.
      - Needs botocore 1.43.38 or newer.
    type: str
    choices: [vpc-endpoint-account, vpc-endpoint-service-account]
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
  - A run that finds nothing to do makes one API call, or two when O(tags) are given, for each thousand connections.
  - It needs C(ec2:DescribeVpcEndpointConnections), C(ec2:AcceptVpcEndpointConnections) and
    C(ec2:RejectVpcEndpointConnections); C(ec2:DescribeVpcEndpointServiceConfigurations) with O(name), and
    C(ec2:ModifyVpcEndpointPayerResponsibility) with O(payer_responsibility).
  - In check mode O(service_id) and the O(endpoint_ids) may be null, for what is not made yet. A real run refuses them.
  - AWS answers an acceptance or a rejection it did not do with success, and a list of what it did not do. Every entry
    of that list is a failure here, but for the rejection of an endpoint that is gone.
extends_documentation_fragment:
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - name: Accept or reject connection requests
    description: What a provider can do about them.
    link: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
  - module: twoway.privatelink.endpoint_connection_info
  - module: twoway.privatelink.endpoint_service
  - module: twoway.privatelink.interface_endpoint
"""

EXAMPLES = r"""
- name: Accept the one endpoint that the other side made
  twoway.privatelink.endpoint_connection:
    service_id: "{{ published.endpoint_service.service_id }}"
    endpoint_ids:
      - "{{ endpoint.interface_endpoint.endpoint_id }}"

- name: Accept whatever one account asks for, and turn all others away
  twoway.privatelink.endpoint_connection:
    service_id: "{{ published.endpoint_service.service_id }}"
    owner_ids: ["111111111111"]
    accept_only: true

- name: Accept an endpoint if it is of the account it should be of, and pay for it
  twoway.privatelink.endpoint_connection:
    service_id: "{{ published.endpoint_service.service_id }}"
    endpoint_ids:
      - "{{ endpoint.interface_endpoint.endpoint_id }}"
    owner_ids: ["111111111111"]
    payer_responsibility: vpc-endpoint-service-account

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
  description: The connections that are meant, and with O(accept_only) those it rejects. In check mode as they will be.
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
actions:
  description: The changes, in order.
  returned: always
  type: list
  elements: dict
  contains:
    verb:
      description: V(accept), V(set_payer) or V(reject).
      type: str
    target:
      description: The endpoints.
      type: str
      sample: endpoint vpce-0123456789abcdef0
    why:
      description: The difference that asks for it.
      type: str
      sample: it is pendingAcceptance
note:
  description: Which connections are V(partial), and carry traffic in some of their zones only, else empty.
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
    "endpoint_ids": {"type": "list", "elements": "str"},
    "owner_ids": {"type": "list", "elements": "str"},
    "connection_tags": {"type": "dict"},
    "state": {"type": "str", "choices": ["accepted", "rejected"], "default": "accepted"},
    "accept_only": {"type": "bool", "default": False},
    "payer_responsibility": {"type": "str", "choices": ["vpc-endpoint-account", "vpc-endpoint-service-account"]},
    **awaited(300),
}


def main() -> None:
    run(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), EndpointConnectionSubject)


if __name__ == "__main__":
    main()
