# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Between our rules and EC2's IpPermissions. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.security_groups.model import Rule

# kind of peer -> (its list in an IpPermission, the key of its id in there)
LISTS = {
    "cidr": ("IpRanges", "CidrIp"),
    "group": ("UserIdGroupPairs", "GroupId"),
    "prefix_list": ("PrefixListIds", "PrefixListId"),
}


def rules_from(direction: str, permissions: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[Rule]:
    """`names` gives a peer's name by its id; a peer that has none there keeps its id."""
    for permission in permissions:
        ports = (permission.get("FromPort", -1), permission.get("ToPort", -1))
        for kind, (key, id_key) in (*LISTS.items(), ("cidr", ("Ipv6Ranges", "CidrIpv6"))):
            for item in permission.get(key, []):
                yield Rule(
                    direction=direction,
                    protocol=permission["IpProtocol"],
                    ports=ports if permission["IpProtocol"] != "-1" else (-1, -1),
                    peer=f"{kind} {names.get(item[id_key], item[id_key])}",
                    description=item.get("Description", ""),
                )


def permissions_of(rules: Iterable[Rule], ids: Mapping[str, str]) -> list[dict[str, Any]]:
    """`ids` gives a peer's id by its name; a peer that has none there is its own id."""
    return [_permission(rule, ids) for rule in rules]


def _permission(rule: Rule, ids: Mapping[str, str]) -> dict[str, Any]:
    kind, name = rule.peer.split(" ", 1)
    key, id_key = LISTS[kind]
    if kind == "cidr" and ":" in name:
        key, id_key = "Ipv6Ranges", "CidrIpv6"
    peer = {id_key: ids.get(name, name)}
    if rule.description:
        peer["Description"] = rule.description
    ports = {} if rule.ports[0] < 0 else {"FromPort": rule.ports[0], "ToPort": rule.ports[1]}
    return {"IpProtocol": rule.protocol, **ports, key: [peer]}


def may_let_in(permissions: Iterable[Mapping[str, Any]], port: int, cidr: str, *, by_address: bool = False) -> bool:
    """Whether EC2's ingress permissions let TCP in at the port from these addresses, or may: nobody asks whom a group
    of another team's, or a prefix list, means. `by_address` is for what comes through PrivateLink: a rule that names a
    group does not know it, whichever group that is."""
    return any(_covers(permission, port, cidr, by_address) for permission in permissions)


def _covers(permission: Mapping[str, Any], port: int, cidr: str, by_address: bool) -> bool:
    first, last = permission.get("FromPort", 0), permission.get("ToPort", 65535)
    if permission["IpProtocol"] != "-1" and (permission["IpProtocol"] != "tcp" or not first <= port <= last):
        return False
    if permission.get("PrefixListIds") or (permission.get("UserIdGroupPairs") and not by_address):
        return True
    return any(IPv4Network(cidr).subnet_of(IPv4Network(one["CidrIp"])) for one in permission.get("IpRanges", ()))
