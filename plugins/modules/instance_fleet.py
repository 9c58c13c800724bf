#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: instance_fleet
short_description: Run equal instances behind a load balancer, from one description
version_added: 0.1.0
description:
  - Makes, mends and removes an Auto Scaling group together with the launch template it launches from.
  - Check mode tells the truth about a group that exists, where M(amazon.aws.autoscaling_group) always reports a change.
  - What carries the same name without the owner's tags is never touched.
  - Instances must use IMDSv2, and their health is what their load balancer says.
options:
  name:
    description: The name of the group and of the launch template.
    type: str
    required: true
  image_id:
    description: The AMI. Required when O(state=present).
    type: str
  instance_type:
    description: The instance type.
    type: str
    default: t3.small
  instance_profile_arn:
    description: The instance profile, by its ARN.
    type: str
  security_group_ids:
    description: The security groups of the instances.
    type: list
    elements: str
    default: []
  user_data:
    description: The user data, as plain text.
    type: str
  subnet_ids:
    description: The subnets to run in.
    type: list
    elements: str
    default: []
  target_group_arns:
    description: The target groups that the instances register with.
    type: list
    elements: str
    default: []
  min_size:
    description: How many instances at least. The group starts with as many.
    type: int
    default: 1
  max_size:
    description: How many instances at most.
    type: int
    default: 1
  health_check_grace_period:
    description: Seconds that an instance has to become healthy.
    type: int
    default: 300
  purge_target_groups:
    description:
      - Whether the group leaves target groups that are not listed. V(false) is for the time in which something else
        still sends to them.
    type: bool
    default: true
  refresh:
    description:
      - Whether to replace running instances when the launch template changes, new ones first.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds, for instances to stop when the group is removed.
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
- name: Run two reverse proxies
  twoway.privatelink.instance_fleet:
    name: tokyo-reverse-proxy
    image_id: ami-0a1b2c3d4e5f60718
    instance_profile_arn: arn:aws:iam::111111111111:instance-profile/privatelink/tokyo/public/tokyo-reverse-proxy
    security_group_ids: [sg-0a1b2c3d4e5f60718]
    subnet_ids: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718]
    user_data: "{{ settings | twoway.privatelink.proxy_user_data('reverse') }}"
    min_size: 2
    max_size: 4
    tags: {"privatelink:link": tokyo, "privatelink:side": public}

- name: Take them away
  twoway.privatelink.instance_fleet:
    name: tokyo-reverse-proxy
    state: absent
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
fleet:
  description: The group, or null when there is none.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    instance_ids:
      description: The instances it has right now.
      type: list
      elements: str
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.fleet import InstanceFleet


def main():
    spec = {
        "name": {"type": "str", "required": True},
        "image_id": {"type": "str"},
        "instance_type": {"type": "str", "default": "t3.small"},
        "instance_profile_arn": {"type": "str"},
        "security_group_ids": {"type": "list", "elements": "str", "default": []},
        "user_data": {"type": "str"},
        "subnet_ids": {"type": "list", "elements": "str", "default": []},
        "target_group_arns": {"type": "list", "elements": "str", "default": []},
        "min_size": {"type": "int", "default": 1},
        "max_size": {"type": "int", "default": 1},
        "health_check_grace_period": {"type": "int", "default": 300},
        "purge_target_groups": {"type": "bool", "default": True},
        "refresh": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 600},
        **OWNED,
    }
    needed = [("state", "present", ("image_id",))]
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True, required_if=needed), InstanceFleet)


if __name__ == "__main__":
    main()
