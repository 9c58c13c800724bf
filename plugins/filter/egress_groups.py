# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter egress_groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.egress import node_blocks

DOCUMENTATION = r"""
name: egress_groups
short_description: Say who may speak to whom on the way out
version_added: 0.1.0
description:
  - Gives the security groups of the outbound direction for M(twoway.privatelink.security_groups).
  - On the isolated side one for each egress profile, which its services' tasks join, and the one of the endpoint, which
    opens each port to the group of its profile and to nobody else.
  - On the public side those of the load balancer and of the reverse proxies.
positional: link, side
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
  side:
    description: Whose groups.
    type: str
    choices: [public, isolated]
    required: true
  nlb_cidrs:
    description:
      - The blocks of the subnets that the load balancer of the way out stands in. Its nodes are let in at the ports of
        the profiles by these, and by its group for their health checks alone.
      - Without any its group is let in everywhere, which is enough for one that enforces its groups on traffic of
        PrivateLink.
    type: list
    elements: str
    default: []
  metrics_cidrs:
    description: Who may ask the reverse proxies for their metrics.
    type: list
    elements: str
    default: []
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Make the security groups of the way out
  twoway.privatelink.security_groups:
    vpc_id: vpc-0a1b2c3d4e5f60718
    groups: "{{ profiles | twoway.privatelink.egress_groups('tokyo', 'isolated') }}"
    tags: {"privatelink:link": tokyo, "privatelink:side": isolated}
"""

RETURN = r"""
_value:
  description: The groups with their rules.
  type: list
  elements: dict
"""

HTTPS = 443
HEALTH = 8080

Profiles = Sequence[Mapping[str, Any]]
Groups = list[dict[str, Any]]


def egress_groups(
    profiles: Profiles, link: str, side: str, metrics_cidrs: Sequence[str] = (), nlb_cidrs: Sequence[str] = ()
) -> Groups:
    return _public(profiles, link, metrics_cidrs, nlb_cidrs) if side == "public" else _isolated(profiles, link)


def _isolated(profiles: Profiles, link: str) -> Groups:
    names = {profile["port"]: f"{link}-egress-{profile['port']}" for profile in profiles}
    endpoint = {
        "name": f"{link}-outbound-endpoint",
        "description": "The endpoint to the public side. This group is the gate of the outbound direction",
        "ingress": [
            {"group": names[profile["port"]], "ports": list(profile["endpoint_ports"])} for profile in profiles
        ],
    }
    return [endpoint, *(_profile(profile, names[profile["port"]], endpoint["name"]) for profile in profiles)]


def _profile(profile: Mapping[str, Any], name: str, endpoint: str) -> dict[str, Any]:
    """Which APIs these are the description cannot tell: AWS never changes one, and takes letters of few kinds."""
    return {
        "name": name,
        "description": f"Tasks whose way out is egress profile {profile['port']}",
        "egress": [{"group": endpoint, "ports": list(profile["endpoint_ports"])}],
    }


def _public(profiles: Profiles, link: str, metrics_cidrs: Sequence[str], nlb_cidrs: Sequence[str]) -> Groups:
    balancer, proxies = f"{link}-outbound-nlb", f"{link}-reverse-proxy"
    traffic = [profile["port"] for profile in profiles if profile["destinations"]]
    ports = [*traffic, HEALTH]
    nodes = {"cidrs": node_blocks(nlb_cidrs, len(traffic)), "addresses_of": balancer, "ports": traffic}
    own = [{"group": balancer, "ports": [HEALTH]}, nodes] if nlb_cidrs else [{"group": balancer, "ports": ports}]
    external = {port for profile in profiles for api in profile["destinations"] for port in api["ports"]}
    direct = {api["name"]: api for profile in profiles for api in profile["listeners"]}
    servers = [
        {"cidrs": [f"{address}/32" for address in api["addresses"]], "ports": list(api["ports"])}
        for _name, api in sorted(direct.items())
    ]
    scrapers = [{"cidrs": list(metrics_cidrs), "ports": [HEALTH]}] if metrics_cidrs else []
    return [
        {
            "name": balancer,
            "description": "The load balancer of the outbound direction. Only PrivateLink leads to it, so it has no "
            "ingress",
            "egress": [{"group": proxies, "ports": ports}, *servers],
        },
        {
            "name": proxies,
            "description": "The reverse proxies",
            "ingress": [*own, *scrapers],
            "egress": [
                {
                    "cidrs": ["0.0.0.0/0"],
                    "ports": sorted({HTTPS, *external}),
                    "rule_description": "The external APIs; the profiles in SSM, and packages at the first start",
                }
            ],
        },
    ]


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"egress_groups": egress_groups}
