#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: canary_analysis
short_description: Tell from CloudWatch whether a canary is as good as it must be
version_added: 0.1.0
description:
  - Looks at the last minutes of a service's target groups, and says V(pass), V(fail) or V(inconclusive), with the
    numbers that it says it by. It changes nothing.
  - A check compares the canary with a threshold, with stable, or with both. It can look at the rate of errors, at
    latency, at the number of requests, at any other metric of CloudWatch, or at the state of an alarm.
  - No check passes without enough samples, and no data is not health.
author:
  - The twoway.privatelink authors (@twoway)
options:
  link:
    description:
      - The name of the link.
    type: str
  side:
    description:
      - The side that runs the service. Any, when not given.
    type: str
    choices: [isolated, public]
  service:
    description:
      - The service, whose target groups are found by their tags.
    type: str
  load_balancer:
    description:
      - The ARN of the load balancer, or its name in metrics, as M(twoway.privatelink.canary_weights) returns it.
        With O(target_groups) it stands for O(link) and O(service), and spares a call.
    type: str
  target_groups:
    description:
      - The ARNs of the target groups.
    type: dict
    suboptions:
      stable:
        description:
          - That of stable, to compare with.
        type: str
      canary:
        description:
          - That of the canary.
        type: str
        required: true
  checks:
    description:
      - What to look at. Each names one of O(checks[].metric), O(checks[].cloudwatch) and O(checks[].alarm).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What the check is called. By default as what it looks at.
        type: str
      metric:
        description:
          - V(error_rate) is the share of requests, in per cent, that a target answered with 5XX, or that could not be
            connected to a target.
          - V(unanswered_rate) is the share of requests, in per cent, that were given to a target and that no target
            answered, such as those the load balancer answered itself with 502 or 504.
          - V(latency) is how many seconds targets took to answer, by O(checks[].statistic).
          - V(request_count) is the number of requests given to targets.
        type: str
        choices: [error_rate, unanswered_rate, latency, request_count]
      statistic:
        description:
          - Of V(latency), a percentile such as V(p50) or V(p99.9), or V(Average), V(Minimum) or V(Maximum).
        type: str
        default: p95
      cloudwatch:
        description:
          - Any metric.
        type: dict
        suboptions:
          namespace:
            description:
              - Its namespace.
            type: str
            required: true
          name:
            description:
              - Its name.
            type: str
            required: true
          statistic:
            description:
              - V(Average), V(Sum), V(Minimum), V(Maximum), V(SampleCount) or a percentile.
            type: str
            default: Average
          dimensions:
            description:
              - Its dimensions for the canary, all of them.
            type: dict
          stable_dimensions:
            description:
              - Its dimensions for stable. Needed for O(checks[].max_ratio) and O(checks[].min_ratio).
            type: dict
      alarm:
        description:
          - An alarm. V(OK) passes, V(ALARM) fails, V(INSUFFICIENT_DATA) is no data.
          - One that does not exist fails the task, unless another check has failed.
        type: str
      max:
        description:
          - Above this the check fails. V(1) is one per cent of a rate, and one second of latency.
        type: float
      min:
        description:
          - Below this the check fails.
        type: float
      max_ratio:
        description:
          - Above so many times what stable has, the check fails.
        type: float
      min_ratio:
        description:
          - Below so many times what stable has, the check fails.
        type: float
      floor:
        description:
          - Up to this value O(checks[].max_ratio) does not matter. Twice as many errors are nothing where there are
            hardly any, and none are what stable often has.
        type: float
        default: 0.0
      min_samples:
        description:
          - With fewer samples the check is inconclusive, unless so many of them are bad that the missing ones cannot
            make up for them. Stable needs as many to be compared with.
          - By default 100 requests, and 1 sample of O(checks[].cloudwatch). A percentile wants some samples beyond it.
            A hundred are few for V(p99).
        type: int
      no_data:
        description:
          - What no data at all means. V(pause) makes the check inconclusive.
          - What CloudWatch could not tell, for it refused or was too busy, is not known to be good. It is as no data,
            but does not pass with V(pass). The other checks count all the same.
        type: str
        choices: [pause, pass, fail]
        default: pause
      no_baseline:
        description:
          - What no data of stable means to O(checks[].max_ratio) and O(checks[].min_ratio), such as when the canary
            gets all requests. By default as O(checks[].no_data).
        type: str
        choices: [pause, pass, fail]
      dry_run:
        description:
          - Whether the check is told and does not count.
        type: bool
        default: false
  window:
    description:
      - How many seconds to look at. They end at the last whole minute before O(ignore_last), and are one period to
        CloudWatch, so that percentiles are of all of them.
      - A multiple of V(60). V(1), V(5), V(10), V(20) and V(30) are for metrics of high resolution, which those of load
        balancers are not.
    type: int
    default: 300
  ignore_last:
    description:
      - How many seconds before now are not looked at. Load balancers publish by the minute, and CloudWatch shows that
        about a minute or two later. What has not arrived yet would look like fewer requests.
    type: int
    default: 120
  since:
    description:
      - A time, such as V(2026-11-25T18:30:00Z), before which nothing is looked at. Best the moment of the last change
        of weights. Until O(window) has passed since then, a check can fail but not pass.
    type: str
  dry_run:
    description:
      - Whether no check counts. The analysis then passes, and RV(analysis.would_be) says what it would have said.
    type: bool
    default: false
