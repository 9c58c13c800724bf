#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: run_lock
short_description: Let one run at a time change a side of a link
version_added: 0.1.0
description:
  - Takes the lock of one side, for as long as the run of C(ansible-playbook) lives. It goes with the run, however that
    ends, and nothing of it is left.
  - While another run has it the task fails, and says who is at it, with which playbook, and since when.
  - A run that was killed does not stop the next one. On the same machine the next one sees that its process has ended.
    On another one it waits until the lock has given no sign of life for O(seconds).
  - The lock is a parameter below C(/twoway/<link>/run/<side>/lock). A process of its own renews it, and deletes it when
    the run has ended.
options:
  link:
    description: The name of the link.
    type: str
    required: true
  side:
    description: Which side it is.
    type: str
    choices: [public, isolated]
    required: true
  work:
    description:
      - What the run does, for those who find the side taken. By default the playbooks that it was started with, and
        since when it runs.
    type: str
    default: a run
  by:
    description:
      - Who runs it, for the same. By default the user and the host that the module runs on, with the number of the job
        in AWX.
    type: str
  state:
    description:
      - V(absent) lets go of the lock of this run before the run ends. It does nothing where this run has none.
    type: str
    choices: [present, absent]
    default: present
  owner:
    description:
      - The process that has the lock, as the action plugin says it. By default the one that has started the module.
    type: str
  seconds:
    description:
      - After how many seconds without a sign of life the lock of a run on another machine counts for nothing. It gives
        one at a third of that.
    type: int
    default: 180
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    support: full
    description: Takes no lock, and calls nothing.
  diff_mode:
    support: none
    description: There is nothing to show a difference of.
notes:
  - It takes three calls where nobody is at it, C(ssm:PutParameter), C(ssm:GetParametersByPath) and
    C(ssm:DeleteParameters), and needs C(ssm:AddTagsToResource) for the first.
seealso:
  - module: twoway.privatelink.canary
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Let nobody else change the side meanwhile
  twoway.privatelink.run_lock:
    link: tokyo
    side: public

- name: Let others at it although this run goes on
  twoway.privatelink.run_lock:
    link: tokyo
    side: public
    state: absent
"""

RETURN = r"""
lock:
  description: What was taken. Null in check mode, and when it was let go of.
  returned: success
  type: dict
  contains:
    name:
      description: The parameter.
      type: str
      sample: /twoway/tokyo/run/public/lock/1
    by:
      description: Who has it, as others are told.
      type: str
      sample: kato@build-7
    owner:
      description: The process that has it.
      type: str
    keeper:
      description: The process that renews it and lets go of it.
      type: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import connector
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import finish
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock.taking import take

SECONDS = range(3, 3601)


def main():
    spec = {
        "link": {"type": "str", "required": True},
        "side": {"type": "str", "choices": ["public", "isolated"], "required": True},
        "work": {"type": "str", "default": "a run"},
        "by": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "owner": {"type": "str"},
        "seconds": {"type": "int", "default": 180},
    }
    module = AnsibleAWSModule(argument_spec=spec, supports_check_mode=True)
    if module.params["seconds"] not in SECONDS:
        module.fail_json(msg=f"seconds: {module.params['seconds']}; allowed: {SECONDS[0]} to {SECONDS[-1]}")
    if module.check_mode or module.params["state"] == "absent":  # the action plugin knows who keeps it
        module.exit_json(changed=False, lock=None)

    def produce(_done):
        """No change: it is gone when the run has ended."""
        return {"changed": False, **take(module.params, connector(module), lambda: connector(module))}

    finish(module, produce)


if __name__ == "__main__":
    main()
