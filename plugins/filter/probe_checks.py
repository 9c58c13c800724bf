# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter probe_checks."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._partitions import domain_of
from ansible_collections.twoway.privatelink.plugins.module_utils.link.egress import Profile, egress_profiles
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import allow_list
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog

DOCUMENTATION = r"""
name: probe_checks
short_description: Say what is to be tried out from inside one side's VPC
version_added: 0.1.0
description:
  - From the public side, a request through the door to every service whose conditions a plain GET of its health path
    fulfils. From the isolated side, for each egress profile, a request to everything its services may reach, made by a
    task in its security group.
  - From both, what must be refused. That is an address of the other VPC and a port that is not opened. From the
    isolated side also the Internet without the way out and the way out without an egress profile, and for each profile
    a host that nobody listed, what only a neighbour may reach, and the neighbour's port.
  - From the isolated side, an object that AWS has open to everybody in a bucket of its own, which the endpoint of S3
    must not let through; from the public side the same, which must come. The one proves that it is the endpoint that
    refuses the other, for S3 gives no reason to other accounts. C(probe_foreign_object) of the isolated side names
    another object, or none. It is left out where the endpoint is another team's, or its policy is given whole.
  - From either, a connection to each port of what the other side had before and publishes, or the request that its
    entry says in C(verify).
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
HEALTH = 8080
NOT_OPENED = 8443
UNLISTED = "not-on-the-list.example"
WILDCARD = "*."
NAMED = 2  # services of a profile that a row names
# Seconds that what was made just now may take to answer. A refusal is not given any.
PATIENCE = 180
# Seconds without an answer that count as a refusal: twice as long as TCP waits before it asks again.
SILENCE = 2
# Seconds of silence, from each address of a name, that make a refusal. Inside a region an answer takes milliseconds.
LISTENED_FOR = 3
S3 = "s3"
# AWS's own in each region, which installers of its agent read without credentials:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
FOREIGN_OBJECT = "https://amazon-ssm-{region}.s3.{region}.{domain}/latest/VERSION"


def probe_checks(hostvars: Mapping[str, Mapping[str, Any]], host: str, hosts: Sequence[str]) -> list[dict[str, Any]]:
    sides = {hostvars[name]["side"]: hostvars[name] for name in hosts}
    checks = _from_public if hostvars[host]["side"] == "public" else _from_isolated
    reached = hostvars[host].get("consumer_stack_facts", {}).get("published", [])
    return [*checks(sides), *(check for one in reached for check in _published(one))]


def _published(publication: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """By the name of the endpoint; a certificate is for another, which is sent as if it had been looked up."""
    name, endpoint = publication["name"], publication["dns_name"]
    request, host = publication["verify"], publication["host"]
    for index, port in enumerate(publication["ports"]):
        row = {"name": f"published {name}:{port}", "within": PATIENCE}
        if request and index == 0:
            url = f"{'https' if host else 'http'}://{host or endpoint}:{port}{request['path']}"
            connect = {"url": url, "connect_to": f"{endpoint}:{port}", "ca_pem": request["ca_pem"]}
            yield {**row, "kind": "http", **connect, "expect": {"status": request["status"]}}
        else:
            yield {**row, "kind": "tcp", "host": endpoint, "port": port, "expect": {"connected": True}}


def _from_public(sides: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    public, isolated = sides["public"], sides["isolated"]
    # Looked up once: Ansible templates a host's variable whenever it is asked for, and this one reads a file.
    door, ca_pem = public["service_proxy_facts"]["door"], public["service_ca_pem"]
    services = service_catalog(isolated["services"], isolated["link_domain"])
    for service in services:
        if service["enabled"] and lets_the_probe_in(service):
            yield {
                "name": f"inbound {service['name']}",
                "kind": "http",
                "url": f"https://{service['host']}{service['health_check']['path']}",
                "connect_to": f"{door}:{HTTPS}",
                "ca_pem": ca_pem,
                "expect": {"status": 200},
                "within": PATIENCE,
            }
    port = services[0]["port"] if services else NOT_OPENED
    yield from _direct("isolated", isolated, port)
    yield _refused("a port not opened, at the door", door, NOT_OPENED)
    # A VPC of others may have an endpoint of S3 with a policy of theirs.
    if not public.get("existing_network"):
        for check in _foreign_object(isolated):
            yield {
                **check,
                "name": "somebody else's bucket, for comparison",
                "expect": {"status": 200},
                "within": PATIENCE,
            }


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
    services = service_catalog(isolated["services"], isolated["link_domain"])
    profiles = egress_profiles(services, allow_list(public.get("external_apis") or []))
    for profile in profiles:
        group = isolated["network_facts"]["security_group_ids"][f"{isolated['link']}-egress-{profile.port}"]
        for check in _of_profile(profile, profiles, way_out):
            yield {**check, "security_group_ids": [group]}
    yield from _of_nobody(profiles, way_out)
    yield from _direct("public", public, HEALTH)
    opened = {port for profile in profiles for port in profile.endpoint_ports}
    closed = min({*range(NOT_OPENED, NOT_OPENED + len(opened) + 1)} - opened)
    yield _refused("a port not opened, at the way out", way_out, closed)
    yield from _foreign_object(isolated)


def _foreign_object(isolated: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Asked for without credentials: everybody may have it, but for the policy of the endpoint."""
    region = isolated.get("region", "")
    url = isolated.get("probe_foreign_object", FOREIGN_OBJECT.format(region=region, domain=domain_of(region)))
    if url and S3 in isolated.get("network_facts", {}).get("guarded_services", ()):
        yield {"name": "refused: somebody else's bucket", "kind": "http", "url": url, "expect": {"status": 403}}


