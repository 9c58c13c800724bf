#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: published_load_balancers
short_description: Put a Network Load Balancer in front of each thing that is there and is to be published
version_added: 0.1.0
description:
  - A company has load balancers, Auto Scaling groups, instances and addresses that were there before the link. This
    makes what PrivateLink needs in front of them, a Network Load Balancer of ours for each, in one call. A Network Load
    Balancer that is there is published as it is.
  - Everything is looked at before anything is made. All that stands in the way is told at once, one line each. It is
    what AWS would refuse half-way, such as an Application Load Balancer that does not listen on the port, or is a
    target of two Network Load Balancers already; and what would keep the traffic away, such as a security group that
    does not let the subnets of the load balancer in.
  - What is there is never tagged, changed or deleted. One thing is touched, when it is asked for. An Auto Scaling
    group gets a target group of ours added to its list, and it is taken out at the end.
  - M(twoway.privatelink.endpoint_service) then publishes each, by RV(published[].load_balancer_arn).
author:
  - The twoway.privatelink authors (@twoway)
options:
  published:
    description:
      - What is to be published, as the inventory has it, with a name, a kind (V(alb), V(nlb), V(asg), V(instances) or
        V(ip)), the ports and what the kind needs. The page C(docs/bring-your-own.md) has them all.
    type: list
    elements: dict
    default: []
  subnet_ids:
    description:
      - The subnets for the load balancers, one in each zone. The things must be in the same VPC, but for Network Load
        Balancers, and for addresses that the VPC has a route to.
    type: list
    elements: str
  security_group_ids:
    description:
      - The security groups of the load balancers. They are not enforced on PrivateLink traffic, so they need rules for
        the way out alone.
    type: list
    elements: str
  consumer_cidrs:
    description:
      - The addresses of the other side's VPC. The groups of a Network Load Balancer that is there, when it enforces
        them on PrivateLink traffic, must let these in.
    type: list
    elements: str
  purge:
    description:
      - Whether to delete load balancers that were made for entries which are no longer in O(published). AWS refuses it
        while an endpoint service publishes them. RV(spare) tells which there are.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until all load balancers are active, or gone.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.endpoint_service
  - module: twoway.privatelink.existing_network_info
  - module: twoway.privatelink.network_load_balancer
"""

EXAMPLES = r"""
- name: Publish a load balancer, some desktops and a printer
  twoway.privatelink.published_load_balancers:
    published:
      - name: shop
        kind: alb
        load_balancer: shop-front
        ports: [443]
        host: shop.example.com
      - name: desktops
        kind: instances
        instance_tags: {role: desktop}
        ports: [3389]
      - name: printer
        kind: ip
        addresses: [10.0.0.99]
        ports: [9100]
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
  register: things

- name: Publish each to the other side
  twoway.privatelink.endpoint_service:
    name: "tokyo-published-{{ item.name }}"
    load_balancer_arns:
      - "{{ item.load_balancer_arn }}"
    allowed_principals:
      - arn:aws:iam::111111111111:root
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
      privatelink:published: "{{ item.name }}"
  loop: "{{ things.published }}"
"""

RETURN = r"""
published:
  description: The things, in the order of O(published). In check mode ARNs of what is not made yet are null.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the entry.
      type: str
    kind:
      description: Its kind.
      type: str
    load_balancer_arn:
      description: The Network Load Balancer to publish, ours or the one that is there.
      type: str
    ports:
      description: The ports it answers on.
      type: list
      elements: int
    host:
      description: The host name that its certificate is for, which who calls must send. Null when there is none.
      type: str
    verify:
      description: The request to try it out with, or null.
      type: dict
gone:
  description:
    - The names of entries that are no longer in O(published) and for which a load balancer or an endpoint service of
      ours (by the tag C(privatelink:published)) is still there.
  returned: success
  type: list
  elements: str
spare:
  description: The names of those for which there is a load balancer that nobody needs, see O(purge).
  returned: success
  type: list
  elements: str
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
failure:
  description: The error in parts. RV(ignore:failure.mistakes) has a line for each thing that is wrong.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.published.subject import PublishedLoadBalancers

TEXTS = {"type": "list", "elements": "str"}
OPTIONS = {
    "published": {"type": "list", "elements": "dict", "default": []},
    "subnet_ids": TEXTS,
    "security_group_ids": TEXTS,
    "consumer_cidrs": TEXTS,
    "purge": {"type": "bool", "default": False},
    **OWNED,
    **awaited(600),
}


def main() -> None:
    run(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), PublishedLoadBalancers)


if __name__ == "__main__":
    main()
