"""Addresses no external API can have, and which the way out therefore refuses.

From the IANA special-purpose registry (RFC 6890): whatever leads into a private
network, to this machine, to the metadata service or to nobody. The three
documentation networks lead nowhere and are left out.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, ip_network

REFUSED = tuple(
    IPv4Network(cidr)
    for cidr in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)


class RefusedAddresses:
    """The above, and the own VPC's. IPv6 never gets this far: the proxy asks for IPv4 addresses only."""

    def __init__(self, vpc_cidrs: Iterable[str]) -> None:
        own = (network for network in map(ip_network, vpc_cidrs) if isinstance(network, IPv4Network))
        self.networks: tuple[IPv4Network, ...] = tuple(sorted({*REFUSED, *own}))

    def __contains__(self, address: str) -> bool:
        return any(IPv4Address(address) in network for network in self.networks)
