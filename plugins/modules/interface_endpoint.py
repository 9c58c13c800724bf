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
  - Before anything is made, the subnets are compared with the service by availability zone id. A subnet in a zone
    that the service is not offered in is left out, and so is a second one of a zone, see
    RV(interface_endpoint.dropped_subnets). No zone in common is an error.
  - Endpoints of the types C(Resource), C(ServiceNetwork) and C(Tunnel) lead into VPC Lattice, which this collection
    does without.
author:
  - The twoway.privatelink authors (@twoway)
options:
  name:
    description:
      - The C(Name) tag.
      - With O(services) or O(gateway_services) the tag is this name, a hyphen and the service, such as
        V(tokyo-ecr.api). Two tasks with such lists need two names.
    type: str
    required: true
  vpc_id:
    description:
      - The VPC. It cannot be changed, see O(replace). It may be null with O(state=absent).
    type: str
  service_name:
    description:
      - The full name of the service, such as V(com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0).
        It cannot be changed, see O(replace).
      - Right after a provider has allowed the account, AWS may deny that the service exists. It is asked again for half
        a minute.
    type: str
  service_region:
    description:
      - The region of the service, when it is another than that of the VPC. It cannot be changed, see O(replace).
      - The zones of such a service do not matter, but a few zones of ours have no access to other regions. Subnets
        there are left out.
      - Needs botocore 1.35.70.
    type: str
  services:
    description:
      - AWS services to reach by interface endpoints, one each, such as V(ecr.api) or V(logs), or by their full names,
        which others' endpoint services can be given by, too.
      - An endpoint that fails does not keep the others from being made.
    type: list
    elements: str
  gateway_services:
    description:
      - AWS services to reach by gateway endpoints, one each. There are two, V(s3) and V(dynamodb).
      - A service may be in both lists.
    type: list
    elements: str
  purge_services:
    description:
      - Whether to delete the endpoints of services that are no longer listed. They are known by the name that the lists
        give and by all the C(privatelink:) tags of O(tags).
      - With O(state=absent) they are deleted along with those that are listed.
    type: bool
    default: false
  type:
    description:
      - The type of the endpoint to O(service_name). It cannot be changed, see O(replace).
    type: str
    choices: [Interface, Gateway, GatewayLoadBalancer]
    default: Interface
  subnet_ids:
    description:
      - The subnets to get a network interface. Needed for interface endpoints, which use one in each availability
        zone. Of several that is the one they stand in already, else the first by id.
      - An endpoint to a Gateway Load Balancer needs exactly one, which cannot be changed, see O(replace).
      - Not for gateways.
    type: list
    elements: str
  subnet_configurations:
    description:
      - Fixed addresses of an interface endpoint, in subnets that need not be in O(subnet_ids) too. Each must be free
        and can be none of the first four of the subnet, nor the last.
      - To change an address AWS replaces the network interface, which cuts what is connected through it. A plan
        says so.
      - With fixed addresses a subnet that cannot be used is an error, and is not left out.
    type: list
    elements: dict
    suboptions:
      subnet_id:
        description: The subnet.
        type: str
        required: true
      ipv4:
        description: Its IPv4 address, needed unless O(ip_address_type=ipv6).
        type: str
      ipv6:
        description: Its IPv6 address, needed with O(ip_address_type=ipv6) and O(ip_address_type=dualstack).
        type: str
  security_group_ids:
    description:
      - The security groups of the network interfaces. Needed for interface endpoints, for AWS would take the default
        group of the VPC.
    type: list
    elements: str
  route_table_ids:
    description:
      - The route tables that shall lead to a gateway. Needed for gateways.
    type: list
    elements: str
  purge_route_tables:
    description:
      - Whether to take the routes out of tables that O(route_table_ids) does not hold.
    type: bool
    default: true
  private_dns_enabled:
    description:
      - Whether the service's own name shall lead to the endpoint inside the VPC. AWS does it by a hidden zone.
      - It is true by default for O(services), and false for O(service_name).
      - At a service that is not AWS's own it can be had only once the provider has accepted the endpoint. Until then
        it is put off, and RV(note) says so. The provider must have verified its name, else it is an error.
    type: bool
  dns_options:
    description:
      - What the names of the endpoint resolve to. What is not given is left to AWS, or as it is.
    type: dict
    suboptions:
      dns_record_ip_type:
        description:
          - The records of its names. They must fit O(ip_address_type).
        type: str
        choices: [ipv4, dualstack, ipv6, service-defined]
      private_dns_only_for_inbound_resolver_endpoint:
        description:
          - Whether private DNS is for those alone who ask through an inbound endpoint of Route 53 Resolver, such as
            on-premises networks, while the VPC itself goes through the gateway, which must be there.
          - For interface endpoints to services that have gateways too. AWS's default there is V(true).
        type: bool
  ip_address_type:
    description:
      - The addresses of the endpoint. The service and the subnets must have them.
      - AWS takes V(ipv4) for a new endpoint. When not given, that of an existing one is left alone.
    type: str
    choices: [ipv4, dualstack, ipv6]
  policy:
    description:
      - The endpoint policy. It is compared by meaning. When not given, that of an existing endpoint is left alone.
      - Not for Gateway Load Balancers, nor for services that take none. At most 20,480 characters.
    type: json
  policies:
    description:
      - Policies by service, for those of O(services) and O(gateway_services) that need another one than O(policy).
    type: dict
  policy_if_supported:
    description:
      - Whether to leave O(policy) and O(policies) out where a service takes no policy, which RV(note) then tells,
        instead of an error.
      - A run that leaves one out makes one API call more.
    type: bool
    default: false
  reset_policy:
    description:
      - Whether to give an existing endpoint the default policy again, which allows everything.
    type: bool
    default: false
  replace:
    description:
      - Whether to delete, and make anew, an endpoint that is rejected, failed or expired, or that is of another
        service, type or VPC. The new one has new addresses.
      - Without it such an endpoint is an error.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the endpoints are available, or gone with their network interfaces.
      - The wait ends as well when only the provider's acceptance is missing, see RV(note).
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 600
notes:
  - A run that finds nothing to do makes one API call, however many endpoints it looks after; two with
    O(subnet_configurations), three while a subnet is left out.
  - It needs C(ec2:DescribeVpcEndpoints), C(ec2:DescribeVpcEndpointServices), C(ec2:DescribeSubnets),
    C(ec2:DescribeNetworkInterfaces), C(ec2:CreateVpcEndpoint), C(ec2:ModifyVpcEndpoint), C(ec2:DeleteVpcEndpoints),
    C(ec2:CreateTags) and C(ec2:DeleteTags).
  - Errors of AWS come as they are, in RV(failure), such as C(InvalidServiceName) or C(VpcEndpointLimitExceeded), see
    U(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html).
    A VPC holds 50 interface endpoints, see U(https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html).
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - name: Access AWS services through AWS PrivateLink
    description: What a consumer can configure.
    link: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
  - name: CreateVpcEndpoint
    description: What each setting means to AWS.
    link: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
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
    purge_services: true
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    route_table_ids:
      - "{{ route_table_id }}"
    policies:
      ssm:
        Statement:
          - {Effect: Allow, Principal: "*", Action: "ssm:Get*", Resource: "*"}
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated

