#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: service_catalog
short_description: Publish a link's services to its service proxies
version_added: 0.1.0
description:
  - Keeps the catalogue of a link in Systems Manager Parameter Store, one parameter for each service below
    C(/twoway/<link>/catalog/services) and one for the link itself, C(/twoway/<link>/catalog/link).
  - C(/twoway/<link>/catalog/revision) is written last and changes whenever something else did, so that proxies of many
    services need not read them all to know.
  - What lies below C(/twoway/<link>/catalog/canaries) is written by whoever moves a canary's weights. It stays for as
    long as its service is listed.
  - Reads by path and writes only what differs. A parameter that does not carry the link's tags is never touched.
options:
  link:
    description: Name of the link.
    type: str
    required: true
  side:
    description: Side the service proxies are on.
    type: str
    choices: [public, isolated]
    default: public
  domain:
    description: Domain of the services' host names. Required when O(state=present).
    type: str
  endpoint_dns:
    description: DNS name of the interface endpoint that leads to the services. May be null in check mode.
    type: str
  endpoint_zonal_dns:
    description: The endpoint's DNS name in each zone, by zone id.
    type: dict
  ca_pem:
    description: Certificate of the CA the services' certificate comes from. Required when O(state=present).
    type: str
  services:
    description: The services to publish, as M(twoway.privatelink.ecs_services) returns them in its C(catalog).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the service.
        type: str
        required: true
      host:
        description: Its host name.
        type: str
        required: true
      path:
        description: Its path prefix at the door.
        type: str
        required: true
      port:
        description: Port of its shard at the Network Load Balancer.
        type: int
        default: 443
      version:
        description: Version to show.
        type: str
      health_check:
        description: How the service is asked whether it is well, as in its target group.
        type: dict
        suboptions:
          path:
            description: Path asked for.
            type: str
            default: /healthz
          matcher:
            description: Status codes that mean well.
            type: str
            default: "200"
      canary:
        description: Its canary as it is now. A canary whose weights are being moved is told by a parameter of its own.
        type: dict
        suboptions:
          version:
            description: Version of the canary.
            type: str
            required: true
          weight:
            description: Percentage of the requests it gets.
            type: float
            required: true
  purge:
    description: Whether services that are not listed are taken out of the catalogue.
    type: bool
    default: true
  purge_ca:
    description:
      - Whether CA certificates that are published and not in O(ca_pem) are taken out. V(false) is for as long as the
        services' certificate may still come from one of them.
    type: bool
    default: true
  tags:
    description: Tags for new parameters, besides the link's own.
    type: dict
  state:
    description: V(absent) deletes the whole catalogue.
    type: str
    choices: [present, absent]
    default: present
author:
  - The twoway.privatelink authors (@twoway)
attributes:
  check_mode:
    support: full
    description: Tells every change, from an empty account too.
  diff_mode:
    support: full
    description: Shows the catalogue before and after.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Publish what ecs_services runs
  twoway.privatelink.service_catalog:
    link: tokyo
    domain: tokyo.twoway.example
    endpoint_dns: "{{ inbound_endpoint.dns_name }}"
    endpoint_zonal_dns: "{{ inbound_endpoint.zonal_dns_names }}"
    ca_pem: "{{ service_ca_pem }}"
    services: "{{ fleet.catalog }}"

- name: Take the catalogue away
  twoway.privatelink.service_catalog:
    link: tokyo
    state: absent
"""

RETURN = r"""
catalogue:
  description: What the proxies read.
  returned: success
  type: dict
  contains:
    path:
      description: The path the parameters are below.
      type: str
      sample: /twoway/tokyo/catalog
    parameters:
      description: Their values by name.
      type: dict
leaving:
  description: Names of parameters that are there and not listed, as O(purge=false) left them.
  returned: success
  type: list
  elements: str
actions:
  description: What had to be done, in order.
  returned: always
  type: list
  elements: dict
diff:
  description: The catalogue before and after.
  returned: success
  type: dict
note:
  description: Empty; nothing is waited for.
  returned: success
  type: str
failure:
  description: What failed, where, and what to do.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.options import OPTIONS, REQUIRED_IF
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.subject import catalogue


def main():
    module = AnsibleAWSModule(argument_spec=OPTIONS, required_if=REQUIRED_IF, supports_check_mode=True)
    run(module, catalogue)


if __name__ == "__main__":
    main()
