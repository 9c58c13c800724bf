"""Security groups and routes of one VPC as one nftables ruleset.

Every packet meets two checks, as on AWS: may its source send it (`leave`), and may
its destination take it (`arrive`). Each check is a base chain of its own, so that
"accept" in the first leads on to the second. Traffic between two addresses of the
VPC's own namespace (a load balancer and an endpoint, say) is checked on output.

Connections are tracked, as on AWS: one that is established outlives the rule that
let it in (docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rig.fabric import addresses
from rig.fabric.atlas import Atlas
from rig.world import Interface, SecurityGroup, SecurityGroupRule, Subnet

UPLINK = "up0"
VPN = "vpn0"
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp"}

_TABLE = """\
table ip vpc
delete table ip vpc
table ip vpc {{
{sets}
{groups}
  chain leave {{
    ct state established,related accept
    ip daddr @exempt accept
    ip saddr @exempt accept
    iifname {{ "up0", "vpn0" }} accept
    ip saddr vmap @leaving
    drop
  }}
  chain arrive {{
    ct state established,related accept
    ip daddr @exempt accept
{gateway_fronts}
{premises}
    oifname "up0" ip saddr @routed accept
    oifname "up0" ip saddr @natted accept
    ip daddr vmap @arriving
    drop
  }}
  chain forward_leave {{ type filter hook forward priority 0; policy drop; jump leave; }}
  chain forward_arrive {{ type filter hook forward priority 10; policy drop; jump arrive; }}
  chain input_leave {{ type filter hook input priority 0; policy drop; iifname "lo" accept; jump leave; }}
  chain input_arrive {{ type filter hook input priority 10; policy drop; iifname "lo" accept; jump arrive; }}
  chain output_leave {{ type filter hook output priority 0; policy drop; jump leave; }}
  chain output_arrive {{ type filter hook output priority 10; policy drop; jump arrive; }}
  chain through_privatelink {{
    type nat hook output priority -100;
    dnat to ip daddr map @sent_to
  }}
  chain own_address_only {{
    type filter hook prerouting priority -300;
    iifname "w*" iifname . ip saddr != @plugged drop
  }}
  chain in_from_internet {{
    type nat hook prerouting priority -100;
    iifname "up0" dnat to ip daddr map @private_of
  }}
  chain out_to_internet {{
    type nat hook postrouting priority 100;
    oifname "up0" snat to ip saddr map @public_of
    oifname "up0" snat to ip saddr map @nat_of
  }}
}}
"""


# See Atlas.by_address_alone: what an NLB passes on so has been sent to an address of this block.
_NOT_PRIVATELINK = f"ct original ip daddr != {addresses.PRIVATELINK}"

# An NLB that enforces its groups on PrivateLink judges the consumer's own address, by CIDR
# (docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html). A packet that it
# would drop is dropped at the endpoint's interface, where that address is still to be seen.
_GATE = "gate_"


def ruleset(atlas: Atlas, vpc_id: str, ports: dict[str, str]) -> str:
    """The whole table of a VPC. `ports` names the wire behind which each workload's address is."""
    interfaces = sorted(atlas.interfaces_in(vpc_id), key=lambda interface: interface.id)
    groups = [group for group in atlas.world.security_groups if group.vpc_id == vpc_id]
    return _TABLE.format(
        sets="\n".join(_sets(atlas, vpc_id, interfaces, groups, ports)),
        groups="\n".join([*_group_chains(groups, interfaces), *_gate_chains(atlas, interfaces)]),
        gateway_fronts="\n".join(_gateway_fronts(atlas.subnets_of(vpc_id))),
        premises="\n".join(_premises(atlas.subnets_of(vpc_id))),
    )


def _sets(
    atlas: Atlas, vpc_id: str, interfaces: list[Interface], groups: list[SecurityGroup], ports: dict[str, str]
) -> Iterator[str]:
    subnets = atlas.subnets_of(vpc_id)
    # docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html: "Security groups cannot block DNS requests
    # to or from the Route 53 Resolver", nor instance and task metadata.
    exempt = (addresses.RESOLVER, addresses.METADATA, addresses.TASK_METADATA)
    resolver = addresses.resolver_of(atlas.vpcs[vpc_id].cidrs[0])
    yield _set("exempt", "ipv4_addr", [*exempt, resolver])
    yield _set("plugged", "ifname . ipv4_addr", [f'"{port}" . {address}' for address, port in ports.items()])
    for group in groups:
        members = [i.address for i in interfaces if i.groups and group.id in i.groups]
        yield _set(f"members_{_name(group.id)}", "ipv4_addr", members)
    for way in ("leaving", "arriving"):
        verdicts = [f"{i.address} : {_verdict(way, i, i.id in atlas.gates)}" for i in interfaces]
        yield _map(way, "ipv4_addr : verdict", verdicts)
    targets = {a for group in atlas.groups_in(vpc_id) for a in atlas.target_addresses(group)}
    yield _map("sent_to", "ipv4_addr : ipv4_addr", [f"{addresses.through_privatelink(a)} : {a}" for a in targets])
    publics = {i.address: public for i in interfaces if (public := atlas.public_address(i))}
    yield _set("routed", "ipv4_addr", list(publics))
    yield _map("public_of", "ipv4_addr : ipv4_addr", [f"{own} : {public}" for own, public in publics.items()])
    yield _map("private_of", "ipv4_addr : ipv4_addr", [f"{public} : {own}" for own, public in publics.items()])
    nats = {subnet.cidr: nat for subnet in subnets if (nat := atlas.nat_address(subnet))}
    yield _set("natted", "ipv4_addr; flags interval", list(nats))
    yield _map("nat_of", "ipv4_addr : ipv4_addr; flags interval", [f"{cidr} : {nat}" for cidr, nat in nats.items()])