notes:
  - It makes one C(GetMetricData) call, or one for each check where CloudWatch refuses it as not valid. One more finds
    the target groups where they are not given, and one reads alarms where a check asks for any.
  - Times are the controller's. Keep its clock right.
  - Needs the permissions C(cloudwatch:GetMetricData), C(cloudwatch:DescribeAlarms) and C(tag:GetResources).
extends_documentation_fragment:
  - twoway.privatelink.attributes.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.canary_weights
"""

EXAMPLES = r"""
- name: Look at the canary since its weight was last changed
  twoway.privatelink.canary_analysis:
    link: tokyo
    service: orders
    since: "{{ moved_at }}"
    checks:
      - metric: error_rate
        max: 1
        max_ratio: 2
        floor: 0.2
      - metric: latency
        statistic: p99
        max: 0.8
        max_ratio: 1.5
        min_samples: 500
      - alarm: tokyo-orders-queue-too-long
  register: looked

- name: Go on only with a canary that is known to be good
  ansible.builtin.assert:
    that: looked.analysis.verdict == 'pass'
    fail_msg: "{{ looked.analysis.why }}"

- name: Try a new check, with the load balancer and groups that canary_weights has returned
  twoway.privatelink.canary_analysis:
    load_balancer: "{{ moved.canary.load_balancer }}"
    target_groups: "{{ moved.canary.target_groups }}"
    checks:
      - name: orders that were paid
        cloudwatch:
          namespace: Shop
          name: Paid
          statistic: Sum
          dimensions: {Variant: canary}
          stable_dimensions: {Variant: stable}
        min_ratio: 0.04
        dry_run: true
"""

RETURN = r"""
analysis:
  description: What was found.
  returned: success
  type: dict
  contains:
    verdict:
      description: V(pass), V(fail) or V(inconclusive), the worst of the checks that count.
      type: str
      sample: fail
    would_be:
      description: The worst of all checks, those that do not count too.
      type: str
      sample: fail
    why:
      description: The checks that decide, in one line.
      type: str
      sample: "error_rate: 3.1 % > 1"
    window:
      description: What was looked at. Null when there is nothing to look at yet.
      type: dict
      contains:
        begin:
          description: Its begin.
          type: str
          sample: "2026-11-25T18:30:00Z"
        end:
          description: Its end, exclusive.
          type: str
          sample: "2026-11-25T18:35:00Z"
        seconds:
          description: Its length.
          type: int
          sample: 300
        whole:
          description: Whether it is as long as was asked for.
          type: bool
        whole_at:
          description: From when on it is, with O(since), else null.
          type: str
          sample: "2026-11-25T18:37:00Z"
    checks:
      description: The checks, in their order.
      type: list
      elements: dict
      contains:
        name:
          description: The check.
          type: str
          sample: error_rate
        verdict:
          description: V(pass), V(fail) or V(inconclusive).
          type: str
          sample: fail
        why:
          description: The numbers that it says it by.
          type: str
          sample: "3.1 % > 1"
        value:
          description: The value of the canary, or null.
          type: float
          sample: 3.1
        samples:
          description: How many samples it is of, or null.
          type: float
          sample: 1200
        stable_value:
          description: The value of stable, or null where it was not asked for.
          type: float
          sample: 0.1
        stable_samples:
          description: How many samples that is of, or null.
          type: float
          sample: 22800
        dry_run:
          description: Whether the check does not count.
          type: bool
failure:
  description: The error in parts, see M(twoway.privatelink.endpoint_service).
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.options import (
    MUTUALLY_EXCLUSIVE,
    OPTIONS,
    REQUIRED_TOGETHER,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.subject import show_analysis


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=OPTIONS,
        mutually_exclusive=MUTUALLY_EXCLUSIVE,
        required_together=REQUIRED_TOGETHER,
        supports_check_mode=True,
    )
    show(module, show_analysis)


if __name__ == "__main__":
    main()
