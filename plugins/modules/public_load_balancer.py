#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: public_load_balancer
short_description: Let the Internet in to a fleet, by an Application Load Balancer
version_added: 0.1.0
description:
  - Makes, mends and removes an internet-facing Application Load Balancer with HTTPS at port 443, a redirect to it at
    port 80, and a target group of instances that an Auto Scaling group registers.
  - It drops header fields that are not valid. What carries the same name without the owner's tags is never touched.
options:
  name:
    description: The name of the load balancer and of its target group.
    type: str
    required: true
  vpc_id:
    description: The VPC. Required when O(state=present), as are subnets, groups and certificate.
    type: str
  subnet_ids:
    description: Its public subnets, in two zones at least.
    type: list
    elements: str
    default: []
  security_group_ids:
    description: Its security groups.
    type: list
    elements: str
    default: []
  certificate_arn:
    description: The certificate in ACM that clients see.
    type: str
  ssl_policy:
    description: The security policy of the HTTPS listener.
    type: str
    default: ELBSecurityPolicy-TLS13-1-2-2021-06
  deletion_protection:
    description:
      - Whether others must switch that off before they can delete it. O(state=absent) does so itself.
    type: bool
    default: true
  access_logs_bucket:
    description:
      - The S3 bucket for its access logs, whose policy must let load balancers write. None are kept without one.
    type: str
  access_logs_prefix:
    description: What their keys begin with.
    type: str
    default: ""
  web_acl_arn:
    description: The web ACL of AWS WAF, a regional one, that judges requests first. None does when left out.
    type: str
  health_check_interval:
    description: Seconds between two health checks, which ask C(/healthz) at port 8080.
    type: int
    default: 10
  wait:
    description: Whether to wait until it is active.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most.
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
- name: Open the door of tokyo to the Internet
  twoway.privatelink.public_load_balancer:
    name: tokyo-public-door
    vpc_id: "{{ vpc_id }}"
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids: ["{{ security_group_id }}"]
    certificate_arn: "{{ certificate_arn }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": public}

- name: Shut it again
  twoway.privatelink.public_load_balancer:
    name: tokyo-public-door
    state: absent
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
public_load_balancer:
  description: The load balancer, or null when it is absent. What AWS alone decides is null in check mode.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    arn:
      description: Its ARN.
      type: str
    dns_name:
      description: Its name in the DNS, for an alias or a CNAME record.
      type: str
    target_group_arn:
      description: The target group that the fleet is to register with.
      type: str
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.public_load_balancer.subject import (
    PublicLoadBalancer,
)


def main():
    spec = {
        "name": {"type": "str", "required": True},
        "vpc_id": {"type": "str"},
        "subnet_ids": {"type": "list", "elements": "str", "default": []},
        "security_group_ids": {"type": "list", "elements": "str", "default": []},
        "certificate_arn": {"type": "str"},
        "ssl_policy": {"type": "str", "default": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
        "deletion_protection": {"type": "bool", "default": True},
        "access_logs_bucket": {"type": "str"},
        "access_logs_prefix": {"type": "str", "default": ""},
        "web_acl_arn": {"type": "str"},
        "health_check_interval": {"type": "int", "default": 10},
        **awaited(600),
        **OWNED,
    }
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), PublicLoadBalancer)


if __name__ == "__main__":
    main()
