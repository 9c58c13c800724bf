# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter probe_checks."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import allow_list, service_catalog

DOCUMENTATION = r"""
name: probe_checks
short_description: Say what is to be tried out from inside one side's VPC
version_added: 0.1.0
description:
  - From the public side, a request through the door to every service whose conditions a plain GET of its health path
    fulfils.
  - From the isolated side, a request through the way out to every external API.
  - From both, what must be refused. That is an address of the other VPC, a port that is not opened, and from the
    isolated side the Internet without the way out and a host that is not on the allow list.
  - What needs the other side is left out when the other side is not in the play.
positional: host, hosts
options:
  _input:
    description: The variable C(hostvars).
    type: dict
    required: true
  host:
    description: The side to try out from.
    type: str
    required: true
  hosts:
    description: The hosts of the link.
    type: list
    elements: str
    required: true
author: The twoway.privatelink authors (@twoway)
"""

EXAMPLES = r"""
- name: Show what will be tried
  ansible.builtin.debug:
    msg: "{{ hostvars | twoway.privatelink.probe_checks('tokyo_public', groups['tokyo']) }}"
"""

RETURN = r"""
_value:
  description: Checks for M(twoway.privatelink.link_probe).
  type: list
  elements: dict
"""

HTTPS = 443
WAY_OUT = 3128
HEALTH = 8080
NOT_OPENED = 8443
UNLISTED = "not-on-the-list.example"
# Seconds that what was made just now may take to answer. A refusal is not given any.
PATIENCE = 180
# Seconds without an answer that count as a refusal: twice as long as TCP waits before it asks again.
SILENCE = 2
# Seconds of silence, from each address of a name, that make a refusal. Inside a region an answer takes milliseconds.
LISTENED_FOR = 3


def probe_checks(hostvars: Mapping[str, Mapping[str, Any]], host: str, hosts: Sequence[str]) -> list[dict[str, Any]]:
    sides = {hostvars[name]["side"]: hostvars[name] for name in hosts}
    return list(_from_public(sides) if hostvars[host]["side"] == "public" else _from_isolated(sides))


def _from_public(sides: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    public, isolated = sides["public"], sides["isolated"]
    door = public["service_proxy_facts"]["door"]
    services = service_catalog(isolated["services"], isolated["link_domain"])
    for service in services:
        if service["enabled"] and lets_the_probe_in(service):
            yield {
                "name": f"inbound {service['name']}",
                "kind": "http",
                "url": f"https://{service['host']}{service['health_check']['path']}",
                "connect_to": f"{door}:{HTTPS}",
                "ca_pem": public["service_ca_pem"],
                "expect": {"status": 200},
                "within": PATIENCE,
            }
    port = services[0]["port"] if services else NOT_OPENED
    yield from _direct("isolated", isolated, port)
    yield _refused("a port not opened, at the door", door, NOT_OPENED)


def lets_the_probe_in(service: Mapping[str, Any]) -> bool:
    """Whether a GET of the health path fulfils the conditions of the service's rule."""
    wanted = service["conditions"]
    path, paths = service["health_check"]["path"], wanted["paths"]
    return (
        not wanted["headers"]
        and not wanted["source_ips"]
        and "GET" in (wanted["methods"] or ("GET",))
        and (not paths or any(fnmatch.fnmatchcase(path, pattern) for pattern in paths))
    )


def _from_isolated(sides: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    public, isolated = sides["public"], sides["isolated"]
    way_out = isolated["consumer_stack_facts"]["dns_name"]
    external_apis = allow_list(public.get("external_apis") or [])
    for api in external_apis:
        for port in api["ports"]:
            through = _through(way_out, f"outbound {api['name']}", api["host"], port)
            yield {**through, "expect": {"status": 200}, "within": PATIENCE}
    yield {**_through(way_out, "refused: an external host not listed", UNLISTED, HTTPS), "expect": {"refused": True}}
    for api in external_apis[:1]:
        yield _refused("the Internet without the way out", api["host"], api["ports"][0])
    yield from _direct("public", public, HEALTH)
    yield _refused("a port not opened, at the way out", way_out, NOT_OPENED)


def _through(way_out: str, name: str, host: str, port: int) -> dict[str, Any]:
    proxy = f"http://{way_out}:{WAY_OUT}"
    return {"name": name, "kind": "proxy", "url": f"https://{host}:{port}/", "proxy": proxy}


def _refused(what: str, host: str, port: int) -> dict[str, Any]:
    attempt = {"kind": "tcp", "host": host, "port": port, "timeout": LISTENED_FOR}
    return {"name": f"refused: {what}", **attempt, "expect": {"refused": True}}


def _direct(kind: str, side: Mapping[str, Any], port: int) -> Iterator[dict[str, Any]]:
    """`port` is one that answers there and that nothing on the near side has, for both may have the same addresses."""
    interfaces = side.get("verify_interfaces", {}).get("network_interfaces", [])
    for interface in interfaces[:1]:
        yield _refused(f"an address of the {kind} VPC", interface["private_ip_address"], port)


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"probe_checks": probe_checks}
