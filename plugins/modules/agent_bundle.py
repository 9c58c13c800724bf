#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: agent_bundle
short_description: Keep a proxy's agent where its instances fetch it
version_added: 0.1.0
description:
  - Makes, mends and removes an S3 bucket, and puts the agent into it under the name of its own content's hash.
    User data then only says what to fetch, and what it must hash to.
  - The bucket has its tags from its first moment, takes TLS alone and lets nothing be public.
  - An agent that is there is not put again. Older ones stay until the bucket goes, since instances that an older
    version of their launch template describes may still be launched.
  - A bucket of the same name without the owner's tags is never touched, and one of another account never asked for.
options:
  name:
    description:
      - The bucket's name.
      - A name that ends in C(-<account id>-<region>-an) is made in the account's own regional namespace, where
        nobody else can take it. Middle East (Bahrain) and (UAE) have no such namespace.
    type: str
    required: true
  account_id:
    description: The account that must own the bucket.
    type: str
    required: true
  content:
    description:
      - The agent, in base64, as P(twoway.privatelink.agent_bundle#filter) makes it. Required when O(state=present).
      - It is no secret, and kept out of logs only for its length.
    type: str
  wait_timeout:
    description: How long to wait, in seconds, for a bucket of the same name that is still being deleted.
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
- name: Hand the agent to the service proxies
  twoway.privatelink.agent_bundle:
    name: tokyo-door-111111111111-ap-northeast-1-an
    account_id: "111111111111"
    content: "{{ 'service' | twoway.privatelink.agent_bundle }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
  register: bundle

- name: Take it away
  twoway.privatelink.agent_bundle:
    name: tokyo-door-111111111111-ap-northeast-1-an
    account_id: "111111111111"
    state: absent
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
agent:
  description: Where the agent is and what it hashes to, in check mode too. Null when O(state=absent).
  returned: always
  type: dict
  contains:
    bucket:
      description: The bucket's name.
      type: str
    key:
      description: The object's key.
      type: str
      sample: agent/5b6d9c5c2f7a3f9b4fe0d5b7f6a8d2f1c3e4b5a69788796a5b4c3d2e1f0a9b8c.tar
    sha256:
      description: The SHA-256 of its content, in hexadecimal.
      type: str
actions:
  description: What was done, or in check mode would be done.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.agent_bundle.subject import AgentBundle


def main():
    spec = {
        "name": {"type": "str", "required": True},
        "account_id": {"type": "str", "required": True},
        "content": {"type": "str", "no_log": True},
        **OWNED,
        "wait_timeout": {"type": "int", "default": 600},
    }
    needed = [("state", "present", ("content",))]
    run(AnsibleAWSModule(argument_spec=spec, supports_check_mode=True, required_if=needed), AgentBundle)


if __name__ == "__main__":
    main()
