#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: side_network
short_description: Make the network of one side of a link in one call
version_added: 0.1.0
description:
  - Makes, mends and removes the VPC of one side of a link, with its subnets, route tables and, on the public side,
    its internet gateway, Elastic IP addresses and NAT gateways.
  - Each private subnet has a route table of its own, the public ones share one.
  - Everything is tagged by the call that creates it and found again by those tags, so a run that was killed at any
    point is finished by running again.
  - What carries our tags and is not wanted any more, such as the NAT gateway of a zone, is removed at the end.
  - Of several that carry our tags and one name, the one in use stays and those that nothing uses are removed. When more
    than one is in use the task fails. With O(state=absent) all are removed.
options:
  name:
    description: The Name of the VPC, and the first part of all other names.
    type: str
    required: true
  cidr:
    description: The block of the VPC. Required when O(state=present).
    type: str
  subnets:
    description: The subnets, at most one of each kind in a zone. Required when O(state=present).
    type: list
    elements: dict
    default: []
    suboptions:
      kind:
        description: V(public) ones have a route to the internet gateway, V(private) ones at most one to a NAT gateway.
        type: str
        choices: [private, public]
        required: true
      az_id:
        description: The zone, by its id, since names such as C(ap-northeast-1a) differ from account to account.
        type: str
        required: true
      cidr:
        description: The block of the subnet.
        type: str
        required: true
  internet:
    description:
      - V(none) makes no internet gateway and no NAT gateway.
      - V(single_nat) leads all private subnets through one NAT gateway in the first zone.
      - V(nat_per_az) gives each zone its own, so that no zone depends on another.
    type: str
    choices: [none, single_nat, nat_per_az]
    default: none
  wait_timeout:
    description: How long to wait, in seconds, for what AWS needs time for, such as letting go of what is deleted.
    type: int
    default: 600
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: The isolated side, without any way to the Internet
  twoway.privatelink.side_network:
    name: tokyo
    cidr: 10.0.0.0/16
    subnets:
      - {kind: private, az_id: apne1-az1, cidr: 10.0.0.0/24}
      - {kind: private, az_id: apne1-az4, cidr: 10.0.1.0/24}
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}

- name: The public side
  twoway.privatelink.side_network:
    name: tokyo
    cidr: 10.0.0.0/16
    subnets:
      - {kind: private, az_id: apne1-az1, cidr: 10.0.0.0/24}
      - {kind: public, az_id: apne1-az1, cidr: 10.0.255.192/26}
    internet: single_nat
    tags: {"privatelink:link": tokyo, "privatelink:side": public}

- name: Take it away
  twoway.privatelink.side_network:
    name: tokyo
    state: absent
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
network:
  description: The network of the side. Ids are null for what check mode would make.
  returned: always
  type: dict
  contains:
    vpc_id:
      description: The VPC, or null when there is none.
      type: str
      sample: vpc-0a1b2c3d4e5f60718
    cidr:
      description: The block of the VPC.
      type: str
      sample: 10.0.0.0/16
    cidrs:
      description: The same in a list, as M(twoway.privatelink.existing_network_info) tells all blocks of a VPC.
      type: list
      elements: str
    private_subnet_ids:
      description: One for each zone, in the order of O(subnets).
      type: list
      elements: str
    public_subnet_ids:
      description: One for each zone, in the order of O(subnets); empty where O(internet=none).
      type: list
      elements: str
    private_route_table_ids:
      description: One for each zone. Gateway endpoints are attached to these.
      type: list
      elements: str
private_subnet_cidrs:
  description: The blocks of RV(network.private_subnet_ids), in their order.
  returned: always
  type: list
  elements: str
  sample: [10.0.0.0/24, 10.0.1.0/24]
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.network import SideNetwork

SUBNET = {
    "kind": {"type": "str", "choices": ["private", "public"], "required": True},
    "az_id": {"type": "str", "required": True},
    "cidr": {"type": "str", "required": True},
}


def main():
    spec = {
        "name": {"type": "str", "required": True},
        "cidr": {"type": "str"},
        "subnets": {"type": "list", "elements": "dict", "default": [], "options": SUBNET},
        "internet": {"type": "str", "choices": ["none", "single_nat", "nat_per_az"], "default": "none"},
        **OWNED,
        "wait_timeout": {"type": "int", "default": 600},
    }
    module = AnsibleAWSModule(
        argument_spec=spec, supports_check_mode=True, required_if=[("state", "present", ("cidr", "subnets"))]
    )
    run(module, SideNetwork)


if __name__ == "__main__":
    main()
