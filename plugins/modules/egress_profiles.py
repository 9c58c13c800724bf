#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: egress_profiles
short_description: Tell a link's reverse proxies what may be reached through them
version_added: 0.1.0
description:
  - Keeps the egress profiles of a link in Systems Manager Parameter Store, one parameter for each below
    C(/twoway/<link>/reverse-proxy/profiles), named by its port.
  - Reads by path and writes only what differs. A parameter that does not carry the link's tags is never touched.
  - The proxies follow a change within seconds, and break no tunnel that is open.
options:
  link:
    description: Name of the link.
    type: str
    required: true
  side:
    description: Side the reverse proxies are on.
    type: str
    choices: [public, isolated]
    default: public
  profiles:
    description:
      - The profiles, as the filter P(twoway.privatelink.egress_profiles#filter) gives them. Those without a destination
        of mode proxy are left out, for the proxies have nothing to do with them.
    type: list
    elements: dict
    default: []
  purge:
    description:
      - Whether profiles that are not listed are taken away. V(false) keeps them for services that still use them, and
        tells them in RV(leaving).
    type: bool
    default: true
  tags:
    description: Tags for new parameters, besides the link's own.
    type: dict
  state:
    description: V(absent) takes them all away.
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
    description: Shows the profiles before and after.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Publish what may be reached
  twoway.privatelink.egress_profiles:
    link: tokyo
    profiles: "{{ services | twoway.privatelink.egress_profiles(external_apis) }}"

- name: Take it all away
  twoway.privatelink.egress_profiles:
    link: tokyo
    state: absent
"""

RETURN = r"""
egress_profiles:
  description: What the proxies read.
  returned: success
  type: dict
  contains:
    path:
      description: The path the parameters are below.
      type: str
      sample: /twoway/tokyo/reverse-proxy/profiles
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
  description: The profiles before and after.
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
from ansible_collections.twoway.privatelink.plugins.module_utils.egress_profiles.options import OPTIONS
from ansible_collections.twoway.privatelink.plugins.module_utils.egress_profiles.subject import egress_profiles


def main():
    run(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), egress_profiles)


if __name__ == "__main__":
    main()
