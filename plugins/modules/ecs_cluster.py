#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: ecs_cluster
short_description: Make an ECS cluster that carries its owner's tags from the start
version_added: 0.1.0
description:
  - Makes, mends and removes a cluster for Fargate tasks.
  - A cluster of the same name without the owner's tags is never touched.
options:
  name:
    description: The cluster's name.
    type: str
    required: true
  container_insights:
    description: Whether CloudWatch collects figures of each task and service, which it charges for.
    type: bool
    default: false
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
- name: A place for the services
  twoway.privatelink.ecs_cluster:
    name: tokyo
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
cluster:
  description: The cluster, or null when there is none. The ARN is null for what check mode would make.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: tokyo
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:ecs:ap-northeast-1:222222222222:cluster/tokyo
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_cluster.cluster import EcsCluster


def main():
    spec = {
        "name": {"type": "str", "required": True},
        "container_insights": {"type": "bool", "default": False},
        **OWNED,
        "wait_timeout": {"type": "int", "default": 600},
    }
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), EcsCluster)


if __name__ == "__main__":
    main()
