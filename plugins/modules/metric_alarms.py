#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: metric_alarms
short_description: Make alarms on CloudWatch metrics that carry their owner's tags from the start
version_added: 0.1.0
description:
  - Makes, mends and removes alarms, several in one call.
  - An alarm of the same name without the owner's tags is never touched.
options:
  alarms:
    description:
      - The alarms. When O(state=absent) their names are enough.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The alarm's name, and its Name tag.
        type: str
        required: true
      description:
        description: What it means, for whoever is woken by it.
        type: str
      namespace:
        description: Namespace of the metric.
        type: str
      metric_name:
        description: Name of the metric.
        type: str
      dimensions:
        description: Dimensions of the metric.
        type: dict
        default: {}
      statistic:
        description: How the values of a period become one.
        type: str
        choices: [SampleCount, Average, Sum, Minimum, Maximum]
        default: Sum
      period:
        description: Seconds of a period.
        type: int
        default: 60
      evaluation_periods:
        description: How many periods are looked at.
        type: int
        default: 1
      datapoints_to_alarm:
        description: How many of them must be beyond the threshold. All of them when left out.
        type: int
      threshold:
        description: What is compared with.
        type: float
      comparison:
        description: How it is compared.
        type: str
        choices:
          - GreaterThanOrEqualToThreshold
          - GreaterThanThreshold
          - LessThanThreshold
          - LessThanOrEqualToThreshold
        default: GreaterThanOrEqualToThreshold
      treat_missing_data:
        description: What a period without data counts as.
        type: str
        choices: [breaching, notBreaching, ignore, missing]
        default: missing
      alarm_actions:
        description: ARNs of what is told when it goes off.
        type: list
        elements: str
        default: []
      ok_actions:
        description: ARNs of what is told when it is over.
        type: list
        elements: str
        default: []
      insufficient_data_actions:
        description: ARNs of what is told when there is too little data.
        type: list
        elements: str
        default: []
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Say when the way out refuses a lot
  twoway.privatelink.metric_alarms:
    alarms:
      - name: tokyo-reverse-proxy-refusals
        namespace: TwoWay/PrivateLink
        metric_name: Denied
        dimensions: {Link: tokyo, Proxy: reverse}
        period: 300
        threshold: 100
        treat_missing_data: notBreaching
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
alarm_arns:
  description: The ARN of each alarm by its name; null for what check mode would make.
  returned: always
  type: dict
  sample: {tokyo-refusals: "arn:aws:cloudwatch:ap-northeast-1:111111111111:alarm:tokyo-refusals"}
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.metric_alarms.alarms import MetricAlarms

COMPARISONS = [
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
]
ALARM = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "namespace": {"type": "str"},
    "metric_name": {"type": "str"},
    "dimensions": {"type": "dict", "default": {}},
    "statistic": {"type": "str", "choices": ["SampleCount", "Average", "Sum", "Minimum", "Maximum"], "default": "Sum"},
    "period": {"type": "int", "default": 60},
    "evaluation_periods": {"type": "int", "default": 1},
    "datapoints_to_alarm": {"type": "int"},
    "threshold": {"type": "float"},
    "comparison": {"type": "str", "choices": COMPARISONS, "default": COMPARISONS[0]},
    "treat_missing_data": {
        "type": "str",
        "choices": ["breaching", "notBreaching", "ignore", "missing"],
        "default": "missing",
    },
    "alarm_actions": {"type": "list", "elements": "str", "default": []},
    "ok_actions": {"type": "list", "elements": "str", "default": []},
    "insufficient_data_actions": {"type": "list", "elements": "str", "default": []},
}


def main():
    spec = {"alarms": {"type": "list", "elements": "dict", "required": True, "options": ALARM}, **OWNED}
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), MetricAlarms)


if __name__ == "__main__":
    main()
