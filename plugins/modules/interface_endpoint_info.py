#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: interface_endpoint_info
short_description: Show the endpoints of an account
version_added: 0.1.0
description:
  - Shows VPC endpoints of every type and in every state. Whatever is given narrows the list.
author:
  - The twoway.privatelink authors (@twoway)
options:
  name:
    description:
      - Only endpoints with this C(Name) tag.
    type: str
  vpc_id:
    description:
      - Only endpoints in this VPC.
    type: str
  endpoint_ids:
    description:
      - Only these endpoints. One that does not exist is left out.
    type: list
    elements: str
  tags:
    description:
      - Only endpoints that carry all these tags.
    type: dict
notes:
  - It makes one API call.
extends_documentation_fragment:
  - twoway.privatelink.attributes.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.interface_endpoint
"""

EXAMPLES = r"""
- name: Show the endpoints of a link
  twoway.privatelink.interface_endpoint_info:
    tags:
      privatelink:link: tokyo
  register: endpoints
"""

RETURN = r"""
interface_endpoints:
  description: The endpoints, by name and id.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The C(Name) tag.
      type: str
    endpoint_id:
      description: The id of the endpoint.
      type: str
      sample: vpce-0123456789abcdef0
    state:
      description: Such as V(pendingAcceptance), V(pending) or V(available).
      type: str
    type:
      description: V(Interface), V(Gateway) or V(GatewayLoadBalancer).
      type: str
    service_name:
      description: The service it leads to.
      type: str
      sample: com.amazonaws.ap-northeast-1.ecr.api
    vpc_id:
      description: Its VPC.
      type: str
    subnet_ids:
      description: The subnets in which it has a network interface.
      type: list
      elements: str
    security_group_ids:
      description: The security groups of its network interfaces.
      type: list
      elements: str
    route_table_ids:
      description: The route tables that lead to it, for a gateway.
      type: list
      elements: str
    private_dns_enabled:
      description: Whether the service's own name leads to it inside the VPC.
      type: bool
    policy:
      description: The policy document.
      type: dict
    network_interface_ids:
      description: Its network interfaces.
      type: list
      elements: str
    dns_name:
      description: Its name that leads to every zone.
      type: str
      sample: vpce-0123456789abcdef0-abcd1234.ecr.api.ap-northeast-1.vpce.amazonaws.com
    zonal_dns_names:
      description: For each availability zone, by its name in this account, the name that leads to that zone alone.
      type: dict
      sample:
        ap-northeast-1a: vpce-0123456789abcdef0-abcd1234-ap-northeast-1a.ecr.api.ap-northeast-1.vpce.amazonaws.com
    dns_entries:
      description: All its names.
      type: list
      elements: str
    last_error:
      description: What AWS says went wrong, or null.
      type: str
    tags:
      description: All tags.
      type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.subject import show_endpoints

OPTIONS = {
    "name": {"type": "str"},
    "vpc_id": {"type": "str"},
    "endpoint_ids": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
}


def main() -> None:
    show(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), show_endpoints)


if __name__ == "__main__":
    main()
