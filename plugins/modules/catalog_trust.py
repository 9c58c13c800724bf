#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: catalog_trust
short_description: Let the service proxies of a link trust a CA before the services use it
version_added: 0.1.0
description:
  - Adds the certificates of O(ca_pem) to those that the catalogue of the link, C(/twoway/<link>/catalog/link), tells
    its service proxies to trust, and waits until every one that takes requests has told CloudWatch, by the metric
    C(LinkDigest), that it does. That takes one to three minutes.
  - Takes none away, and changes nothing else of the catalogue. M(twoway.privatelink.service_catalog) does that, once
    the services have their new certificate.
  - Where there is no catalogue, or no service proxy, there is nothing to do.
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
  ca_pem:
    description: The CA certificates that are to be trusted besides the others, in PEM.
    type: str
    required: true
  fleet:
    description: Auto Scaling group of the service proxies.
    type: str
    required: true
  tags:
    description: Tags for new parameters, besides the link's own.
    type: dict
  wait_timeout:
    description: How long to wait for the service proxies, in seconds.
    type: int
    default: 600
author:
  - The twoway.privatelink authors (@twoway)
attributes:
  check_mode:
    support: full
    description: Tells what would be published, and waits for nobody.
  diff_mode:
    support: full
    description: Shows the catalogue before and after.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Trust the next CA before the load balancers show its certificate
  twoway.privatelink.catalog_trust:
    link: tokyo
    ca_pem: "{{ service_ca_pem }}"
    fleet: tokyo-service-proxy
"""

RETURN = r"""
path:
  description: The path the parameters are below.
  returned: success
  type: str
  sample: /twoway/tokyo/catalog
proxies:
  description: How many service proxies were waited for; null when nobody was.
  returned: success
  type: int
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
  description: How many service proxies have told that they trust it.
  returned: success
  type: str
failure:
  description: What failed, where, and what to do.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.catalog_trust.subject import TrustSubject


def main():
    spec = {
        "link": {"type": "str", "required": True},
        "side": {"type": "str", "choices": ["public", "isolated"], "default": "public"},
        "ca_pem": {"type": "str", "required": True},
        "fleet": {"type": "str", "required": True},
        "tags": {"type": "dict"},
        "wait_timeout": {"type": "int", "default": 600},
    }
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), TrustSubject)


if __name__ == "__main__":
    main()
