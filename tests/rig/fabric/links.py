"""Wires between namespaces, and the addresses at their ends.

Workloads are joined the way Calico joins them: a /32 each, one made-up next hop,
neighbours written down instead of asked for. So two workloads of one subnet talk
through the VPC's namespace as well, where its security groups are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from pyroute2.netlink.exceptions import NetlinkError

from rig.fabric import addresses
from rig.fabric.namespaces import Network

_LOOPBACK = 1
_indices = itertools.count(100)
_LINK_SCOPE = 253
_PERMANENT = 0x80
_EEXIST = 17
_LAST_RESORT = 4096


def join_workload(vpc: Network, port: str, workload: Network, address: str) -> None:
    """Give `workload` an eth0 with `address`, plugged into `port` of the VPC."""
    near, far = _hardware_addresses(port)
    plug, eth0 = _wire(vpc, port, near, workload, "eth0", far)
    workload.links.addr("add", index=eth0, address=address, prefixlen=32)
    _default_route(workload, eth0, addresses.GATEWAY, near)
    vpc.links.route("add", dst=f"{address}/32", oif=plug, scope=_LINK_SCOPE)
    vpc.links.neigh("add", dst=address, lladdr=far, ifindex=plug, state=_PERMANENT)


def join_internet(vpc: Network, uplink: str, internet: Network, port: str) -> None:
    """The internet gateway: a wire from the VPC to the Internet and a default route over it."""
    near, far = _hardware_addresses(port)
    index, _far = _wire(vpc, uplink, near, internet, port, far)
    vpc.links.addr("add", index=index, address=addresses.UPLINK, prefixlen=32)
    _default_route(vpc, index, addresses.INTERNET, far)


def join_premises(vpc: Network, uplink: str, premises: Network, port: str) -> None:
    """The virtual private gateway: a wire from the VPC to a company's network, and from there back to the VPC."""
    near, far = _hardware_addresses(port)
    index, far_index = _wire(vpc, uplink, near, premises, port, far)
    vpc.links.addr("add", index=index, address=addresses.VPN, prefixlen=32)
    _route(vpc, index, str(addresses.PREMISES), addresses.VPN_PEER, far)
    _default_route(premises, far_index, addresses.VPN, near)


def swallow_the_rest(network: Network) -> None:
    """What has no route disappears without a word, as in a VPC; a plain router would send back an ICMP message."""
    network.links.route("add", dst="0.0.0.0/0", type="blackhole", priority=_LAST_RESORT)


def leave(vpc: Network, port: str) -> None:
    for index in vpc.links.link_lookup(ifname=port):
        vpc.links.link("del", index=index)


def route_to_vpc(internet: Network, port: str, publics: Iterable[str]) -> None:
    """On the Internet, `publics` live behind `port`, and nowhere else."""
    index = internet.index(port)
    near, _far = _hardware_addresses(port)
    wanted = set(publics)
    held = {_destination(route) for route in internet.links.get_routes(family=2, oif=index)}
    for address in sorted(held - wanted):
        internet.links.route("del", dst=f"{address}/32", oif=index, scope=_LINK_SCOPE)
    for address in sorted(wanted - held):
        internet.links.neigh("replace", dst=address, lladdr=near, ifindex=index, state=_PERMANENT)
        internet.links.route("replace", dst=f"{address}/32", oif=index, scope=_LINK_SCOPE)


def hold(network: Network, wanted: Iterable[str], held: set[str]) -> set[str]:
    """Make `wanted` the namespace's own addresses, given that it holds `held`; returns what it holds now."""
    wanted = set(wanted)
    for address in sorted(held - wanted):
        network.links.addr("del", index=_LOOPBACK, address=address, prefixlen=32)
    for address in sorted(wanted - held):
        try:
            network.links.addr("add", index=_LOOPBACK, address=address, prefixlen=32)
        except NetlinkError as error:
            if error.code != _EEXIST:
                raise
    return wanted


def answer_for(network: Network, cidr: str) -> None:
    """Take every address of `cidr` as the namespace's own."""
    network.links.route("add", dst=cidr, oif=_LOOPBACK, type="local", table=255, scope=254)


def _wire(near: Network, near_name: str, near_mac: str, far: Network, far_name: str, far_mac: str) -> tuple[int, int]:
    """The indices of both ends. The near one is chosen here, which is quicker than to ask for it."""
    near_index = next(_indices)
    peer = {"ifname": far_name, "address": far_mac, "net_ns_fd": far.descriptor}
    near.links.link("add", ifname=near_name, index=near_index, kind="veth", address=near_mac, peer=peer)
    near.links.link("set", index=near_index, state="up")
    far_index = far.index(far_name)
    far.links.link("set", index=far_index, state="up")
    return near_index, far_index


def _default_route(network: Network, index: int, gateway: str, hardware_address: str) -> None:
    _route(network, index, "0.0.0.0/0", gateway, hardware_address)


def _route(network: Network, index: int, to: str, gateway: str, hardware_address: str) -> None:
    network.links.route("add", dst=f"{gateway}/32", oif=index, scope=_LINK_SCOPE)
    network.links.neigh("add", dst=gateway, lladdr=hardware_address, ifindex=index, state=_PERMANENT)
    network.links.route("add", dst=to, gateway=gateway, oif=index)


def _hardware_addresses(port: str) -> tuple[str, str]:
    """Two locally administered addresses out of the port's number (ports are named w1, w2, ... or vpc1, ...)."""
    number = int(port.lstrip("abcdefghijklmnopqrstuvwxyz"))
    tail = ":".join(f"{byte:02x}" for byte in number.to_bytes(4, "big"))
    return f"02:00:{tail}", f"02:01:{tail}"


def _destination(route: object) -> str:
    return route.get_attr("RTA_DST")  # type: ignore[attr-defined]
