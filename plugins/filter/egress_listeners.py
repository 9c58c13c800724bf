# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter egress_listeners."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import cut

DOCUMENTATION = r"""
name: egress_listeners
short_description: Lead the ports of the outbound load balancer to the reverse proxies and past them
version_added: 0.1.0
description:
  - Gives the listeners for M(twoway.privatelink.network_load_balancer). Each egress profile has one, whose target group
    the reverse proxies join; each port of an external API of mode listener has one that leads to its addresses.
  - A reverse proxy is healthy for a profile only when it serves that profile.
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
  vpc_cidrs:
    description: Blocks of the public VPC. Addresses outside of them are reached from every zone.
    type: list
    elements: str
    default: []
  interval:
    description: Seconds between two health checks.
    type: int
    default: 10
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Make the load balancer of the outbound direction
  twoway.privatelink.network_load_balancer:
    name: tokyo-outbound
    listeners: "{{ profiles | twoway.privatelink.egress_listeners('tokyo', vpc_cidrs=['10.0.0.0/16']) }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": public}
"""

RETURN = r"""
_value:
  description: The listeners.
  type: list
  elements: dict
"""

HEALTH = "8080"


def egress_listeners(
    profiles: Sequence[Mapping[str, Any]], link: str, vpc_cidrs: Sequence[str] = (), interval: int = 10
) -> list[dict[str, Any]]:
    check = {"interval": interval, "healthy_threshold": 2, "unhealthy_threshold": 2}
    proxied = [_proxied(profile["port"], link, check) for profile in profiles if profile["destinations"]]
    apis = {api["name"]: api for profile in profiles for api in profile["listeners"]}
    vpc = [ipaddress.ip_network(block) for block in vpc_cidrs]
    return proxied + [listener for _name, api in sorted(apis.items()) for listener in _direct(api, link, vpc, check)]


def _proxied(port: int, link: str, check: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "port": port,
        "target_group": {
            "name": f"{link}-egress-{port}",
            "target_type": "instance",
            "port": port,
            "health_check": {"protocol": "HTTP", "port": HEALTH, "path": f"/healthz/{port}", **check},
            "attributes": {
                "proxy_protocol_v2.enabled": "true",  # tells the proxies which endpoint is calling
                "deregistration_delay.timeout_seconds": "60",
                # A proxy that is unwell for a moment, or about to end, keeps its tunnels.
                "target_health_state.unhealthy.connection_termination.enabled": "false",
            },
        },
    }


def _direct(api: Mapping[str, Any], link: str, vpc: Any, check: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Its source is the load balancer's own address: clients' are not kept through PrivateLink."""
    for port, at_endpoint in zip(api["ports"], api["endpoint_ports"], strict=True):
        yield {
            "port": at_endpoint,
            "target_group": {
                "name": cut(f"{link}-{api['name']}-{at_endpoint}"),
                "target_type": "ip",
                "port": port,
                "targets": [_target(address, port, vpc) for address in api["addresses"]],
                "health_check": {"protocol": "TCP", "port": "traffic-port", **check},
            },
        }


def _target(address: str, port: int, vpc: Any) -> dict[str, Any]:
    """`all` is asked for outside of the VPC, and refused inside.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
    """
    inside = any(ipaddress.ip_address(address) in block for block in vpc)
    return {"id": address, "port": port, **({} if inside else {"availability_zone": "all"})}


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"egress_listeners": egress_listeners}