- name: Reach a service at addresses that a firewall knows
  twoway.privatelink.interface_endpoint:
    name: tokyo-kms
    vpc_id: "{{ vpc_id }}"
    service_name: com.amazonaws.ap-northeast-1.kms
    subnet_configurations:
      - subnet_id: "{{ subnet_ids[0] }}"
        ipv4: 10.0.0.10
      - subnet_id: "{{ subnet_ids[1] }}"
        ipv4: 10.0.1.10
    security_group_ids:
      - "{{ security_group_id }}"
    tags:
      privatelink:link: tokyo
      privatelink:side: public

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
    dropped_subnets:
      description: Those of the wanted subnets that it does without.
      type: list
      elements: dict
      contains:
        subnet_id:
          description: The subnet.
          type: str
        zone_id:
          description: The id of its availability zone.
          type: str
          sample: apne1-az4
        why:
          description: Why it cannot be used.
          type: str
          sample: the service is not offered in apne1-az4
    addresses:
      description: The addresses in the subnets of O(subnet_configurations), by subnet.
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
      description: What its names resolve to, as O(dns_options).
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
      description: The hosted zone of RV(interface_endpoint.dns_name), for alias records.
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
interface_endpoints:
  description: All the endpoints of the task, by name and type, each as RV(interface_endpoint).
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
  description:
    - The error in parts, see M(twoway.privatelink.endpoint_service).
    - When some of many endpoints failed, C(endpoints) has the parts of each, and RV(actions) what was done for the
      others.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.subject import (
    InterfaceEndpointSubject,
)

ADDRESS = {
    "subnet_id": {"type": "str", "required": True},
    "ipv4": {"type": "str"},
    "ipv6": {"type": "str"},
}
DNS_OPTIONS = {
    "dns_record_ip_type": {"type": "str", "choices": ["ipv4", "dualstack", "ipv6", "service-defined"]},
    "private_dns_only_for_inbound_resolver_endpoint": {"type": "bool"},
}
OPTIONS = {
    "name": {"type": "str", "required": True},
    "vpc_id": {"type": "str"},
    "service_name": {"type": "str"},
    "service_region": {"type": "str"},
    "services": {"type": "list", "elements": "str"},
    "gateway_services": {"type": "list", "elements": "str"},
    "purge_services": {"type": "bool", "default": False},
    "type": {"type": "str", "choices": ["Interface", "Gateway", "GatewayLoadBalancer"], "default": "Interface"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "subnet_configurations": {"type": "list", "elements": "dict", "options": ADDRESS},
    "security_group_ids": {"type": "list", "elements": "str"},
    "route_table_ids": {"type": "list", "elements": "str"},
    "purge_route_tables": {"type": "bool", "default": True},
    "private_dns_enabled": {"type": "bool"},
    "dns_options": {"type": "dict", "options": DNS_OPTIONS},
    "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack", "ipv6"]},
    "policy": {"type": "json"},
    "policies": {"type": "dict"},
    "policy_if_supported": {"type": "bool", "default": False},
    "reset_policy": {"type": "bool", "default": False},
    "replace": {"type": "bool", "default": False},
    **OWNED,
    **awaited(600),
}
EXCLUSIVE = [("service_name", "services"), ("service_name", "gateway_services"), ("policy", "reset_policy")]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=OPTIONS, mutually_exclusive=EXCLUSIVE, supports_check_mode=True)
    run(module, InterfaceEndpointSubject)


if __name__ == "__main__":
    main()
