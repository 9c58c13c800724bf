# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter egress_of_services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DOCUMENTATION = r"""
name: egress_of_services
short_description: Give each service its way out
version_added: 0.1.0
description:
  - Gives what M(twoway.privatelink.ecs_services) takes as O(twoway.privatelink.ecs_services#module:outbound). A
    service's tasks join the security group of its egress profile and find the way out in their environment.
  - C(HTTPS_PROXY), C(https_proxy), C(NO_PROXY), C(no_proxy) and C(NODE_USE_ENV_PROXY) when the profile has an external
    API of mode proxy, and C(http_proxy) when one of those speaks plain HTTP.
  - C(OUTBOUND_<NAME>) with host and port, several with commas between, for each external API of mode listener.
positional: link
options:
  _input:
    description: The profiles, as the filter P(twoway.privatelink.egress_profiles#filter) gives them.
    type: list
    elements: dict
    required: true
  link:
    description: Name of the link.
    type: str
    required: true
  region:
    description: AWS region. What AWS serves there is reached without the way out.
    type: str
    required: true
  endpoint:
    description: DNS name of the endpoint to the public side.
    type: str
  security_group_ids:
    description: The isolated side's security groups, ids by name.
    type: dict
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show what each service is told
  ansible.builtin.debug:
    msg: >-
      {{ profiles | twoway.privatelink.egress_of_services(
           'tokyo', region=region, endpoint=consumer_stack_facts.dns_name,
           security_group_ids=network_facts.security_group_ids) }}
"""

RETURN = r"""
_value:
  description: By the service's name.
  type: dict
  contains:
    security_group_ids:
      description: Further security groups of its tasks.
      type: list
      elements: str
    environment:
      description: What its containers find in their environment.
      type: dict
"""

UNKNOWN = "(not known yet)"  # in check mode, where the endpoint is not made yet
# The metadata services of instances and of tasks, and the task itself.
AT_HAND = ("localhost", "127.0.0.1", "169.254.169.254", "169.254.170.2")


def egress_of_services(
    profiles: Sequence[Mapping[str, Any]],
    link: str,
    region: str,
    security_group_ids: Mapping[str, str | None],
    endpoint: str | None = None,
) -> dict[str, dict[str, Any]]:
    endpoint = endpoint or UNKNOWN
    told = {
        profile["port"]: {
            "security_group_ids": [security_group_ids.get(f"{link}-egress-{profile['port']}")],
            "environment": {**_proxied(profile, region, endpoint), **_direct(profile, endpoint)},
        }
        for profile in profiles
    }
    return {name: told[profile["port"]] for profile in profiles for name in profile["services"]}


def _proxied(profile: Mapping[str, Any], region: str, endpoint: str) -> dict[str, str]:
    """Lower case too: curl reads http_proxy in no other, https://curl.se/docs/manpage.html (ENVIRONMENT)."""
    if not profile["destinations"]:
        return {}
    proxy = f"http://{endpoint}:{profile['port']}"
    # Endpoints of AWS services stand on this side under their usual names; other regions' are external APIs like any.
    straight = ",".join([*AT_HAND, f".{region}.amazonaws.com", ".vpce.amazonaws.com"])
    plain = {"http_proxy": proxy} if any(api["plain_http"] for api in profile["destinations"]) else {}
    proxied = {"HTTPS_PROXY": proxy, "https_proxy": proxy, "NO_PROXY": straight, "no_proxy": straight, **plain}
    # Node reads the others only when it is told to: https://nodejs.org/api/http.html#built-in-proxy-support
    return {**proxied, "NODE_USE_ENV_PROXY": "1"}


def _direct(profile: Mapping[str, Any], endpoint: str) -> dict[str, str]:
    return {
        f"OUTBOUND_{api['name'].upper().replace('-', '_')}": ",".join(
            f"{endpoint}:{port}" for port in api["endpoint_ports"]
        )
        for api in profile["listeners"]
    }


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"egress_of_services": egress_of_services}
