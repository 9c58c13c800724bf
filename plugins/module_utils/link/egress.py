# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Egress profiles: who may reach what, and by which port of the outbound load balancer. Pure; PRIVATE; stdlib only.

The services that name the same set of external APIs share a profile. Its port is a
hash of that set, and its port is its name: both sides know both without telling
each other, and no profile ever moves because another one comes or goes. Should two
sets fall on one port, both take a port of the next band, so that no profile ever
takes over the port that another one's tasks still use (docs/decisions/0024).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import (
    LISTENER,
    PROFILE_PORTS,
    PROXY,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake

BANDS = 3
BAND = len(PROFILE_PORTS) // BANDS

Names = frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """`destinations` go through the proxies by `port`, `listeners` past them by ports of their own."""

    port: int
    services: tuple[str, ...]
    destinations: tuple[Mapping[str, Any], ...]
    listeners: tuple[Mapping[str, Any], ...]

    @property
    def endpoint_ports(self) -> tuple[int, ...]:
        """What the endpoint's security group opens to the profile's."""
        proxied = (self.port,) if self.destinations else ()
        return (*proxied, *sorted(port for api in self.listeners for port in api["endpoint_ports"]))

    def as_dict(self) -> dict[str, Any]:
        return {
            "port": self.port,
            "services": list(self.services),
            "destinations": [dict(api) for api in self.destinations],
            "listeners": [dict(api) for api in self.listeners],
            "endpoint_ports": list(self.endpoint_ports),
        }


# So many rules tell a reader which subnet each is for.
FEW_RULES = 30
RULES = "rules_per_security_group"
HEALTH = 1  # the rule for health checks
SHARE = "let services with like needs name the same external APIs: they share a port"


def egress_profiles(
    services: Iterable[Mapping[str, Any]], external_apis: Iterable[Mapping[str, Any]]
) -> tuple[Profile, ...]:
    """By port, from complete entries. Sets that found no port of their own are left out: `check_egress` tells."""
    apis = {api["name"]: api for api in external_apis}
    users: dict[Names, list[str]] = {}
    for service in services:
        names = frozenset(name for name in service["outbound"] if name in apis)
        if names:
            users.setdefault(names, []).append(service["name"])
    found = [
        Profile(
            port=port,
            services=tuple(sorted(users[names])),
            destinations=tuple(apis[name] for name in sorted(names) if apis[name]["mode"] == PROXY),
            listeners=tuple(apis[name] for name in sorted(names) if apis[name]["mode"] == LISTENER),
        )
        for names, port in ports_of(users).items()
    ]
    return tuple(sorted(found, key=lambda profile: profile.port))


def ports_of(sets: Iterable[Names]) -> dict[Names, int]:
    """A port for each set, whatever order they come in. What met another set in every band is left out."""
    ports: dict[Names, int] = {}
    waiting = set(sets)
    for band in range(BANDS):
        wishes = {names: _wish(names, band) for names in waiting}
        takers = Counter(wishes.values())
        ports |= {names: port for names, port in wishes.items() if takers[port] == 1}
        waiting -= ports.keys()
    return ports


def _wish(names: Names, band: int) -> int:
    digest = hashlib.sha256("\n".join([str(band), *sorted(names)]).encode()).digest()
    return PROFILE_PORTS[band * BAND + int.from_bytes(digest[:8], "big") % BAND]


def node_blocks(cidrs: Sequence[str], ports: int) -> list[str]:
    """The addresses of a load balancer's subnets, for rules of so many ports. AWS counts one for each port and block:
    where that comes to many, subnets that are a block together are one."""
    if len(cidrs) * ports <= FEW_RULES:
        return list(cidrs)
    return [str(block) for block in collapse_addresses(map(IPv4Network, cidrs))]


def check_egress(
    services: Sequence[Mapping[str, Any]],
    external_apis: Sequence[Mapping[str, Any]],
    isolated: Mapping[str, int],
    public: Mapping[str, int],
    nlb_cidrs: Sequence[str] = (),
) -> list[Mistake]:
    """What AWS would refuse, from complete entries without mistakes and the limits of both sides' accounts.

    `nlb_cidrs` are the blocks of the public side's private subnets, as far as they are known."""
    profiles = egress_profiles(services, external_apis)
    return [
        *_homeless(services, profiles),
        *_too_many_listeners(profiles, public["listeners_per_network_load_balancer"]),
        *_too_many_rules(profiles, isolated[RULES], public[RULES]),
        *_too_many_nodes(profiles, public[RULES], nlb_cidrs),
    ]


def _homeless(services: Sequence[Mapping[str, Any]], profiles: Sequence[Profile]) -> Iterator[Mistake]:
    """Three bands make this one link with 50 sets in fifty million."""
    housed = {name for profile in profiles for name in profile.services}
    for index, service in enumerate(services):
        if service["outbound"] and service["name"] not in housed:
            yield Mistake(
                where=f"services[{index}].outbound",
                found="a set whose ports all fall on those of another set",
                allowed="a set with a port of its own",
                remedy="rename one of its external APIs",
            )


def _too_many_listeners(profiles: Sequence[Profile], allowed: int) -> Iterator[Mistake]:
    proxied = [profile.port for profile in profiles if profile.destinations]
    direct = {port for profile in profiles for api in profile.listeners for port in api["endpoint_ports"]}
    if len(proxied) + len(direct) > allowed:
        yield Mistake(
            where="services",
            found=f"{len(proxied)} different sets in outbound and {len(direct)} ports of mode listener",
            allowed=f"{allowed} together: the listeners of a load balancer",
            remedy=SHARE,
        )


def _too_many_rules(profiles: Sequence[Profile], isolated: int, public: int) -> Iterator[Mistake]:
    """At the endpoint on the isolated side, and from the load balancer on to what is behind it on the public one."""
    at_endpoint = sum(len(profile.endpoint_ports) for profile in profiles)
    if at_endpoint > isolated:
        yield Mistake(
            where="services",
            found=f"{at_endpoint} rules for the endpoint of the way out, one for each set in outbound and port",
            allowed=f"{isolated}, the inbound rules of a security group",
            remedy=SHARE,
        )
    servers = {api["name"]: len(api["addresses"]) * len(api["ports"]) for one in profiles for api in one.listeners}
    behind = HEALTH + sum(bool(profile.destinations) for profile in profiles) + sum(servers.values())
    if behind > public:
        yield Mistake(
            where="services",
            found=f"{behind} rules for the load balancer of the way out, one for each set in outbound, and for each "
            "address and port of mode listener",
            allowed=f"{public}, the outbound rules of a security group",
            remedy="have quotas.rules_per_security_group of the public side raised, or name fewer addresses",
        )


def _too_many_nodes(profiles: Sequence[Profile], public: int, nlb_cidrs: Sequence[str]) -> Iterator[Mistake]:
    """At the reverse proxies."""
    ports = sum(bool(profile.destinations) for profile in profiles)
    blocks = node_blocks(nlb_cidrs, ports)
    if HEALTH + ports * len(blocks) > public:
        yield Mistake(
            where="services",
            found=f"{HEALTH + ports * len(blocks)} rules for the reverse proxies, one for each set in outbound and "
            f"block of private subnets ({', '.join(blocks)})",
            allowed=f"{public}, the inbound rules of a security group",
            remedy="have quotas.rules_per_security_group of the public side raised, or give it private subnets that "
            "are one block together",
        )
