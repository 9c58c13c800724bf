#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: ecs_services
short_description: Run every service of a link from one list
version_added: 0.1.0
description:
  - Makes for each entry of a list what a service takes. That is a log group, a target group, a listener rule, a task
    definition and an ECS service on Fargate, and with a canary a second target group, task definition and ECS service.
    Scaling, and IAM roles of its own, where the entry asks for them.
  - Reads in bulk, plans each service by itself, and writes in parallel. A service that fails keeps no other from its
    changes; the module fails at the end and names each one that did, and why.
  - What a service takes is named C(<link>-<service>-stable) and C(<link>-<service>-canary), its log group
    C(<log_group_prefix>/<service>). Names of target groups longer than 32 characters end in a hash.
  - Weights are set when a rule is made. Later runs never change the weights of variants that stay.
  - Target group attributes, task definitions and the policies of roles are told by AWS one at a time only. They are
    compared by what tags remember of them, and the description of a role; O(verify_live=full) reads them themselves.
  - The cluster, the roles, the security groups and the load balancers are made by others.
options:
  link:
    description: Name of the link.
    type: str
    required: true
  side:
    description: Side the services run on.
    type: str
    choices: [isolated, public]
    default: isolated
  link_domain:
    description: Domain of the services' host names. Required when O(state=present).
    type: str
  services:
    description:
      - The services as the inventory has them, or as the filter P(twoway.privatelink.service_catalog#filter) completes
        them. Required when O(state=present).
    type: list
    elements: dict
  account_id:
    description: The account. Required when an entry has C(secrets) or a C(task_policy), for the ARNs of its roles.
    type: str
  cluster:
    description: Name of the ECS cluster.
    type: str
    required: true
  vpc_id:
    description: VPC of the target groups.
    type: str
  subnet_ids:
    description: Subnets of the tasks.
    type: list
    elements: str
  security_group_ids:
    description: Security groups of the tasks.
    type: list
    elements: str
  shards:
    description:
      - The load balancers there are for services, as M(twoway.privatelink.shard_load_balancers) tells them.
      - A service stays on the shard its rule is on; a new one takes the first shard with room for both of its variants.
        Where only the place of a service that leaves is free, it is made after that has gone.
    type: list
    elements: dict
    suboptions:
      number:
        description: Number of the shard.
        type: int
        required: true
      name:
        description: Name of its Application Load Balancer.
        type: str
      load_balancer_arn:
        description: ARN of that.
        type: str
      listener_arn:
        description: The HTTPS listener of its Application Load Balancer.
        type: str
      port:
        description: Port of the Network Load Balancer's listener that leads to it.
        type: int
        default: 443
  execution_role_arn:
    description: Role ECS pulls images and writes logs with.
    type: str
  task_role_arn:
    description: Role of the tasks themselves.
    type: str
  execution_policy:
    description:
      - What the execution role of every service allows, as statements of an IAM policy. A service with C(secrets) gets
        a role of its own with these and with leave to read exactly its secrets.
    type: list
    elements: dict
  task_policy:
    description:
      - What every service's tasks may do, as statements of an IAM policy. A service with a C(task_policy) gets a role
        of its own with these and its own.
    type: list
    elements: dict
  log_group_prefix:
    description: What the names of log groups begin with; C(/twoway/<link>/services) when left out.
    type: str
  environment:
    description: Environment of every service. An entry's own wins.
    type: dict
  outbound:
    description:
      - What a service gets to reach external APIs with, by its name, as the filter
        P(twoway.privatelink.egress_of_services#filter) gives it. C(security_group_ids) are further security groups of
        its tasks, C(environment) goes before that of the entry.
      - A change of it is one rolling deployment. Old tasks keep their way out until they have stopped.
    type: dict
  quotas:
    description: Quotas of the account, by name, where they are not AWS's defaults.
    type: dict
  purge_services:
    description:
      - Whether services of the link that are not listed are taken down. No new requests first, then no tasks, then the
        rest. Their log groups stay unless O(purge_logs=true).
    type: bool
    default: true
  purge_logs:
    description: Whether the log groups of services that are not listed are deleted too.
    type: bool
    default: false
  verify_live:
    description:
      - V(bulk) believes what tags remember of what AWS tells one at a time only. What bulk calls tell is always read
        live.
      - V(full) reads everything. It costs a call for each target group, task definition and log group.
    type: str
    choices: [bulk, full]
    default: bulk
  tags:
    description: Tags for everything made, besides the link's own.
    type: dict
  state:
    description: V(absent) takes down all services of the link, log groups too.
    type: str
    choices: [present, absent]
    default: present
  wait:
    description: Whether to wait until every service is steady, all of them together.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most; again as many for services that drain.
    type: int
    default: 600
  progress_path:
    description: File to append lines of progress to while waiting. The action plugin sets it and shows the lines.
    type: path
author:
  - The twoway.privatelink authors (@twoway)
attributes:
  check_mode:
    support: full
    description: Tells every change, from an empty account too. Ids that are not known yet may be null.
  diff_mode:
    support: full
    description: Shows the services that change, before and after.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Run the services of the link
  twoway.privatelink.ecs_services:
    link: tokyo
    link_domain: tokyo.twoway.example
    cluster: tokyo
    vpc_id: "{{ vpc_id }}"
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    execution_role_arn: "{{ execution_role_arn }}"
    shards:
      - number: 1
        listener_arn: "{{ alb.listeners[0].listener_arn }}"
        port: 443
    services:
      - name: orders
        image: registry.example/shop/orders:1.4.0
        port: 8443
      - name: billing
        image: registry.example/shop/billing:2.0.1
        port: 8443
        canary:
          image: registry.example/shop/billing:2.1.0
          weight: 5
  register: fleet

- name: Take all services of the link down
  twoway.privatelink.ecs_services:
    link: tokyo
    cluster: tokyo
    state: absent
"""

RETURN = r"""
services:
  description: One result for each service that is listed or was found. When the task fails, under RV(failure).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    changed:
      description: Whether anything of it had to change. Of one that failed, whether anything did.
      type: bool
    actions:
      description: What had to be done, in order. Of one that failed, what was done until then.
      type: list
      elements: dict
    diff:
      description: Its resources before and after, when it had to change.
      type: dict
    error:
      description: Why it failed, or null.
      type: str
    listed:
      description: Whether the list has it. One that is not listed and still here was kept by O(purge_services=false).
      type: bool
    shard:
      description: Number of its shard.
      type: int
    port:
      description: Port of its shard at the Network Load Balancer.
      type: int
    host:
      description: Its host name.
      type: str
    path:
      description: Its path at the door.
      type: str
    version:
      description: Tag of its stable image.
      type: str
    target_groups:
      description: ARN of its target group by variant; null while it is not made.
      type: dict
    weights:
      description: The rule's live weights beside those the list would start with.
      type: dict
catalog:
  description: Name, host, path, port and version of each enabled service, for M(twoway.privatelink.service_catalog).
  returned: success
  type: list
  elements: dict
spare_shards:
  description: Numbers of the shards that nobody is on any more. One is kept for the next service.
  returned: success
  type: list
  elements: int
strangers:
  description: What stands in the cluster or on a shard without the link's tags. It is never touched.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What it is.
      type: str
    name:
      description: Its name.
      type: str
    where:
      description: Where it stands.
      type: str
actions:
  description: The stages of the run.
  returned: always
  type: list
  elements: dict
note:
  description: Why a wait stopped early, else empty.
  returned: success
  type: str
failure:
  description:
    - What failed. With RV(services), RV(catalog) of those that did not fail, and RV(strangers), when it was services.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.fleet import FleetSubject
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.options import OPTIONS, REQUIRED_IF


def main():
    module = AnsibleAWSModule(argument_spec=OPTIONS, required_if=REQUIRED_IF, supports_check_mode=True)
    run(module, FleetSubject)


if __name__ == "__main__":
    main()
