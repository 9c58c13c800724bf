#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: canary_info
short_description: Show where the canaries of a link are, and what became of those before
version_added: 0.1.0
description:
  - Shows for one service, or for all that have ever had a canary, where its plan is, who is at it, and its history.
author:
  - The twoway.privatelink authors (@twoway)
options:
  link:
    description:
      - The name of the link.
    type: str
    required: true
  side:
    description:
      - The side that runs the services.
    type: str
    choices: [isolated, public]
    default: isolated
  service:
    description:
      - Only this service.
    type: str
  history:
    description:
      - How many entries of the history to show, the newest first. AWS keeps a hundred.
    type: int
    default: 20
notes:
  - Needs C(ssm:GetParameter), C(ssm:GetParametersByPath) and C(ssm:GetParameterHistory).
extends_documentation_fragment:
  - twoway.privatelink.attributes.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.canary
  - module: twoway.privatelink.canary_weights_info
"""

EXAMPLES = r"""
- name: Show where every canary of the link is
  twoway.privatelink.canary_info:
    link: tokyo
    history: 0
  register: shown

- name: Show all that is known of one
  twoway.privatelink.canary_info:
    link: tokyo
    service: orders
    history: 100
"""

RETURN = r"""
canaries:
  description: The plans, by service. One without a plan has a phase of null.
  returned: success
  type: list
  elements: dict
  contains:
    link:
      description: The link.
      type: str
      sample: tokyo
    side:
      description: The side that runs the service.
      type: str
      sample: isolated
    service:
      description: The service.
      type: str
      sample: orders
    plan:
      description: The number of the plan.
      type: int
    image:
      description: What is tried.
      type: str
    version:
      description: Its tag.
      type: str
    replaces:
      description: The image that stable ran when the plan began.
      type: str
    phase:
      description: Where the plan is, as M(twoway.privatelink.canary) tells it.
      type: str
      sample: waiting
    step:
      description: The number of the step, from 1.
      type: int
    steps:
      description: The canary's share at each step, in per cent.
      type: list
      elements: float
    weights:
      description: The weights that the plan has set last.
      type: dict
    canary_percent:
      description: The canary's share by them.
      type: float
    since:
      description: When the phase began.
      type: str
    by:
      description: Who has brought it there.
      type: str
    why:
      description: What has brought it there.
      type: str
    reason:
      description: What somebody gave as the reason.
      type: str
    ticket:
      description: What the plan belongs to, if anything.
      type: str
    verdict:
      description: What CloudWatch said last, with the numbers, or null.
      type: dict
    holder:
      description: Who is at it, with what action, and in how many seconds that ends if nothing is heard. Or null.
      type: dict
      sample: {"by": "alice", "action": "run", "expires_in": 57}
    order:
      description: What the holder is told to do, or null.
      type: dict
    history:
      description:
        - Where it was before, the newest first, with the same keys, C(at), the C(user) whom AWS knows to have written
          it, and C(parameter_version).
      type: list
      elements: dict
lines:
  description: The same for people.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.options import INFO_OPTIONS
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.show import show_plans


def main() -> None:
    module = AnsibleAWSModule(argument_spec=INFO_OPTIONS, supports_check_mode=True)
    show(module, show_plans)


if __name__ == "__main__":
    main()
