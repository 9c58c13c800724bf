#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: link_preflight
short_description: Find out whether AWS answers, for whom, with which zones and with which network
version_added: 0.1.0
description:
  - Calls C(sts:GetCallerIdentity) and C(ec2:DescribeAvailabilityZones) with the connection of one side.
  - With O(link) and O(side) it looks at what stands of the side's own network, too, by C(ec2:DescribeVpcs), and then
    C(ec2:DescribeSubnets) or, where there is no VPC, C(ec2:DescribeSecurityGroups).
  - With O(existing_network) it looks at the VPC of another team instead, and changes nothing in it.
  - M(twoway.privatelink.validate_link) runs it for each side of a link; by itself it shows what a connection reaches.
options:
  gather:
    description:
      - Report a refusal in RV(error) and RV(error_code) instead of failing, so that the mistakes of
        several connections can be told together.
    type: bool
    default: false
  existing_network:
    description:
      - The network that the side is to stand in, as the inventory has it. The keys are those of
        M(twoway.privatelink.existing_network_info), which also tells what is wrong with it.
    type: dict
  published:
    description:
      - What the side is to publish, as the inventory has it, see M(twoway.privatelink.published_load_balancers), which
        also tells what stands in the way.
    type: list
    elements: dict
    default: []
  link:
    description: The name of the link. Required with O(existing_network) and O(published).
    type: str
  side:
    description: Which side it is. Required with O(existing_network) and O(published).
    type: str
    choices: [public, isolated]
  catalog_of:
    description: The link whose catalogue is looked at, on the side that has one.
    type: str
  az_ids:
    description: The zones of the link, by id. Required with O(existing_network).
    type: list
    elements: str
author:
  - The twoway.privatelink authors (@twoway)
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
"""

EXAMPLES = r"""
- name: See which account and zones the credentials reach
  twoway.privatelink.link_preflight:
    region: ap-northeast-1
"""

RETURN = r"""
reachable:
  description: Whether AWS answered and let the calls pass.
  returned: always
  type: bool
account_id:
  description: The account the credentials belong to.
  returned: always
  type: str
  sample: "111111111111"
azs:
  description: The availability zones of the region as the account sees them.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Zone id, the same in all accounts.
      type: str
      sample: apne1-az4
    name:
      description: Zone name, which differs from account to account.
      type: str
      sample: ap-northeast-1a
network:
  description: What there is of O(existing_network), for M(twoway.privatelink.validate_link). Null when not given.
  returned: always
  type: dict
vpc_id:
  description: The VPC that the side stands in, with O(link) and O(side). Null when it is not made.
  returned: always
  type: str
standing:
  description:
    - What there is of the side's own network, for M(twoway.privatelink.validate_link), which refuses what would move or
      take away a part of it. Null without O(link) and O(side), and with O(existing_network).
  returned: always
  type: dict
  contains:
    vpc_id:
      description: The VPC. Null when it is not made.
      type: str
    cidr:
      description: Its block.
      type: str
      sample: 10.0.0.0/16
    subnets:
      description: Its subnets, each with C(id), C(name), C(az_id) and C(cidr).
      type: list
      elements: dict
    group_vpc_ids:
      description: Where the side has security groups, while it has no VPC of its own.
      type: list
      elements: str
things:
  description: What there is of O(published), for M(twoway.privatelink.validate_link). Null when not given.
  returned: always
  type: dict
catalog_link:
  description: What C(/twoway/<link>/catalog/link) holds. Null when it is not there, not to be read, or not asked for.
  returned: always
  type: str
catalog_unread:
  description: Why it cannot be read; empty when it can.
  returned: always
  type: str
error:
  description: What went wrong; empty when nothing did.
  returned: always
  type: str
error_code:
  description: AWS's error code, or botocore's name for what kept the call from AWS.
  returned: always
  type: str
  sample: ExpiredToken
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.link.caller import look_around


def main():
    spec = {
        "gather": {"type": "bool", "default": False},
        "existing_network": {"type": "dict"},
        "published": {"type": "list", "elements": "dict", "default": []},
        "link": {"type": "str"},
        "side": {"type": "str", "choices": ["public", "isolated"]},
        "catalog_of": {"type": "str"},
        "az_ids": {"type": "list", "elements": "str"},
    }
    module = AnsibleAWSModule(
        argument_spec=spec, supports_check_mode=True, required_by={"existing_network": ("link", "side", "az_ids")}
    )
    show(module, look_around)


if __name__ == "__main__":
    main()
