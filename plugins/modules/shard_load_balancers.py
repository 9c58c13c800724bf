#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: shard_load_balancers
short_description: Make the Application Load Balancers of all shards of a link in one call
version_added: 0.1.0
description:
  - Makes and mends internal load balancers that are all alike, one for each shard, named C(<name>-1), C(<name>-2), ...
  - Each has an HTTPS listener on port 443 whose default answer is 404, and a first rule that answers 200 to the health
    checks of the Network Load Balancer in front.
  - All other rules belong to M(twoway.privatelink.ecs_services) and are never touched.
  - What carries the same name without the owner's tags is never touched either.
  - Makes as many as the services need. A service keeps the shard its rule is on, and there is room kept for the canary
    of each, so that every one can have one at any time.
  - With O(state=absent) all Application Load Balancers of the side go, whatever their number.
options:
  name:
    description: The first part of the names.
    type: str
    required: true
  services:
    description: The names of all services that are to have a place.
    type: list
    elements: str
    default: []
  purge_services:
    description: Whether the places of services that are not listed count as free, for they will be taken down.
    type: bool
    default: true
  purge_shards:
    description: Whether to delete those that no service is on any more. One always stays.
    type: bool
    default: false
  quotas:
    description: Quotas of the account, by name, where they are not AWS's defaults.
    type: dict
  subnet_ids:
    description: The subnets.
    type: list
    elements: str
    default: []
  security_group_ids:
    description: The security groups.
    type: list
    elements: str
    default: []
  certificate_arn:
    description: The certificate of the listeners.
    type: str
  ssl_policy:
    description: Which versions and ciphers of TLS the listeners accept.
    type: str
    default: ELBSecurityPolicy-TLS13-1-2-2021-06
  health_path:
    description: The path that the first rule answers.
    type: str
    default: /_link/health
  idle_timeout:
    description: Seconds that an idle connection is kept.
    type: int
    default: 60
  wait:
    description: Whether to wait until they are active.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
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
- name: As many shards as the services need
  twoway.privatelink.shard_load_balancers:
    name: tokyo-services
    services: [orders, billing]
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    certificate_arn: "{{ certificate_arn }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
shards:
  description:
    - The shards in order of their numbers, which may have gaps. ARNs are null for what check mode would make.
    - With O(state=absent) those that were there.
  returned: always
  type: list
  elements: dict
  contains:
    number:
      description: From 1.
      type: int
    name:
      description: The name of its load balancer.
      type: str
    load_balancer_arn:
      description: The ARN of that.
      type: str
    listener_arn:
      description: The ARN of its listener, to which services add their rules.
      type: str
    port:
      description: The port of the Network Load Balancer that leads to it.
      type: int
load_balancer_arns:
  description: The ARN of each load balancer by its name; null for what check mode would make.
  returned: always
  type: dict
needed:
  description: Numbers of the shards that services are on or will be.
  returned: always
  type: list
  elements: int
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.subject import (
    ShardLoadBalancers,
)


def main():
    spec = {
        "name": {"type": "str", "required": True},
        "services": {"type": "list", "elements": "str", "default": []},
        "purge_services": {"type": "bool", "default": True},
        "purge_shards": {"type": "bool", "default": False},
        "quotas": {"type": "dict"},
        "subnet_ids": {"type": "list", "elements": "str", "default": []},
        "security_group_ids": {"type": "list", "elements": "str", "default": []},
        "certificate_arn": {"type": "str"},
        "ssl_policy": {"type": "str", "default": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
        "health_path": {"type": "str", "default": "/_link/health"},
        "idle_timeout": {"type": "int", "default": 60},
        **OWNED,
        **awaited(600),
    }
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), ShardLoadBalancers)


if __name__ == "__main__":
    main()
