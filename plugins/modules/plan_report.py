#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: plan_report
short_description: Gather what a dry run of both sides would do
version_added: 0.1.0
description:
  - Gathers what the modules of the collection told in this run, and whether those of other collections would change
    something. For that each task registers its result.
  - Writes it as JSON, with every difference; or shows as a table what is not as the inventory has it, and fails if
    anything is.
  - Runs on the controller and calls no AWS.
options:
  hosts:
    description: The sides.
    type: list
    elements: str
    required: true
  path:
    description: Where to write the plan. For each side, what would be done, and how each thing is before and after.
    type: path
  drift:
    description: Whether to show a table of what is not as the inventory has it.
    type: bool
    default: false
  weights:
    description:
      - Whether weights that are not where the list would start them count. They are never reset, and a canary on its
        way moves them.
    type: bool
    default: true
author:
  - The twoway.privatelink authors (@twoway)
attributes:
  check_mode:
    support: full
    description: Changes nothing in AWS in any mode. The plan is written in check mode too, for that is what it is for.
  diff_mode:
    support: none
    description: There is nothing to show a difference of.
"""

EXAMPLES = r"""
- name: Write the plan
  twoway.privatelink.plan_report:
    hosts: "{{ groups['tokyo'] }}"
    path: plan.json
  run_once: true

- name: Show what is not as the inventory has it
  twoway.privatelink.plan_report:
    hosts: "{{ groups['tokyo'] }}"
    drift: true
  register: drift
  run_once: true

- name: Fail if anything is
  ansible.builtin.assert:
    that: drift.findings is falsy
    fail_msg: "{{ drift.msg }}"
  run_once: true
"""

RETURN = r"""
findings:
  description: Each thing that is not as the inventory has it.
  returned: always
  type: list
  elements: dict
  contains:
    side:
      description: The side.
      type: str
    kind:
      description: V(missing), V(changed), V(not wanted), V(weights moved), V(nobody's) or V(failed).
      type: str
    thing:
      description: What it is.
      type: str
    why:
      description: How it differs.
      type: str
msg:
  description: How many there are of each kind.
  returned: when O(drift=true)
  type: str
path:
  description: Where the plan was written.
  returned: when O(path) is given
  type: str
"""