def _of_profile(profile: Profile, profiles: Sequence[Profile], way_out: str) -> Iterator[dict[str, Any]]:
    """By a task in the profile's group: what it may reach, and what its neighbours may and it may not."""
    who = _told(profile.services)
    for api in profile.destinations:
        yield from _proxied(api, profile, way_out, who)
    for api in profile.listeners:
        for port in api["endpoint_ports"]:
            attempt = {"kind": "tcp", "host": way_out, "port": port, "expect": {"connected": True}, "within": PATIENCE}
            yield {"name": f"outbound {api['name']}, as {who}", **attempt}
    others = [other for other in profiles if other.port != profile.port]
    if profile.destinations:
        yield _through(way_out, profile, "a host that nobody listed", who, UNLISTED, HTTPS)
        own = {api["name"] for api in profile.destinations}
        theirs = (api for other in others for api in other.destinations if api["name"] not in own)
        for api in itertools.islice((api for api in theirs if not api["host"].startswith(WILDCARD)), 1):
            yield _through(way_out, profile, api["name"], who, api["host"], api["ports"][0])
    for other in [other for other in others if other.destinations][:1]:
        yield _refused(f"the port of {_told(other.services)}, as {who}", way_out, other.port)


def _of_nobody(profiles: Sequence[Profile], way_out: str) -> Iterator[dict[str, Any]]:
    """By a task that is in no profile's group, as one of a service without anything outside."""
    proxied = [profile for profile in profiles if profile.destinations]
    for profile in proxied[:1]:
        yield _refused("the way out, as a service that lists nothing", way_out, profile.port)
    listed = (api for profile in proxied for api in profile.destinations if not api["host"].startswith(WILDCARD))
    for api in itertools.islice(listed, 1):
        yield _refused("the Internet without the way out", api["host"], api["ports"][0])


def _proxied(api: Mapping[str, Any], profile: Profile, way_out: str, who: str) -> Iterator[dict[str, Any]]:
    """A wildcard names no host that could be asked; that it is no wider can be tried."""
    if api["host"].startswith(WILDCARD):
        wider = f"two.labels{api['host'].removeprefix('*')}"
        yield _through(way_out, profile, f"two labels below {api['name']}", who, wider, api["ports"][0])
        return
    scheme = "http" if api["plain_http"] else "https"
    for port in api["ports"]:
        yield {
            "name": f"outbound {api['name']}, as {who}",
            "kind": "proxy",
            "url": f"{scheme}://{api['host']}:{port}/",
            "proxy": f"http://{way_out}:{profile.port}",
            "expect": {"answered": True},
            "within": PATIENCE,
        }


def _through(way_out: str, profile: Profile, what: str, who: str, host: str, port: int) -> dict[str, Any]:
    attempt = {"kind": "proxy", "url": f"https://{host}:{port}/", "proxy": f"http://{way_out}:{profile.port}"}
    return {"name": f"refused: {what}, as {who}", **attempt, "expect": {"refused": True}}


def _told(services: Sequence[str]) -> str:
    more = len(services) - NAMED
    return ", ".join(services[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _refused(what: str, host: str, port: int) -> dict[str, Any]:
    attempt = {"kind": "tcp", "host": host, "port": port, "timeout": LISTENED_FOR}
    return {"name": f"refused: {what}", **attempt, "expect": {"refused": True}}


def _direct(kind: str, side: Mapping[str, Any], port: int) -> Iterator[dict[str, Any]]:
    """`port` is one that answers there and that nothing on the near side has, for both may have the same addresses."""
    for address in side.get("verify_addresses", {}).get("addresses", [])[:1]:
        yield _refused(f"an address of the {kind} VPC", address, port)


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"probe_checks": probe_checks}
