#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: interface_endpoint
short_description: Reach endpoint services and AWS services from a VPC, by one endpoint or many
version_added: 0.1.0
description:
  - Makes, changes and deletes VPC endpoints. An existing one is compared option by option, and changed.
  - An endpoint is known by its C(Name) tag and the C(privatelink:) tags of O(tags). Two that match are an error.
  - A rejected, failed or expired endpoint carries no traffic and does not count as present, see O(replace).
author:
  - The twoway.privatelink authors (@twoway)
options:
  name:
    description:
      - The C(Name) tag.
      - With O(services) or O(gateway_services) the tag is this name, a hyphen and the service, such as
        V(tokyo-ecr.api).
    type: str
    required: true
  vpc_id:
    description:
      - The VPC. It may be null with O(state=absent).
    type: str
  service_name:
    description:
      - The full name of the service, such as V(com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0).
    type: str
  services:
    description:
      - AWS services to reach by interface endpoints, one each, such as V(ecr.api) or V(logs).
    type: list
    elements: str
  gateway_services:
    description:
      - AWS services to reach by gateway endpoints, one each. There are two, V(s3) and V(dynamodb).
    type: list
    elements: str
  type:
    description:
      - The type of the endpoint to O(service_name).
    type: str
    choices: [Interface, Gateway, GatewayLoadBalancer]
    default: Interface
  subnet_ids:
    description:
      - The subnets to get a network interface, at most one in each availability zone. Not for gateways.
    type: list
    elements: str
  security_group_ids:
    description:
      - The security groups of the network interfaces. Needed for interface endpoints, for AWS would take the default
        group of the VPC.
    type: list
    elements: str
  route_table_ids:
    description:
      - The route tables that shall lead to a gateway.
    type: list
    elements: str
  private_dns_enabled:
    description:
      - Whether the service's own name shall lead to the endpoint inside the VPC. AWS does it by a hidden zone.
      - It is true by default for O(services), and false for O(service_name).
      - At a service that is not AWS's own it can be had only once the provider has accepted the endpoint. Until then
        it is put off, and RV(note) says so.
    type: bool
  policy:
    description:
      - The endpoint policy. It is compared by meaning. When not given, that of an existing endpoint is left alone.
    type: json
  replace:
    description:
      - Whether to delete, and make anew, an endpoint that is rejected, failed or expired, or that is of another
        service, type or VPC. The new one has new addresses.
      - Without it such an endpoint is an error.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the endpoints are available, or gone.
      - The wait ends as well when only the provider's acceptance is missing, see RV(note).
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 600
notes:
  - A run that finds nothing to do makes one API call, however many endpoints it looks after.
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.endpoint_connection
  - module: twoway.privatelink.endpoint_service
  - module: twoway.privatelink.interface_endpoint_info
"""

EXAMPLES = r"""
- name: Reach the endpoint service of the other side
  twoway.privatelink.interface_endpoint:
    name: tokyo-inbound
    vpc_id: "{{ vpc_id }}"
    service_name: "{{ published.endpoint_service.service_name }}"
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    tags:
      privatelink:link: tokyo
      privatelink:side: public
  register: endpoint

- name: Reach the AWS services that Fargate tasks need, in one call
  twoway.privatelink.interface_endpoint:
    name: tokyo
    vpc_id: "{{ vpc_id }}"
    services: [ecr.api, ecr.dkr, logs, ssm]
    gateway_services: [s3]
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    route_table_ids:
      - "{{ route_table_id }}"
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated

- name: Take an endpoint away
  twoway.privatelink.interface_endpoint:
    name: tokyo-inbound
    service_name: "{{ published.endpoint_service.service_name }}"
    state: absent
    tags:
      privatelink:link: tokyo
      privatelink:side: public
"""

RETURN = r"""
interface_endpoint:
  description:
    - The endpoint, when the task is about one. Else null, as when it is absent.
    - In check mode what AWS alone decides is null or empty.
  returned: success
  type: dict
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
interface_endpoints:
  description: All the endpoints of the task, each as RV(interface_endpoint).
  returned: success
  type: list
  elements: dict
actions:
  description: The changes, in order.
  returned: always
  type: list
  elements: dict
  contains:
    verb:
      description: What is done.
      type: str
      sample: create
    target:
      description: To what.
      type: str
      sample: interface endpoint tokyo-ecr.api
    why:
      description: The difference that asks for it.
      type: str
      sample: there is none with our tags
note:
  description: What is still to come, or why the wait ended before the endpoints were available, else empty.
  returned: success
  type: str
  sample: vpce-0123456789abcdef0 waits for the provider of vpce-svc-0123456789abcdef0 to accept it
failure:
  description: The error in parts, see M(twoway.privatelink.endpoint_service).
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.subject import (
    InterfaceEndpointSubject,
)

OPTIONS = {
    "name": {"type": "str", "required": True},
    "vpc_id": {"type": "str"},
    "service_name": {"type": "str"},
    "services": {"type": "list", "elements": "str"},
    "gateway_services": {"type": "list", "elements": "str"},
    "type": {"type": "str", "choices": ["Interface", "Gateway", "GatewayLoadBalancer"], "default": "Interface"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "route_table_ids": {"type": "list", "elements": "str"},
    "private_dns_enabled": {"type": "bool"},
    "policy": {"type": "json"},
    "replace": {"type": "bool", "default": False},
    **OWNED,
    **awaited(600),
}
EXCLUSIVE = [("service_name", "services"), ("service_name", "gateway_services")]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=OPTIONS, mutually_exclusive=EXCLUSIVE, supports_check_mode=True)
    run(module, InterfaceEndpointSubject)


if __name__ == "__main__":
    main()
