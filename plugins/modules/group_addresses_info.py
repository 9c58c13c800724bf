#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: group_addresses_info
short_description: Find addresses of what has a security group
version_added: 0.1.0
description:
  - Tells private addresses of network interfaces that have a security group, such as one of a service that runs.
options:
  security_group_id:
    description: The security group.
    type: str
    required: true
  limit:
    description: How many addresses are enough.
    type: int
    default: 1
extends_documentation_fragment:
  - twoway.privatelink.attributes.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Find a service that runs
  twoway.privatelink.group_addresses_info:
    security_group_id: sg-0123456789abcdef0
  register: running
"""

RETURN = r"""
addresses:
  description: The addresses, none when nothing has the group.
  returned: success
  type: list
  elements: str
  sample: [10.0.1.17]
failure:
  description: What failed, where, and what to do.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.group_addresses.info import addresses_of


def main():
    spec = {"security_group_id": {"type": "str", "required": True}, "limit": {"type": "int", "default": 1}}
    show(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), addresses_of)


if __name__ == "__main__":
    main()
