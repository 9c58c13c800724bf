"""A World, indexed: who is where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address, ip_network

from rig.world import Endpoint, Interface, LoadBalancer, SecurityGroupRule, Subnet, TargetGroup, Vpc, Workload, World


@dataclass(frozen=True)
class Node:
    """A load balancer's foot in one zone."""

    load_balancer: LoadBalancer
    interface: Interface
    subnet: Subnet


class Atlas:
    """What a World does not say twice. A half-made World has gaps; lookups then leave the thing out."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def vpcs(self) -> dict[str, Vpc]:
        return {vpc.id: vpc for vpc in self.world.vpcs}

    @cached_property
    def subnets(self) -> dict[str, Subnet]:
        return {subnet.id: subnet for subnet in self.world.subnets}

    @cached_property
    def interfaces(self) -> dict[str, Interface]:
        """Those whose VPC and subnet exist."""
        return {i.id: i for i in self.world.interfaces if i.vpc_id in self.vpcs and i.subnet_id in self.subnets}

    @cached_property
    def load_balancers(self) -> dict[str, LoadBalancer]:
        return {lb.arn: lb for lb in self.world.load_balancers}

    @cached_property
    def target_groups(self) -> dict[str, TargetGroup]:
        return {group.arn: group for group in self.world.target_groups}

    @cached_property
    def workloads(self) -> dict[str, Workload]:
        """Those whose interface exists."""
        return {w.id: w for w in self.world.workloads if w.interface_id in self.interfaces}

    @cached_property
    def service_interfaces(self) -> frozenset[str]:
        """Interfaces that AWS itself answers on: of load balancers and endpoints."""
        owners = (*self.world.load_balancers, *self.world.endpoints)
        return frozenset(id_ for owner in owners for id_ in owner.interface_ids if id_ in self.interfaces)

    @cached_property
    def nodes(self) -> dict[str, tuple[Node, ...]]:
        """By load balancer ARN, in order of zone."""
        return {lb.arn: self._nodes_of(lb) for lb in self.world.load_balancers}

    def _nodes_of(self, load_balancer: LoadBalancer) -> tuple[Node, ...]:
        feet = (self.interfaces[id_] for id_ in load_balancer.interface_ids if id_ in self.interfaces)
        nodes = (Node(load_balancer, foot, self.subnets[foot.subnet_id]) for foot in feet)
        return tuple(sorted(nodes, key=lambda node: (node.subnet.az_id, node.interface.address)))

    def interfaces_of(self, owner: Endpoint | LoadBalancer) -> tuple[Interface, ...]:
        return tuple(self.interfaces[id_] for id_ in owner.interface_ids if id_ in self.interfaces)

    def provider_node(self, endpoint: Endpoint, interface: Interface) -> Node | None:
        """Where an endpoint's interface leads: it stays with one load balancer of the service, in its own zone."""
        zone = self.subnets[interface.subnet_id].az_id
        for arn in sorted(endpoint.load_balancers):
            for node in self.nodes.get(arn, ()):
                if node.load_balancer.active and node.subnet.az_id == zone:
                    return node
        return None

    @cached_property
    def gates(self) -> dict[str, tuple[SecurityGroupRule, ...]]:
        """By id of endpoint interface: the ingress rules of a load balancer that enforces its groups on PrivateLink."""
        found = {}
        for endpoint in self.world.endpoints:
            for interface in self.interfaces_of(endpoint):
                node = self.provider_node(endpoint, interface)
                balancer = node and node.load_balancer
                if balancer and balancer.groups and balancer.enforce_groups_on_privatelink:
                    groups = [group for group in self.world.security_groups if group.id in balancer.groups]
                    found[interface.id] = tuple(rule for group in groups for rule in group.ingress)
        return found

    def by_address_alone(self, balancer: LoadBalancer) -> bool:
        """Whether rules that name an NLB's groups mean nothing for what comes to it through PrivateLink.

        docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups:
        "If you configured the load balancer to evaluate inbound rules for traffic sent through PrivateLink, add a rule
        that accepts traffic from the load balancer security group on the traffic port. Otherwise, add a rule that
        accepts traffic from the load balancer private IP addresses on the traffic port"."""
        return bool(balancer.groups) and not balancer.enforce_groups_on_privatelink

    def groups_in(self, vpc_id: str) -> list[TargetGroup]:
        return [group for group in self.world.target_groups if group.vpc_id == vpc_id]

    def target_addresses(self, group: TargetGroup) -> Iterator[str]:
        """Of all targets, whatever their zone and health; of a load balancer those of its nodes."""
        for target in group.targets:
            if group.kind == "alb":
                yield from (node.interface.address for node in self.nodes.get(target.address, ()))
            else:
                yield target.address

    def zone_of(self, vpc_id: str, address: str) -> str | None:
        """The AZ id of the subnet that holds `address`, or None when it lies outside the VPC."""
        for subnet in self._subnets_by_vpc.get(vpc_id, ()):
            if ip_address(address) in ip_network(subnet.cidr):
                return subnet.az_id
        return None

    @cached_property
    def _subnets_by_vpc(self) -> dict[str, list[Subnet]]:
        found: dict[str, list[Subnet]] = {}
        for subnet in self.world.subnets:
            found.setdefault(subnet.vpc_id, []).append(subnet)
        return found

    def subnets_of(self, vpc_id: str) -> list[Subnet]:
        return self._subnets_by_vpc.get(vpc_id, [])

    def interfaces_in(self, vpc_id: str) -> list[Interface]:
        return [interface for interface in self.interfaces.values() if interface.vpc_id == vpc_id]

    def public_address(self, interface: Interface) -> str | None:
        """The address the Internet reaches it by, or None: it takes one and a route to an internet gateway."""
        route = self.subnets[interface.subnet_id].default_route or ""
        return interface.public_address if route.startswith("igw-") else None

    def nat_address(self, subnet: Subnet) -> str | None:
        """The address behind which the subnet's traffic leaves by a NAT gateway, or None."""
        for gateway in self.world.nat_gateways:
            home = self.subnets.get(gateway.subnet_id)
            if gateway.id == subnet.default_route and home and (home.default_route or "").startswith("igw-"):
                return gateway.public_address
        return None
