"""A VPC: one namespace that is its router, its firewall and the home of its load balancers."""

from __future__ import annotations

import itertools
from pathlib import Path

from rig.fabric import addresses, firewall, links, machine
from rig.fabric.atlas import Atlas
from rig.fabric.namespaces import Network
from rig.fabric.nft import Nft
from rig.fabric.outside import Internet, Premises
from rig.world import Interface

_UNIVERSAL = (addresses.RESOLVER, addresses.METADATA, addresses.TASK_METADATA, *addresses.GATEWAY_FRONTS.values())
_numbers = itertools.count(1)


class VpcNetwork:
    def __init__(self, vpc_id: str, internet: Internet, nft: Nft, log: Path) -> None:
        self.id = vpc_id
        self.path: Path = machine.NETWORKS / vpc_id
        self.network = Network.create(self.path)
        self._internet = internet
        self._premises: Premises | None = None
        self._nft = nft
        self._log = log
        self._uplink = f"vpc{next(_numbers)}"
        self._is_joined = False
        self._ports: dict[str, tuple[str, str]] = {}  # address -> interface id, and the wire that leads to it
        self._held = links.hold(self.network, _UNIVERSAL, set())
        self._ruleset = ""
        links.swallow_the_rest(self.network)
        links.answer_for(self.network, str(addresses.PRIVATELINK))  # none leaves: the firewall leads them on
        self.network.sysctl("ipv4.ip_forward", "1")
        # So that resolvers and load balancers may listen at addresses which the namespace gets a moment later.
        self.network.sysctl("ipv4.ip_nonlocal_bind", "1")

    def plug(self, interface: Interface, network: Network) -> None:
        """A newcomer may have the address of one that has not ended yet: then it is the newcomer's."""
        self._pull(interface.address)
        port = f"w{next(_numbers)}"
        links.join_workload(self.network, port, network, interface.address)
        self._ports[interface.address] = (interface.id, port)

    def unplug(self, interface: Interface) -> None:
        if self._ports.get(interface.address, ("", ""))[0] == interface.id:
            self._pull(interface.address)

    def _pull(self, address: str) -> None:
        if address in self._ports:
            links.leave(self.network, self._ports.pop(address)[1])

    def apply(self, atlas: Atlas) -> None:
        """Addresses, uplink and rules, in an order that never opens more than the World allows."""
        plugged = {address: port for address, (_interface, port) in self._ports.items()}
        ruleset = firewall.ruleset(atlas, self.id, plugged)
        if ruleset != self._ruleset:
            self._nft.load(self.network, ruleset)
            self._ruleset = ruleset
        self._held = links.hold(self.network, self._addresses(atlas), self._held)
        self._join_internet(atlas)
        self._join_premises(atlas)

    def _addresses(self, atlas: Atlas) -> set[str]:
        """Those that AWS itself answers at. A workload's address lives in its own namespace."""
        own = {i.address for i in atlas.interfaces_in(self.id) if i.id in atlas.service_interfaces}
        return {*_UNIVERSAL, addresses.resolver_of(atlas.vpcs[self.id].cidrs[0]), *own}

    def _join_internet(self, atlas: Atlas) -> None:
        """A VPC without an internet gateway has no wire there at all."""
        has_gateway = any((subnet.default_route or "").startswith("igw-") for subnet in atlas.subnets_of(self.id))
        if has_gateway and not self._is_joined:
            links.join_internet(self.network, firewall.UPLINK, self._internet.network, self._uplink)
        if self._is_joined and not has_gateway:
            links.leave(self.network, firewall.UPLINK)
        self._is_joined = has_gateway
        if has_gateway:
            links.route_to_vpc(self._internet.network, self._uplink, self._publics(atlas))

    def _join_premises(self, atlas: Atlas) -> None:
        has_gateway = any(subnet.vpn_routes for subnet in atlas.subnets_of(self.id))
        if has_gateway and not self._premises:
            self._premises = Premises(self.id, self._nft, self._log)
            links.join_premises(self.network, firewall.VPN, self._premises.network, f"vpc{next(_numbers)}")
        if self._premises and not has_gateway:
            links.leave(self.network, firewall.VPN)
            self._premises.close()
            self._premises = None

    def _publics(self, atlas: Atlas) -> set[str]:
        own = {atlas.public_address(interface) for interface in atlas.interfaces_in(self.id)}
        nats = {atlas.nat_address(subnet) for subnet in atlas.subnets_of(self.id)}
        return {address for address in own | nats if address}

    def close(self) -> None:
        links.leave(self.network, firewall.UPLINK)
        if self._premises:
            self._premises.close()
        self.network.close()