def _set(name: str, kind: str, elements: Iterable[str]) -> str:
    return f"  set {name} {{ type {kind}; {_elements(elements)}}}"


def _map(name: str, kind: str, elements: Iterable[str]) -> str:
    return f"  map {name} {{ type {kind}; {_elements(elements)}}}"


def _elements(elements: Iterable[str]) -> str:
    listed = ", ".join(sorted(elements))
    return f"elements = {{ {listed} }} " if listed else ""


def _verdict(way: str, interface: Interface, is_gated: bool = False) -> str:
    """What an interface's groups say. One of a load balancer made without groups filters nothing."""
    if is_gated and way == "arriving":
        return f"jump {_GATE}{_name(interface.id)}"
    if interface.groups is None:
        return "accept"
    return f"jump {way}_{_combination(interface.groups)}" if interface.groups else "drop"


def _combination(groups: Iterable[str]) -> str:
    return "_".join(_name(group) for group in sorted(groups))


def _name(group_id: str) -> str:
    return group_id.replace("-", "_")


def _group_chains(groups: list[SecurityGroup], interfaces: list[Interface]) -> Iterator[str]:
    known = {group.id for group in groups}
    for group in groups:
        yield _chain(f"leaving_group_{_name(group.id)}", _rules(group.egress, "daddr", known))
        yield _chain(f"arriving_group_{_name(group.id)}", _rules(group.ingress, "saddr", known))
    for combination in sorted({tuple(sorted(i.groups)) for i in interfaces if i.groups}):
        for way in ("leaving", "arriving"):
            jumps = [f"jump {way}_group_{_name(group)}" for group in combination if group in known]
            yield _chain(f"{way}_{_combination(combination)}", jumps)


def _gate_chains(atlas: Atlas, interfaces: list[Interface]) -> Iterator[str]:
    for interface in interfaces:
        if interface.id in atlas.gates:
            own = _verdict("arriving", interface)
            yield _chain(_GATE + _name(interface.id), _rules(atlas.gates[interface.id], "saddr", set(), own))


def _chain(name: str, rules: Iterable[str]) -> str:
    return "\n".join([f"  chain {name} {{", *(f"    {rule}" for rule in rules), "  }"])


def _rules(rules: Iterable[SecurityGroupRule], peer: str, known: set[str], verdict: str = "accept") -> Iterator[str]:
    # Who goes to members of a group goes there whichever way he came: only who is let in depends on it.
    by_group = f"{_NOT_PRIVATELINK} " if peer == "saddr" else ""
    for rule in rules:
        matches = _protocol(rule)
        for cidr in rule.cidrs:
            yield f"ip {peer} {cidr} {matches} {verdict}"
        for group in rule.groups:
            if group in known:
                yield f"ip {peer} @members_{_name(group)} {by_group}{matches} {verdict}"
        for cidr in _prefixes(rule.prefix_lists):
            yield f"ip {peer} {cidr} {matches} {verdict}"


def _protocol(rule: SecurityGroupRule) -> str:
    protocol = _PROTOCOLS.get(rule.protocol, rule.protocol)
    if protocol == "-1":
        return ""
    every_port = rule.from_port in (None, -1) or (rule.from_port, rule.to_port) == (0, 65535)
    if every_port or protocol not in ("tcp", "udp", "icmp"):
        return f"meta l4proto {protocol}"
    if protocol == "icmp":
        return f"icmp type {rule.from_port}"
    return f"{protocol} dport {rule.from_port}-{rule.to_port}"


def _prefixes(prefix_lists: Iterable[str]) -> Iterator[str]:
    """The sandbox knows a prefix list by its service: any list may reach every service with a gateway endpoint."""
    if tuple(prefix_lists):
        for cidrs in addresses.GATEWAY_PREFIXES.values():
            yield from cidrs


def _gateway_fronts(subnets: list[Subnet]) -> Iterator[str]:
    """Who reaches S3 and DynamoDB: subnets with a gateway endpoint's route, or with a way to the Internet."""
    for service, address in addresses.GATEWAY_FRONTS.items():
        for subnet in subnets:
            if service in subnet.gateway_endpoints or subnet.default_route:
                yield f"    ip saddr {subnet.cidr} ip daddr {address} accept"


def _premises(subnets: list[Subnet]) -> Iterator[str]:
    """Who reaches what lies behind the virtual private gateway: subnets with a route there.

    What is led on from PrivateLink's block was routed to the namespace itself before, and is on its way out as that."""
    for subnet in subnets:
        for cidr in subnet.vpn_routes:
            yield f'    oifname {{ "{VPN}", "lo" }} ip saddr {subnet.cidr} ip daddr {cidr} accept'
