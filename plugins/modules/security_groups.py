#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: security_groups
short_description: Make all security groups of one side of a link in one call
version_added: 0.1.0
description:
  - Makes the groups first and their rules after, so that groups may name each other in a circle.
  - Adds rules before it revokes others, so that traffic which is allowed before and after is never cut.
  - The list is the whole of it. A group with our tags that is not in it, and a rule that is not wanted, such as the
    one AWS lets every new group be born with, are removed. O(purge=false) leaves to a later run what may still be used.
  - Everything is tagged by the call that creates it and found again by those tags.
options:
  vpc_id:
    description: The VPC. Required when something is to be made.
    type: str
  groups:
    description: All groups of the side.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The group's name, and its Name tag.
        type: str
        required: true
      create:
        description:
          - Whether to make the group when it is not there. With V(false) one that is there stays, with the rules given,
            which is for groups that something may still hold.
        type: bool
        default: true
      description:
        description: What the group is for. AWS never lets it be changed, so a difference is left alone.
        type: str
        required: true
      ingress:
        description: Who may come in.
        type: list
        elements: dict
        default: []
        suboptions: &rule
          group:
            description: A group of this list, by its name, or any other by its id.
            type: str
          cidrs:
            description: Blocks of addresses, each a rule of its own. An empty list is nobody.
            type: list
            elements: str
          addresses_of:
            description:
              - The group of this list whose members have the addresses of O(groups[].ingress[].cidrs), where AWS tells
                them by address alone, as it does the nodes of a load balancer that traffic of PrivateLink comes from.
              - Such a rule stays and goes as one that names the group does, see O(purge). This is written beside it.
            type: str
          prefix_list:
            description: A prefix list by its name, such as C(com.amazonaws.ap-northeast-1.s3).
            type: str
          protocol:
            description: An IP protocol by name or number; V(-1) for all.
            type: str
            default: tcp
          ports:
            description:
              - The ports, each a rule of its own, or a range of them such as V(443-492). An empty list is no rule.
              - Needed with TCP and UDP. Leave them out for protocols that have none.
            type: list
            elements: str
          rule_description:
            description: Written beside the rule when it is made. A difference in it alone is left alone.
            type: str
      egress:
        description: Where members may go.
        type: list
        elements: dict
        default: []
        suboptions: *rule
  purge:
    description:
      - Whether groups that are not listed go, and rules between groups of ours that are not listed, rules of the
        addresses of such a group among them.
      - V(false) keeps them for whoever still uses them, and tells them in RV(leaving). Rules that are not listed and
        have anybody else at their other end are revoked all the same.
    type: bool
    default: true
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
- name: Two groups that name each other
  twoway.privatelink.security_groups:
    vpc_id: "{{ vpc_id }}"
    groups:
      - name: tokyo-services-alb
        description: The load balancer in front of the services
        egress:
          - group: tokyo-services
            ports: [8443]
      - name: tokyo-services
        description: The tasks of the services
        ingress:
          - group: tokyo-services-alb
            ports: [8443]
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}

- name: Take all groups of the side away
  twoway.privatelink.security_groups:
    state: absent
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
security_group_ids:
  description: The id of each group by its name; null for what check mode would make.
  returned: always
  type: dict
  sample: {tokyo-services: sg-0a1b2c3d4e5f60718}
leaving:
  description: Groups and rules that are there and not listed, as O(purge=false) left them; in words.
  returned: always
  type: list
  elements: str
  sample: ["tokyo-egress-13288"]
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups.groups import SecurityGroups

RULE = {
    "group": {"type": "str"},
    "cidrs": {"type": "list", "elements": "str"},
    "addresses_of": {"type": "str"},
    "prefix_list": {"type": "str"},
    "protocol": {"type": "str", "default": "tcp"},
    "ports": {"type": "list", "elements": "str"},
    "rule_description": {"type": "str"},
}
RULES = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": RULE,
    "mutually_exclusive": [("addresses_of", "rule_description")],
    "required_by": {"addresses_of": ["cidrs"]},
}
GROUP = {
    "name": {"type": "str", "required": True},
    "create": {"type": "bool", "default": True},
    "description": {"type": "str", "required": True},
    "ingress": RULES,
    "egress": RULES,
}


def main():
    spec = {
        "vpc_id": {"type": "str"},
        "groups": {"type": "list", "elements": "dict", "default": [], "options": GROUP},
        "purge": {"type": "bool", "default": True},
        **OWNED,
        "wait_timeout": {"type": "int", "default": 600},
    }
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), SecurityGroups)


if __name__ == "__main__":
    main()
