"""What each VPC's resolver answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from rig import regions
from rig.fabric import addresses
from rig.fabric.atlas import Atlas

# Names of the Internet that a sandbox has use for besides .example: where container images come from.
_REGISTRIES = frozenset({"registry-1.docker.io", "auth.docker.io", "public.ecr.aws", "quay.io", "ghcr.io"})
_LITERAL = re.compile(r"(\d+)-(\d+)-(\d+)-(\d+)\.address\.example")
_SUFFIXES = "|".join(map(re.escape, regions.DNS_SUFFIXES))
_GATEWAY = re.compile(rf"(?:.+\.)?(s3|dynamodb)\.(?:[a-z0-9-]+\.)?(?:{_SUFFIXES})")
_AWS = tuple(f".{suffix}" for suffix in (*regions.DNS_SUFFIXES, *regions.DUAL_STACK_SUFFIXES))


@dataclass(frozen=True)
class Names:
    """`public` are the names that resolve everywhere, `private` those of one VPC, by VPC id."""

    public: Mapping[str, tuple[str, ...]]
    private: Mapping[str, Mapping[str, tuple[str, ...]]]

    def resolve(self, vpc_id: str, name: str) -> tuple[str, ...]:
        """IPv4 addresses, or () when there is no such name. `name` is in lower case, without the last dot."""
        own = self.private.get(vpc_id, {})
        return own.get(name) or own.get(_wildcard(name)) or self.public.get(name) or _of_the_internet(name)


def of(atlas: Atlas) -> Names:
    public: dict[str, tuple[str, ...]] = {}
    private: dict[str, dict[str, tuple[str, ...]]] = {vpc_id: {} for vpc_id in atlas.vpcs}
    for endpoint in atlas.world.endpoints:
        held = {interface.address for interface in atlas.interfaces_of(endpoint)}
        for name, listed in endpoint.dns_names:
            public[name.lower()] = listed
        if endpoint.available and endpoint.vpc_id in private:
            for name in endpoint.private_dns_names:
                private[endpoint.vpc_id][name.lower()] = tuple(sorted(held))
    for balancer in atlas.world.load_balancers:
        if balancer.active:
            public.update(_balancer_names(atlas, balancer.arn))
    for interface in atlas.interfaces.values():
        vpc = atlas.vpcs[interface.vpc_id]
        host = "ip-" + interface.address.replace(".", "-")
        private[vpc.id][f"{host}.{vpc.region}.compute.internal"] = (interface.address,)
    return Names(public, private)


def _balancer_names(atlas: Atlas, arn: str) -> dict[str, tuple[str, ...]]:
    """The regional name, and for an NLB one a zone: <az>.<name>. Internet-facing ones tell public addresses."""
    nodes = atlas.nodes[arn]
    shown = [atlas.public_address(node.interface) or node.interface.address for node in nodes]
    name = atlas.load_balancers[arn].dns_name.lower()
    names = {name: tuple(shown)}
    if atlas.load_balancers[arn].kind == "network":
        zones = [node.subnet.az_name for node in nodes]
        names |= {f"{zone}.{name}": (address,) for zone, address in zip(zones, shown, strict=True)}
    return names


def _wildcard(name: str) -> str:
    """`*.dkr.ecr.region.amazonaws.com` is one of the private names of an endpoint."""
    return "*." + name.partition(".")[2]


def _of_the_internet(name: str) -> tuple[str, ...]:
    if literal := _LITERAL.fullmatch(name):
        return (".".join(literal.groups()),)  # a name of the Internet that leads to wherever its owner pleases
    if name.endswith(".example") or name in _REGISTRIES:
        return (str(_example_host(name)),)
    if gateway := _GATEWAY.fullmatch(name):
        return (addresses.GATEWAY_FRONTS[gateway[1]],)
    if name.endswith(_AWS):
        return (addresses.AWS_FRONT,)
    return ()


def _example_host(name: str) -> IPv4Address:
    """One of the hosts of the block, always the same for a name."""
    block = addresses.EXAMPLE_HOSTS
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    return block[1 + digest % (block.num_addresses - 2)]
