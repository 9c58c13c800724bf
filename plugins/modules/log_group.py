#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: log_group
short_description: Make a log group that carries its owner's tags from the start
version_added: 0.1.0
description:
  - Makes, mends and removes a log group of CloudWatch Logs.
  - A log group of the same name without the owner's tags is never touched.
options:
  name:
    description: The log group's name.
    type: str
    required: true
  retention_days:
    description: How long its lines are kept, in days; AWS takes certain numbers only. Required when O(state=present).
    type: int
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Where the probe says what it found
  twoway.privatelink.log_group:
    name: /twoway/tokyo/probe
    retention_days: 7
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
log_group:
  description: The log group, or null when there is none. The ARN is null for what check mode would make.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: /twoway/tokyo/probe
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:logs:ap-northeast-1:222222222222:log-group:/twoway/tokyo/probe
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.log_group.log_group import LogGroupSubject


def main():
    spec = {"name": {"type": "str", "required": True}, "retention_days": {"type": "int"}, **OWNED}
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), LogGroupSubject)


if __name__ == "__main__":
    main()
