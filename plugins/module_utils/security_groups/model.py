# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Security groups that name each other. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags

ANY_PROTOCOL = "-1"
PEERS = {"group": "group", "cidrs": "cidr", "prefix_list": "prefix_list"}  # option -> kind of peer
NO_PORTS = ""
# Written beside a rule, and read back: whose members have the addresses of a rule that names no group.
ADDRESSES_OF = "Addresses of "
WITH_PORTS = ("tcp", "6", "udp", "17")


@dataclass(frozen=True, kw_only=True, order=True)
class Rule:
    """`peer` is "group <name>", "cidr <block>" or "prefix_list <name>". The description is not part of
    the rule: AWS lets no two rules differ in it alone."""

    direction: str  # ingress or egress
    protocol: str
    ports: tuple[int, int]  # (-1, -1) where the protocol has none
    peer: str
    description: str = field(default="", compare=False)

    @property
    def other_end(self) -> str:
        """The name of the group at the other end, of whose members' addresses the rule may consist; or empty."""
        kind, _space, name = self.peer.partition(" ")
        if kind == "group":
            return name
        return self.description.removeprefix(ADDRESSES_OF) if self.description.startswith(ADDRESSES_OF) else ""

    def __str__(self) -> str:
        first, last = self.ports
        ports = "" if first < 0 else f" {first}" if first == last else f" {first}-{last}"
        way = "from" if self.direction == "ingress" else "to"
        protocol = "all traffic" if self.protocol == ANY_PROTOCOL else f"{self.protocol}{ports}"
        return f"{protocol} {way} {self.peer}"


@dataclass(frozen=True, kw_only=True)
class Group:
    name: str
    description: str
    rules: frozenset[Rule] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    create: bool = True  # a wanted one: whether to make it when it is not there

    def as_diff(self) -> dict[str, Any]:
        ways = ("ingress", "egress")
        rules = {way: sorted(str(rule) for rule in self.rules if rule.direction == way) for way in ways}
        return {**rules, "tags": dict(sorted(self.tags.items()))}


@dataclass(frozen=True, kw_only=True)
class Groups:
    groups: tuple[Group, ...] = ()

    def find(self, name: str) -> Group | None:
        return next((group for group in self.groups if group.name == name), None)

    def names(self) -> frozenset[str]:
        return frozenset(group.name for group in self.groups)

    def as_diff(self) -> dict[str, Any]:
        return {group.name: group.as_diff() for group in sorted(self.groups, key=lambda group: group.name)}


def desired_groups(params: Mapping[str, Any]) -> Groups:
    """Raises PrivateLinkError for a name used twice and for a rule without exactly one peer."""
    entries = params["groups"] or []
    names = [entry["name"] for entry in entries]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise PrivateLinkError(where=f"groups[{index}].name", found=name, allowed="a name of its own")
    return Groups(groups=tuple(_group(index, entry, params["tags"]) for index, entry in enumerate(entries)))


def _group(index: int, entry: Mapping[str, Any], tags: Mapping[str, Any]) -> Group:
    rules = frozenset(
        rule
        for way in ("ingress", "egress")
        for position, item in enumerate(entry[way] or [])
        for rule in _rules(f"groups[{index}].{way}[{position}]", way, item)
    )
    return Group(
        name=entry["name"],
        description=entry["description"],
        rules=rules,
        tags=wanted_tags(entry["name"], tags),
        create=entry["create"],
    )


def _rules(where: str, way: str, item: Mapping[str, Any]) -> Iterator[Rule]:
    given = [option for option in PEERS if item.get(option) or item.get(option) == []]
    if len(given) != 1:
        raise PrivateLinkError(where=where, found=", ".join(given) or "no peer", allowed=f"one of {', '.join(PEERS)}")
    if item["ports"] is None and item["protocol"] in WITH_PORTS:
        raise PrivateLinkError(where=f"{where}.ports", found="nothing", allowed=f"ports, with {item['protocol']}")
    peers = item[given[0]]
    for peer in [peers] if isinstance(peers, str) else peers:
        for ports in [NO_PORTS] if item["ports"] is None else item["ports"]:
            yield Rule(
                direction=way,
                protocol=item["protocol"],
                ports=_ports(where, ports),
                peer=f"{PEERS[given[0]]} {peer}",
                description=_description(item),
            )


def _description(item: Mapping[str, Any]) -> str:
    return f"{ADDRESSES_OF}{item['addresses_of']}" if item.get("addresses_of") else item.get("rule_description") or ""


def _ports(where: str, text: str) -> tuple[int, int]:
    """One port, or a first and a last one: 443, 443-492."""
    if text == NO_PORTS:
        return (-1, -1)
    first, _dash, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and int(first) <= int(last or first)):
        raise PrivateLinkError(where=f"{where}.ports", found=text, allowed="a port, or two with - between them")
    return int(first), int(last or first)
