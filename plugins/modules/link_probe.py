#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: link_probe
short_description: Try real connections from inside one side of a link
version_added: 0.1.0
description:
  - Runs a task on Fargate in the given subnets and security groups, which makes every connection of a list and tells
    what came of each. All at once, so the slowest one sets the time. Checks that want further security groups are made
    by a task of their own, beside it.
  - Fails when one of them did not find what it expected, and names it.
  - Never reports a change. Tasks and task definitions are gone when the module ends; what stays are the tasks' log
    streams.
  - Is skipped in check mode, where there may be nothing yet to connect to.
options:
  link:
    description: Name of the link.
    type: str
    required: true
  side:
    description: Side to try from.
    type: str
    choices: [public, isolated]
    required: true
  cluster:
    description: Name of the ECS cluster.
    type: str
    required: true
  subnet_ids:
    description: Subnets to run in.
    type: list
    elements: str
    required: true
  security_group_ids:
    description: Security groups of the task.
    type: list
    elements: str
    required: true
  image:
    description: An image with Python 3.10 or later as C(python3), without an entry point of its own.
    type: str
    required: true
  execution_role_arn:
    description: Role ECS pulls the image and writes the log with.
    type: str
    required: true
  task_role_arn:
    description: Role of the task itself. It needs none.
    type: str
  log_group:
    description: Log group the task prints its findings to. It must be there.
    type: str
    required: true
  checks:
    description: What to try.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the row in the result.
        type: str
        required: true
      kind:
        description:
          - V(http) asks for a URL, V(tcp) opens a connection and closes it, V(proxy) asks for a URL through an HTTP
            proxy, for C(https) by its CONNECT.
        type: str
        choices: [http, tcp, proxy]
        default: http
      url:
        description: What to ask for. Its host is sent as SNI and Host, and must be in the certificate.
        type: str
      connect_to:
        description: Where to connect for O(checks[].url) instead of to its host, as V(host) or V(host:port).
        type: str
      host:
        description: Where to connect with O(checks[].kind=tcp).
        type: str
      port:
        description: Its port.
        type: int
      proxy:
        description: URL of the proxy.
        type: str
      headers:
        description: Headers to send.
        type: dict
      security_group_ids:
        description: Further security groups of the task that makes this check, such as those of a service.
        type: list
        elements: str
      ca_pem:
        description: CA to trust instead of those of the image.
        type: str
      expect:
        description: What must be found. All that is given must hold.
        type: dict
        required: true
        suboptions:
          status:
            description: HTTP status.
            type: int
          json:
            description: Keys and values in the JSON that was answered.
            type: dict
          answered:
            description: Whether an answer came, whatever its status.
            type: bool
          connected:
            description: Whether a connection came about.
            type: bool
          refused:
            description:
              - V(true) wants no connection at all. It was refused, there was no way, or nobody answered. A name that
                does not resolve is no refusal.
              - With O(checks[].kind=proxy) it wants the proxy to answer with a status from 400 to 499.
            type: bool
      timeout:
        description: Seconds for one try.
        type: float
        default: 5.0
      within:
        description: Seconds to go on trying until it is as expected.
        type: float
        default: 0.0
  tags:
    description: Tags for the task, besides the link's own.
    type: dict
  wait_timeout:
    description: Seconds the task may take, its start included.
    type: int
    default: 300
author:
  - The twoway.privatelink authors (@twoway)
attributes:
  check_mode:
    support: none
    description: Is skipped.
  diff_mode:
    support: none
    description: There is nothing to show a difference of.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Ask a service through the door, and see that nothing else is open
  twoway.privatelink.link_probe:
    link: tokyo
    side: public
    cluster: tokyo
    subnet_ids: "{{ private_subnet_ids }}"
    security_group_ids: ["{{ probe_security_group_id }}"]
    image: public.ecr.aws/docker/library/python:3.13-slim
    execution_role_arn: "{{ probe_execution_role_arn }}"
    log_group: /twoway/tokyo/probe
    checks:
      - name: orders
        url: https://orders.tokyo.twoway.example/
        connect_to: "{{ door_dns_name }}:443"
        ca_pem: "{{ service_ca_pem }}"
        expect:
          status: 200
          json:
            service: orders
      - name: no way around the link
        kind: tcp
        host: 10.0.0.10
        port: 8443
        expect:
          refused: true
"""

RETURN = r"""
rows:
  description: One for each check, in order. When the task fails, under RV(failure).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the check.
      type: str
    expected:
      description: What was expected.
      type: dict
    found:
      description: What was found. That is status with json or text, connected, refused, or error.
      type: dict
    ok:
      description: Whether the one holds the other.
      type: bool
    seconds:
      description: How long it took, all tries together.
      type: float
failure:
  description: What failed, with all rows.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.link_probe.options import OPTIONS
from ansible_collections.twoway.privatelink.plugins.module_utils.link_probe.runner import run_probe


def main():
    module = AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=False)
    show(module, run_probe)


if __name__ == "__main__":
    main()
