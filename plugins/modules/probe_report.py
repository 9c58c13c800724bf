#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: probe_report
short_description: Show what the probes of both sides found as one table
version_added: 0.1.0
description:
  - Prints a table of all rows that M(twoway.privatelink.link_probe) returned, and fails when any of them is not as
    expected.
  - Runs on the controller and calls no AWS.
options:
  link:
    description: Name of the link, for the heading.
    type: str
    required: true
  sides:
    description: The results of M(twoway.privatelink.link_probe), one for each side.
    type: list
    elements: dict
    required: true
author:
  - The twoway.privatelink authors (@twoway)
attributes:
  check_mode:
    support: full
    description: Changes nothing in any mode.
  diff_mode:
    support: none
    description: There is nothing to show a difference of.
"""

EXAMPLES = r"""
- name: Show one table of all that was tried
  twoway.privatelink.probe_report:
    link: tokyo
    sides: "{{ groups['tokyo'] | map('extract', hostvars, 'verify_probe') }}"
  run_once: true
"""

RETURN = r"""
rows:
  description: All rows.
  returned: always
  type: list
  elements: dict
"""
