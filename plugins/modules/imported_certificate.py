#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: imported_certificate
short_description: Import a certificate into ACM, once and tagged
version_added: 0.1.0
description:
  - Imports a certificate with its owner's tags in one call, so that a run killed right after it finds it again.
  - Another certificate under the same name is imported over it, and keeps its ARN.
  - Of several that carry our tags and one name, the one in use stays, or else the oldest, and those that nothing uses
    are deleted. When more than one is in use the task fails. With O(state=absent) all are deleted.
options:
  name:
    description: The Name tag. With the owner's tags it says which certificate is meant.
    type: str
    required: true
  certificate:
    description: The certificate in PEM; what follows the first one counts as the chain. Required when O(state=present).
    type: str
  private_key:
    description: Its private key in PEM. Required when O(state=present).
    type: str
  chain:
    description: Further certificates of the chain, in PEM.
    type: str
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
- name: The certificate of the services
  twoway.privatelink.imported_certificate:
    name: tokyo-services
    certificate: "{{ lookup('ansible.builtin.file', 'services.pem') }}"
    private_key: "{{ lookup('ansible.builtin.file', 'services.key') }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
certificate_arn:
  description: Its ARN, or null when there is none or check mode would import it.
  returned: always
  type: str
  sample: arn:aws:acm:ap-northeast-1:222222222222:certificate/12345678-1234-1234-1234-123456789012
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.imported_certificate.certificate import (
    ImportedCertificate,
)


def main():
    spec = {
        "name": {"type": "str", "required": True},
        "certificate": {"type": "str"},
        "private_key": {"type": "str", "no_log": True},
        "chain": {"type": "str"},
        **OWNED,
        "wait_timeout": {"type": "int", "default": 600},
    }
    needed = [("state", "present", ("certificate", "private_key"))]
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True, required_if=needed), ImportedCertificate)


if __name__ == "__main__":
    main()
