#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: iam_roles
short_description: Make IAM roles with their policies and instance profiles in one call
version_added: 0.1.0
description:
  - Makes and mends roles that an AWS service assumes, with managed and inline policies, and an instance profile of
    the same name where one is wanted.
  - All of them lie in the path C(/privatelink/<link>/<side>/) and carry the owner's tags. Others are never touched.
  - Each step is looked up before it is made, so a run that was killed at any point is finished by running again.
options:
  roles:
    description:
      - The roles. Roles of the side that are not in the list are left alone.
      - When O(state=absent), only names matter, and an empty list stands for all roles of the side.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The role's name.
        type: str
        required: true
      service:
        description: Who may assume it, such as C(ec2.amazonaws.com).
        type: str
        default: ec2.amazonaws.com
      managed_policies:
        description: ARNs of managed policies.
        type: list
        elements: str
        default: []
      policies:
        description: Inline policies, each a list of statements by the policy's name.
        type: dict
        default: {}
      instance_profile:
        description: Whether instances are to have it, through an instance profile of the same name.
        type: bool
        default: false
  verify_live:
    description:
      - V(bulk) believes the fingerprint in a role's description as to its policies and tags, which IAM tells role by
        role. Who may assume a role and its instance profile are always read live.
      - V(full) reads everything. It costs four calls a role and one a policy.
    type: str
    choices: [bulk, full]
    default: bulk
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
- name: What the reverse proxies may do
  twoway.privatelink.iam_roles:
    roles:
      - name: tokyo-reverse-proxy
        service: ec2.amazonaws.com
        instance_profile: true
        policies:
          allow-list:
            - Effect: Allow
              Action: [ssm:GetParametersByPath]
              Resource: arn:aws:ssm:ap-northeast-1:111111111111:parameter/twoway/tokyo/reverse-proxy/*
    tags: {"privatelink:link": tokyo, "privatelink:side": public}

- name: Take all roles of the side away
  twoway.privatelink.iam_roles:
    state: absent
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
role_arns:
  description: The ARN of each role that was named by its name; null for what check mode would make.
  returned: always
  type: dict
  sample: {tokyo-reverse-proxy: "arn:aws:iam::111111111111:role/privatelink/tokyo/public/tokyo-reverse-proxy"}
instance_profile_arns:
  description: The ARN of each instance profile by its role's name; null for what check mode would make.
  returned: always
  type: dict
  sample:
    tokyo-reverse-proxy: arn:aws:iam::111111111111:instance-profile/privatelink/tokyo/public/tokyo-reverse-proxy
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles.roles import IamRoles

ROLE = {
    "name": {"type": "str", "required": True},
    "service": {"type": "str", "default": "ec2.amazonaws.com"},
    "managed_policies": {"type": "list", "elements": "str", "default": []},
    "policies": {"type": "dict", "default": {}},
    "instance_profile": {"type": "bool", "default": False},
}


def main():
    spec = {
        "roles": {"type": "list", "elements": "dict", "default": [], "options": ROLE},
        **OWNED,
        "verify_live": {"type": "str", "choices": ["bulk", "full"], "default": "bulk"},
        "wait_timeout": {"type": "int", "default": 600},
    }
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), IamRoles)


if __name__ == "__main__":
    main()
