#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: canary_weights_info
short_description: Show how the rules of a link's services share requests between stable and canary
version_added: 0.1.0
description:
  - Shows for each service of a link, or for one, the weights of its rule, the target groups, their health, stickiness,
    and the test rule.
author:
  - The twoway.privatelink authors (@twoway)
options:
  rule_arn:
    description:
      - Only this rule, which must carry the C(privatelink:) tags of a service.
      - One of O(rule_arn) and O(link) is needed.
    type: str
  link:
    description:
      - The name of the link.
    type: str
  side:
    description:
      - Only services of this side.
    type: str
    choices: [isolated, public]
  service:
    description:
      - Only this service of the link. It is an error when there is none.
    type: str
  health:
    description:
      - Whether to count the healthy targets, with one call for each target group.
    type: bool
    default: true
notes:
  - It makes one API call for the tags, and one for each listener, besides those for O(health).
extends_documentation_fragment:
  - twoway.privatelink.attributes.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.canary_weights
"""

EXAMPLES = r"""
- name: Show where every canary of the link is
  twoway.privatelink.canary_weights_info:
    link: tokyo
  register: shown

- name: Show one service
  twoway.privatelink.canary_weights_info:
    link: tokyo
    service: orders
"""

RETURN = r"""
canaries:
  description: The rules, by service. A service without a canary has a weight of null for it.
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
    rule_arn:
      description: The ARN of the rule.
      type: str
    listener_arn:
      description: The ARN of its listener.
      type: str
    load_balancer:
      description: The load balancer as metrics name it.
      type: str
      sample: app/tokyo-services-1/50dc6c495c0c9188
    priority:
      description: The priority of the rule.
      type: int
    weights:
      description: The weights of stable and canary. Null where the rule does not forward to a group.
      type: dict
      sample: {"stable": 95, "canary": 5}
    canary_percent:
      description: The canary's share of what both get. Null where neither gets any.
      type: float
      sample: 5.0
    target_groups:
      description: The ARNs of the target groups of stable and canary.
      type: dict
    other_target_groups:
      description: Weights, by ARN, of groups in the rule that are not of this service.
      type: dict
    stickiness:
      description: Whether clients stay with the variant they were given first, and for how long.
      type: dict
      contains:
        enabled:
          description: Whether they do.
          type: bool
        seconds:
          description: For how many seconds, or null.
          type: int
    healthy:
      description: The number of healthy targets of each group that was asked about.
      type: dict
      sample: {"stable": 2, "canary": 1}
    test_rule:
      description: The rule that sends testers to the canary, or null.
      type: dict
      contains:
        rule_arn:
          description: The ARN of the rule.
          type: str
        priority:
          description: The priority of the rule.
          type: int
        header:
          description: The header that testers send, or null.
          type: str
        cookie:
          description: The cookie that testers send, or null.
          type: str
        matches:
          description: What the value must be, one of these.
          type: list
          elements: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.options import INFO_OPTIONS
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.show import show_canaries


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=INFO_OPTIONS,
        required_one_of=[("rule_arn", "link")],
        required_by={"service": ["link"]},
        supports_check_mode=True,
    )
    show(module, show_canaries)


if __name__ == "__main__":
    main()
