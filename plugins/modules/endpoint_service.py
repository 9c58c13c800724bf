#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_service
short_description: Publish Network Load Balancers to other VPCs as an endpoint service
version_added: 0.1.0
description:
  - Makes, changes and deletes an AWS PrivateLink endpoint service (VPC endpoint service configuration).
  - The service is known by its C(Name) tag and the C(privatelink:) tags of O(tags). Two that match are an error.
author:
  - The twoway.privatelink authors (@twoway)
options:
  name:
    description:
      - The C(Name) tag.
    type: str
    required: true
  load_balancer_arns:
    description:
      - The Network Load Balancers to publish. AWS wants at least one.
      - When not given, those of an existing service are left alone.
      - New ones are added before old ones are removed. AWS refuses to remove one that live connections use.
    type: list
    elements: str
  acceptance_required:
    description:
      - Whether each connection must be accepted, see M(twoway.privatelink.endpoint_connection).
    type: bool
    default: true
  supported_ip_address_types:
    description:
      - The address types that endpoints may have. AWS takes V(ipv4) when nothing is said.
    type: list
    elements: str
    choices: [ipv4, ipv6]
  allowed_principals:
    description:
      - ARNs of those who may make endpoints, such as V(arn:aws:iam::111111111111:root), or V(*) for everybody.
      - When not given, those of an existing service are left alone. An empty list removes all.
      - To take a principal away does not cut the connections it has.
    type: list
    elements: str
  purge_allowed_principals:
    description:
      - Whether to remove principals that O(allowed_principals) does not hold.
    type: bool
    default: true
  force:
    description:
      - With O(state=absent), reject live connections first. Without it they are named and the task fails.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the service is available, or gone.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 300
notes:
  - A run that finds nothing to do makes two API calls.
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.endpoint_connection
  - module: twoway.privatelink.endpoint_service_info
  - module: twoway.privatelink.interface_endpoint
  - module: twoway.privatelink.network_load_balancer
"""

EXAMPLES = r"""
- name: Publish a load balancer to one account
  twoway.privatelink.endpoint_service:
    name: tokyo-inbound
    load_balancer_arns:
      - "{{ load_balancer.network_load_balancer.arn }}"
    allowed_principals:
      - arn:aws:iam::111111111111:root
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
  register: published

- name: Take it away, with the connections it has
  twoway.privatelink.endpoint_service:
    name: tokyo-inbound
    state: absent
    force: true
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
"""

RETURN = r"""
endpoint_service:
  description: The service, or null when it is absent. In check mode what AWS alone decides is null or empty.
  returned: success
  type: dict
  contains:
    name:
      description: The C(Name) tag.
      type: str
      sample: tokyo-inbound
    service_id:
      description: The id of the service.
      type: str
      sample: vpce-svc-0123456789abcdef0
    service_name:
      description: The name that consumers make endpoints to.
      type: str
      sample: com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0
    state:
      description: V(Pending), V(Available), V(Deleting) or V(Failed).
      type: str
      sample: Available
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
      sample: [ipv4]
    allowed_principals:
      description: Who may make endpoints.
      type: list
      elements: str
      sample: ["arn:aws:iam::111111111111:root"]
    availability_zone_ids:
      description: The ids of the zones in which endpoints can be made.
      type: list
      elements: str
      sample: [apne1-az1, apne1-az4]
    availability_zones:
      description: The same zones by the names they have in the provider's account.
      type: list
      elements: str
      sample: [ap-northeast-1a, ap-northeast-1c]
    base_endpoint_dns_names:
      description: The domains under which endpoints get their names.
      type: list
      elements: str
    tags:
      description: All tags.
      type: dict
actions:
  description: The changes, in order.
  returned: always
  type: list
  elements: dict
  contains:
    verb:
      description: What is done.
      type: str
      sample: add_principals
    target:
      description: To what.
      type: str
      sample: endpoint service tokyo-inbound
    why:
      description: The difference that asks for it.
      type: str
      sample: "allowed_principals: arn:aws:iam::111111111111:root wanted"
note:
  description: Why the wait ended before the service was available, else empty.
  returned: success
  type: str
failure:
  description: The error in parts.
  returned: failure
  type: dict
  contains:
    where:
      description: The option, the resource or the call.
      type: str
    found:
      description: What was found there.
      type: str
    allowed:
      description: What is allowed.
      type: str
    remedy:
      description: What to do.
      type: str
    code:
      description: The error code of AWS, when AWS refused a call.
      type: str
      sample: ExistingVpcEndpointConnections
    request_id:
      description: The request id of AWS.
      type: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.subject import (
    EndpointServiceSubject,
)

OPTIONS = {
    "name": {"type": "str", "required": True},
    "load_balancer_arns": {"type": "list", "elements": "str"},
    "acceptance_required": {"type": "bool", "default": True},
    "supported_ip_address_types": {"type": "list", "elements": "str", "choices": ["ipv4", "ipv6"]},
    "allowed_principals": {"type": "list", "elements": "str"},
    "purge_allowed_principals": {"type": "bool", "default": True},
    "force": {"type": "bool", "default": False},
    **OWNED,
    **awaited(300),
}


def main() -> None:
    run(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), EndpointServiceSubject)


if __name__ == "__main__":
    main()
