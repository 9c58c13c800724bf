#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: existing_network_info
short_description: Find a VPC and subnets that another team made, and tell whether a side can stand in them
version_added: 0.1.0
description:
  - Finds a VPC and, in each zone of the link, one subnet, by ids or by tags. Two that match are an error.
  - Fails with all that a side needs and misses, one line each. On both sides, a VPC that the account owns and that
    answers for names. On the isolated side, subnets that lead nowhere outside. On the public side, subnets with a way
    to the Internet for the proxies.
  - Tells which AWS services the subnets reach already, by endpoints that are not ours, so that nobody makes them again.
  - The result has the keys of M(twoway.privatelink.side_network), and nothing is ever changed.
options:
  side:
    description: Which side is to stand there.
    type: str
    choices: [public, isolated]
    required: true
  az_ids:
    description: The zones of the link, by id.
    type: list
    elements: str
    required: true
  vpc_id:
    description: The VPC.
    type: str
  vpc_tags:
    description: Tags that the VPC carries and no other one does, instead.
    type: dict
  private_subnet_ids:
    description: The subnets for all that the link makes, one in each of O(az_ids).
    type: list
    elements: str
  private_subnet_tags:
    description: Tags that one subnet of the VPC in each of O(az_ids) carries, instead; those elsewhere do not matter.
    type: dict
  public_subnet_ids:
    description: On the public side, subnets that the Internet reaches, one in each of O(az_ids), for what faces it.
    type: list
    elements: str
  public_subnet_tags:
    description: Their tags, instead.
    type: dict
  aws_services:
    description: AWS services that are to be reached by interface endpoints, such as V(ecr.api).
    type: list
    elements: str
  gateway_services:
    description: AWS services that are to be reached by gateway endpoints, such as V(s3).
    type: list
    elements: str
  tags:
    description: Tags of what is ours, with C(privatelink:link).
    type: dict
    required: true
author: The twoway.privatelink authors (@twoway)
attributes:
  check_mode:
    support: full
    description: Changes nothing in any mode.
  diff_mode:
    support: none
    description: There is nothing to show a difference of.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.side_network
"""

EXAMPLES = r"""
- name: Find the network of the isolated side
  twoway.privatelink.existing_network_info:
    side: isolated
    az_ids: [apne1-az1, apne1-az4]
    vpc_tags: {Name: shared}
    private_subnet_tags: {tier: private}
    aws_services: [ecr.api, ecr.dkr, logs, ssm]
    gateway_services: [s3]
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
  register: found
"""

RETURN = r"""
network:
  description: The network, with what the side stands in.
  returned: success
  type: dict
  contains:
    vpc_id:
      description: The VPC.
      type: str
      sample: vpc-0a1b2c3d4e5f60718
    cidr:
      description: The first block of the VPC.
      type: str
      sample: 10.0.0.0/16
    cidrs:
      description: All its blocks.
      type: list
      elements: str
    private_subnet_ids:
      description: One for each zone, in the order of O(az_ids).
      type: list
      elements: str
    public_subnet_ids:
      description: One for each zone, in the order of O(az_ids); empty when none were asked for.
      type: list
      elements: str
    private_route_table_ids:
      description: Those of the private subnets, each once.
      type: list
      elements: str
    aws_services:
      description: Those of O(aws_services) and O(gateway_services) that need no endpoint any more.
      type: list
      elements: str
private_subnet_cidrs:
  description: The blocks of RV(network.private_subnet_ids), in their order.
  returned: success
  type: list
  elements: str
  sample: [10.0.0.0/24, 10.0.1.0/24]
failure:
  description: The error in parts. RV(ignore:failure.mistakes) has a line for each thing that is wrong.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.info import look_at_network

IDS = {"type": "list", "elements": "str"}
TAGS = {"type": "dict"}


def main():
    spec = {
        "side": {"type": "str", "choices": ["public", "isolated"], "required": True},
        "az_ids": {"type": "list", "elements": "str", "required": True},
        "vpc_id": {"type": "str"},
        "vpc_tags": TAGS,
        "private_subnet_ids": IDS,
        "private_subnet_tags": TAGS,
        "public_subnet_ids": IDS,
        "public_subnet_tags": TAGS,
        "aws_services": IDS,
        "gateway_services": IDS,
        "tags": {"type": "dict", "required": True},
    }
    either = [("vpc_id", "vpc_tags"), ("private_subnet_ids", "private_subnet_tags")]
    show(
        AnsibleAWSModule(
            argument_spec=spec,
            supports_check_mode=True,
            required_one_of=either,
            mutually_exclusive=[*either, ("public_subnet_ids", "public_subnet_tags")],
        ),
        look_at_network,
    )


if __name__ == "__main__":
    main()
