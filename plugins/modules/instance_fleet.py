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
  - Instances must use IMDSv2, their root volumes are encrypted, they have no key pair, and their health is what their
    load balancer says.
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
  drain_timeout:
    description:
      - For how many seconds an instance that is to end may put that off, 30 to 7200, by the lifecycle hook C(drain).
      - The instance has left its target groups by then. It completes the hook's action itself when its connections have
        finished; its role needs C(autoscaling:CompleteLifecycleAction) on the group. When nobody completes it, the
        instance ends after this time.
      - No hook is made, and none changed, when left out.
    type: int
  scaling_policies:
    description:
      - By what the group grows and shrinks between O(min_size) and O(max_size), each a figure with the value to keep it
        at.
      - The group's policies of target tracking are these and no others. When left out they are left alone.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the policy.
        type: str
        required: true
      predefined_metric:
        description: A figure of AWS's, the average of the instances. Either this or O(scaling_policies[].metric).
        type: str
        choices: [ASGAverageCPUUtilization, ASGAverageNetworkIn, ASGAverageNetworkOut]
      metric:
        description: A figure of one's own, which must halve when there are twice as many instances.
        type: dict
        suboptions:
          namespace:
            description: Namespace of the metric.
            type: str
            required: true
          name:
            description: Name of the metric.
            type: str
            required: true
          dimensions:
            description: Dimensions of the metric.
            type: dict
            default: {}
          statistic:
            description: How the values of a period become one.
            type: str
            choices: [Average, Minimum, Maximum, SampleCount, Sum]
            default: Average
      target:
        description: The value to keep it at.
        type: float
        required: true
      scale_in:
        description: Whether the group also shrinks by it.
        type: bool
        default: true
  refresh:
    description:
      - Whether to replace running instances when the launch template changes.
      - The group launches the version by its number, and gets the number of the new one once all are replaced. A
        refresh that an earlier run began is waited for, and one that leads elsewhere is cancelled first.
    type: bool
    default: true
  refresh_preferences:
    description: How instances are replaced.
    type: dict
    default: {}
    suboptions:
      min_healthy_percentage:
        description: How many percent of the group are in service all the while.
        type: int
        default: 100
      max_healthy_percentage:
        description: How many percent of the group may run meanwhile; above 100 new instances come first.
        type: int
        default: 200
      instance_warmup:
        description:
          - Seconds that a new instance is given in service before an old one goes. The grace period when left out.
        type: int
      checkpoint_percentages:
        description: Where to pause, in percent of the instances replaced. The last one is 100.
        type: list
        elements: int
        default: []
      checkpoint_delay:
        description: Seconds of each pause.
        type: int
        default: 3600
      bake_time:
        description: Seconds to wait, with an eye on the alarms, once all instances are replaced.
        type: int
        default: 0
      alarms:
        description: Names of CloudWatch alarms, ten at most. When one of them goes off, the refresh fails.
        type: list
        elements: str
        default: []
      auto_rollback:
        description: Whether a refresh that fails brings back instances of the former version.
        type: bool
        default: true
  wait:
    description: Whether to wait until a refresh has ended. One that did not end well fails the task.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most, for a refresh to end, or for instances to stop when the group is removed.
    type: int
    default: 3600
  progress_path:
    description: File to append lines of progress to while waiting. The action plugin sets it and shows the lines.
    type: path
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
    drain_timeout: 420
    scaling_policies:
      - name: cpu
        predefined_metric: ASGAverageCPUUtilization
        target: 50
    refresh_preferences:
      checkpoint_percentages: [50, 100]
      checkpoint_delay: 300
      bake_time: 300
      alarms: [tokyo-reverse-proxy-unfit]
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
    launch_template_version:
      description: The version of the launch template that new instances come from.
      type: str
    refresh:
      description: The refresh that was waited for or is under way, or null.
      type: dict
      contains:
        id:
          description: Its id.
          type: str
        status:
          description: As AWS tells it.
          type: str
        reason:
          description: What AWS says of that.
          type: str
        percentage_complete:
          description: How many percent of the instances were replaced.
          type: int
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.fleet import InstanceFleet

REFRESH = {
    "min_healthy_percentage": {"type": "int", "default": 100},
    "max_healthy_percentage": {"type": "int", "default": 200},
    "instance_warmup": {"type": "int"},
    "checkpoint_percentages": {"type": "list", "elements": "int", "default": []},
    "checkpoint_delay": {"type": "int", "default": 3600},
    "bake_time": {"type": "int", "default": 0},
    "alarms": {"type": "list", "elements": "str", "default": []},
    "auto_rollback": {"type": "bool", "default": True},
}
SCALING = {
    "name": {"type": "str", "required": True},
    "predefined_metric": {
        "type": "str",
        "choices": ["ASGAverageCPUUtilization", "ASGAverageNetworkIn", "ASGAverageNetworkOut"],
    },
    "metric": {
        "type": "dict",
        "options": {
            "namespace": {"type": "str", "required": True},
            "name": {"type": "str", "required": True},
            "dimensions": {"type": "dict", "default": {}},
            "statistic": {
                "type": "str",
                "choices": ["Average", "Minimum", "Maximum", "SampleCount", "Sum"],
                "default": "Average",
            },
        },
    },
    "target": {"type": "float", "required": True},
    "scale_in": {"type": "bool", "default": True},
}


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
        "drain_timeout": {"type": "int"},
        "scaling_policies": {
            "type": "list",
            "elements": "dict",
            "options": SCALING,
            "mutually_exclusive": [("predefined_metric", "metric")],
            "required_one_of": [("predefined_metric", "metric")],
        },
        "refresh": {"type": "bool", "default": True},
        "refresh_preferences": {"type": "dict", "default": {}, "options": REFRESH},
        "progress_path": {"type": "path"},
        **awaited(3600),
        **OWNED,
    }
    needed = [("state", "present", ("image_id",))]
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True, required_if=needed), InstanceFleet)


if __name__ == "__main__":
    main()
