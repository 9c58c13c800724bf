#!/usr/bin/python

# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

DOCUMENTATION = r"""
module: validate_link
short_description: Check the whole inventory of a link before the first AWS write
version_added: 0.1.0
description:
  - Checks every variable of both sides of each link in play, every service and every external API,
    alone and against each other, and the certificates.
  - Asks AWS with each side's own credentials whether they are valid, whose account they are and which
    availability zones it has.
  - Reports all mistakes together, one line each. A line tells where, what was found, what is allowed and what to do.
  - Needs no task of its own for templating mistakes, they become lines too.
  - Runs on the controller. Set C(run_once=true), one task covers all hosts of the play.
options:
  preflight:
    description:
      - Whether to ask AWS. Only hosts of the play are asked for.
    type: bool
    default: true
author:
  - The twoway.privatelink authors (@twoway)
attributes:
  check_mode:
    support: full
    description: Changes nothing in any mode.
  diff_mode:
    support: none
    description: There is nothing to show a difference of.
extends_documentation_fragment: []
"""

EXAMPLES = r"""
- name: Check the whole inventory before the first AWS write
  twoway.privatelink.validate_link:
  run_once: true
  register: checked

- name: Check the inventory alone, without an AWS account
  twoway.privatelink.validate_link:
    preflight: false
  run_once: true
"""

RETURN = r"""
mistakes:
  description: One line for each mistake; empty when the task succeeds.
  returned: always
  type: list
  elements: str
  sample:
    - "tokyo_isolated: services[2].port: found 70000 (number); allowed: a number from 1 to 65535; name its port"
azs:
  description: Zone names by zone id, for each host that was asked for.
  returned: always
  type: dict
  sample: {tokyo_public: {apne1-az1: ap-northeast-1c, apne1-az4: ap-northeast-1a}}
trust_first:
  description:
    - Hosts whose service proxies are told of other CA certificates than the inventory has, and have to trust these
      before a certificate of them is shown, see M(twoway.privatelink.catalog_trust).
  returned: always
  type: list
  elements: str
account_ids:
  description: The account the credentials belong to, for each host that was asked for.
  returned: always
  type: dict
  sample: {tokyo_public: "111111111111"}
"""
