# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter subnets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.addresses import Cut, as_dicts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import InvalidInventoryError

DOCUMENTATION = r"""
name: subnets
short_description: Cut the addresses of a VPC into subnets
version_added: 0.1.0
description:
  - One private subnet in each zone, from the low end of the block; on the public side also one public subnet in
    each zone, from the high end. A zone that is added last moves none of the other subnets.
  - Fails when the block is too small.
positional: az_ids
options:
  _input:
    description: The VPC's IPv4 block.
    type: str
    required: true
  az_ids:
    description: Zone ids, in order.
    type: list
    elements: str
    required: true
  side:
    description: Which side the VPC is of.
    type: str
    choices: [public, isolated]
    required: true
  private_prefix:
    description: Size of a private subnet.
    type: int
    default: 24
  public_prefix:
    description: Size of a public subnet.
    type: int
    default: 26
  private:
    description: Blocks of the private subnets, instead of the cut.
    type: list
    elements: str
    default: []
  public:
    description: Blocks of the public subnets, instead of the cut.
    type: list
    elements: str
    default: []
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show the subnets
  ansible.builtin.debug:
    msg: "{{ vpc_cidr | twoway.privatelink.subnets(az_ids, side=side) }}"
"""

RETURN = r"""
_value:
  description: The subnets, private ones first.
  type: list
  elements: dict
  contains:
    kind:
      description: private or public.
      type: str
    az_id:
      description: Zone id.
      type: str
    cidr:
      description: Its block.
      type: str
"""


def apply(
    vpc_cidr: str,
    az_ids: Sequence[str],
    side: str,
    private_prefix: int = 24,
    public_prefix: int = 26,
    private: Sequence[str] = (),
    public: Sequence[str] = (),
) -> list[dict[str, str]]:
    cut = Cut(
        vpc_cidr=vpc_cidr,
        az_ids=tuple(az_ids),
        side=side,
        private_prefix=private_prefix,
        public_prefix=public_prefix,
        private=tuple(private or ()),
        public=tuple(public or ()),
    )
    mistakes = cut.mistakes()
    if mistakes:
        raise AnsibleFilterError(InvalidInventoryError(mistakes).message)
    return as_dicts(cut.subnets())


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"subnets": apply}
