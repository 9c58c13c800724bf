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
  service_names:
    description:
      - Only endpoints to these services, by their full names.
    type: list
    elements: str
  types:
    description:
      - Only endpoints of these types.
    type: list
    elements: str
    choices: [Interface, Gateway, GatewayLoadBalancer, Resource, ServiceNetwork, Tunnel]
  states:
    description:
      - Only endpoints in one of these states.
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
  tags:
    description:
      - Only endpoints that carry all these tags.
    type: dict
notes:
  - It makes one API call for each 1,000 endpoints, and one more for each 200 of their network interfaces.
  - It needs C(ec2:DescribeVpcEndpoints) and C(ec2:DescribeNetworkInterfaces).
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

- name: Show the endpoints that wait for their provider
  twoway.privatelink.interface_endpoint_info:
    states: [pendingAcceptance]
    types: [Interface]
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
    service_region:
      description: The region of the service.
      type: str
    vpc_id:
      description: Its VPC.
      type: str
    subnet_ids:
      description: The subnets in which it has a network interface.
      type: list
      elements: str
    addresses:
      description: The addresses of its network interfaces, by subnet.
      type: dict
      sample:
        subnet-0123456789abcdef0: {ipv4: 10.0.0.10, ipv6: null}
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
    ip_address_type:
      description: V(ipv4), V(ipv6) or V(dualstack).
      type: str
    dns_options:
      description: What its names resolve to, as in M(twoway.privatelink.interface_endpoint).
      type: dict
    policy:
      description: The policy document.
      type: dict
    owner_id:
      description: The account it is in.
      type: str
    created:
      description: When it was made, in ISO 8601.
      type: str
      sample: "2026-11-01T09:30:00+00:00"
    requester_managed:
      description: Whether an AWS service made it and manages it.
      type: bool
    payers:
      description: Who pays for it where that is not the usual, by scope.
      type: dict
      sample: {vpc-endpoint-charges: vpc-endpoint-service-account}
    network_interface_ids:
      description: Its network interfaces.
      type: list
      elements: str
    dns_name:
      description: Its name that leads to every zone.
      type: str
      sample: vpce-0123456789abcdef0-abcd1234.ecr.api.ap-northeast-1.vpce.amazonaws.com
    hosted_zone_id:
      description: The hosted zone of its name, for alias records.
      type: str
      sample: Z2E726K9Y6RL4W
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
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import STATES
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.show import show_endpoints

# Of those that AWS has; the last three are shown, and never made.
TYPES = ("Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel")
OPTIONS = {
    "name": {"type": "str"},
    "vpc_id": {"type": "str"},
    "endpoint_ids": {"type": "list", "elements": "str"},
    "service_names": {"type": "list", "elements": "str"},
    "types": {"type": "list", "elements": "str", "choices": list(TYPES)},
    "states": {"type": "list", "elements": "str", "choices": list(STATES)},
    "tags": {"type": "dict"},
}


def main() -> None:
    show(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), show_endpoints)


if __name__ == "__main__":
    main()
