#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: canary_weights
short_description: Share a service's requests between its stable and its canary variant
version_added: 0.1.0
description:
  - Sets the weights of the two target groups in the one listener rule of a service, and nothing else of it.
    Authentication, stickiness, conditions and transforms stay as they are. A client secret that the rule holds is kept
    too, although AWS tells it to nobody.
  - Refuses to give a larger share to a group that has too few healthy targets. A group that no rule uses has no health,
    so it is put into the rule with weight 0 first, and waited for.
  - Can keep a second rule that sends testers, known by a header or a cookie, to the canary whatever its weight.
  - The answer of AWS to each change is compared with what was sent, as a whole.
author:
  - The twoway.privatelink authors (@twoway)
options:
  rule_arn:
    description:
      - The rule, which must carry the C(privatelink:) tags of a service. One of O(rule_arn) and O(service) is needed.
    type: str
  link:
    description:
      - The name of the link. Needed with O(service).
    type: str
  side:
    description:
      - The side that runs the service. Any, when not given.
    type: str
    choices: [isolated, public]
  service:
    description:
      - The service whose rule it is. The rule is found by its tags, on whatever shard it is.
    type: str
  weights:
    description:
      - The weights. When neither O(weights) nor O(canary_percent) is given, they stay as they are.
    type: dict
    suboptions:
      stable:
        description:
          - V(0) to V(999).
        type: int
        required: true
      canary:
        description:
          - V(0) to V(999).
        type: int
        required: true
  canary_percent:
    description:
      - The share of the canary, V(0) to V(100), to a tenth. Weights add up to 100, or to 1000 where tenths are needed.
    type: float
  expected:
    description:
      - The weights that the rule must have now, else the module fails and says what they are, for somebody else has
        moved them. A rule that has the wanted weights already is no surprise.
      - AWS cannot compare and set in one step. What is left is the moment between the module's reading and its writing.
    type: dict
    suboptions:
      stable:
        description:
          - The weight expected of stable.
        type: int
        required: true
      canary:
        description:
          - The weight expected of the canary, V(0) for one that is not in the rule.
        type: int
        required: true
  stickiness:
    description:
      - Whether a client stays with the variant it was given first. Left alone when not given.
      - Stickiness overrides weights. Until its cookie has expired a client goes where it went before, also to a group
        with weight 0. To take everybody off a canary at once, switch it off in the same task. Weights are moved first,
        since AWS refuses to switch it off where a target group has sticky sessions of its own.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether it does.
        type: bool
        required: true
      seconds:
        description:
          - For how long, V(1) to V(604800). Needed with O(stickiness.enabled=true).
        type: int
  test_rule:
    description:
      - A rule of its own that sends testers to the canary alone. It asks for all that the service's rule asks for, and
        for a header or a cookie, and stands right before it. Left alone when not given.
      - M(twoway.privatelink.ecs_services) removes it with the canary.
    type: dict
    suboptions:
      header:
        description:
          - The name of a header.
        type: str
      cookie:
        description:
          - The name of a cookie. One of O(test_rule.header) and O(test_rule.cookie) is needed.
        type: str
      matches:
        description:
          - What the value must be, one of these. C(*) and C(?) are wildcards.
        type: list
        elements: str
      state:
        description:
          - Whether it shall be there.
        type: str
        choices: [present, absent]
        default: present
  min_healthy:
    description:
      - How many healthy targets a group must have before it gets a larger share, or testers.
      - V(0) does not ask. That is for taking requests off a canary whatever the state of stable.
    type: int
    default: 1
  wait_timeout:
    description:
      - How long to wait, in seconds, for targets that have not been judged yet. Where waiting cannot help, the module
        fails at once.
    type: int
    default: 120
notes:
  - A run that finds nothing to do makes two API calls. One that moves weights makes four. Stickiness that is switched
    off, and a test rule that is made, changed or removed, take one more each.
  - Needs the permissions C(tag:GetResources) or C(elasticloadbalancing:DescribeTags), C(DescribeRules),
    C(DescribeTargetHealth) and C(ModifyRule), and for a test rule C(CreateRule), C(AddTags) and C(DeleteRule).
extends_documentation_fragment:
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.canary_weights_info
  - module: twoway.privatelink.canary_analysis
  - module: twoway.privatelink.ecs_services
"""

EXAMPLES = r"""
- name: Send a twentieth of the requests to the canary, if nobody has moved the weights since
  twoway.privatelink.canary_weights:
    link: tokyo
    service: orders
    canary_percent: 5
    expected:
      stable: 100
      canary: 0
    min_healthy: 2

- name: Let testers see it, before anybody else does
  twoway.privatelink.canary_weights:
    link: tokyo
    service: orders
    test_rule:
      header: X-Canary
      matches: [always]

- name: Take everybody off the canary, at once
  twoway.privatelink.canary_weights:
    rule_arn: "{{ moved.canary.rule_arn }}"
    canary_percent: 0
    min_healthy: 0
    stickiness:
      enabled: false
    test_rule:
      state: absent
"""

RETURN = r"""
canary:
  description: The rule. In check mode, as it will be.
  returned: success
  type: dict
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
      description: The number of healthy targets of the groups that got a larger share.
      type: dict
      sample: {"canary": 2}
    test_rule:
      description: The rule that sends testers to the canary, or null.
      type: dict
      contains:
        rule_arn:
          description: The ARN of the rule, or null in check mode when it is not made yet.
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
actions:
  description: The changes, in order.
  returned: always
  type: list
  elements: dict
  contains:
    verb:
      description: V(attach), V(shift), V(unstick), V(create), V(modify) or V(delete).
      type: str
    target:
      description: What is changed.
      type: str
      sample: rule of orders
    why:
      description: The difference that asks for it.
      type: str
      sample: stable 100, canary 0 -> stable 95, canary 5
note:
  description: Why requests may not follow the weights at once, else empty.
  returned: success
  type: str
failure:
  description: The error in parts, see M(twoway.privatelink.endpoint_service).
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.options import (
    MUTUALLY_EXCLUSIVE,
    OPTIONS,
    REQUIRED_BY,
    REQUIRED_ONE_OF,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.subject import CanarySubject


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=OPTIONS,
        mutually_exclusive=MUTUALLY_EXCLUSIVE,
        required_one_of=REQUIRED_ONE_OF,
        required_by=REQUIRED_BY,
        supports_check_mode=True,
    )
    run(module, CanarySubject)


if __name__ == "__main__":
    main()
