#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: ssm_parameters
short_description: Keep parameters in Systems Manager that carry their owner's tags from the start
version_added: 0.1.0
description:
  - Makes, mends and removes parameters of Parameter Store, several in one call. Reads them all at once and writes only
    what differs.
  - A parameter of the same name without the owner's tags is never touched.
  - A value longer than 4 KB makes an advanced parameter, which AWS charges for.
options:
  path:
    description: The path that the names are below.
    type: str
    required: true
  parameters:
    description: The parameters. When O(state=absent) their names are enough.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The parameter's name below O(path). Its Name tag is the whole name.
        type: str
        required: true
      value:
        description: What it holds, for everybody to see.
        type: str
      secret:
        description:
          - What it holds, instead of O(parameters[].value), for those to see who may use its key. It is encrypted with
            the account's own key for Systems Manager, and nothing shows it.
        type: str
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Tell whoever calls it where it is
  twoway.privatelink.ssm_parameters:
    path: /twoway/tokyo/published
    parameters:
      - name: ledger
        value: "{{ endpoint.dns_name }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
versions:
  description: The version of each parameter by its whole name; null for what check mode would write.
  returned: always
  type: dict
  sample: {/twoway/tokyo/published/ledger: 3}
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.ssm_parameters.subject import SsmParameters

PARAMETER = {
    "name": {"type": "str", "required": True},
    "value": {"type": "str"},
    "secret": {"type": "str", "no_log": True},
}


def main():
    spec = {
        "path": {"type": "str", "required": True},
        "parameters": {"type": "list", "elements": "dict", "required": True, "options": PARAMETER},
        **OWNED,
    }
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True), SsmParameters)


if __name__ == "__main__":
    main()
