# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter published_egress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import IP, NLB, published

DOCUMENTATION = r"""
name: published_egress
short_description: Say where the load balancers in front of what is published may go
version_added: 0.1.0
description:
  - Gives the rules of their security group, to the addresses that are published, or to the VPC where these come and go,
    and to no other ports.
  - Fails with all mistakes of the entries, one line each.
positional: vpc_cidrs
options:
  _input:
    description: What the side publishes, as the inventory has it.
    type: list
    elements: dict
    required: true
  vpc_cidrs:
    description: The blocks of the side's VPC.
    type: list
    elements: str
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Make the group of the load balancers
  twoway.privatelink.security_groups:
    vpc_id: "{{ vpc_id }}"
    groups:
      - name: tokyo-published-nlb
        description: The load balancers in front of what is published
        egress: "{{ published | twoway.privatelink.published_egress(['10.0.0.0/16']) }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
_value:
  description: The rules, for M(twoway.privatelink.security_groups).
  type: list
  elements: dict
"""


def published_egress(entries: Any, vpc_cidrs: Sequence[str]) -> list[dict[str, Any]]:
    try:
        complete = published(entries)
    except PrivateLinkError as error:
        raise AnsibleFilterError(error.message) from error
    ports: dict[str, set[int]] = {}
    for entry in complete:
        for cidr in _where(entry, vpc_cidrs):
            ports.setdefault(cidr, set()).update(entry["ports"])
    return [{"cidrs": [cidr], "ports": [str(port) for port in sorted(some)]} for cidr, some in sorted(ports.items())]


def _where(entry: Mapping[str, Any], vpc_cidrs: Sequence[str]) -> Iterator[str]:
    if entry["kind"] == IP:
        yield from (f"{address}/32" for address in entry["addresses"])
    elif entry["kind"] != NLB:
        yield from vpc_cidrs


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"published_egress": published_egress}
