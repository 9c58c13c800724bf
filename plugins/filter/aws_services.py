# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter aws_services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: aws_services
short_description: Name the AWS services that keep the secrets of a list of services
version_added: 0.1.0
description:
  - Tasks read their secrets over their own interface, so that a VPC without a way out needs an endpoint for them.
options:
  _input:
    description: The services as the inventory has them.
    type: list
    elements: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show which endpoints the services' secrets need
  ansible.builtin.debug:
    msg: "{{ services | twoway.privatelink.aws_services }}"
"""

RETURN = r"""
_value:
  description: Names of AWS services, such as V(secretsmanager).
  type: list
  elements: str
"""


def aws_services(services: Iterable[Mapping[str, Any]]) -> list[str]:
    """arn:aws:<service>:..."""
    arns = [arn for service in services for arn in (service.get("secrets") or {}).values()]
    return sorted({arn.split(":")[2] for arn in arns})


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"aws_services": aws_services}
