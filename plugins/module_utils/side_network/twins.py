# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Parts of ours that go by one name, and which of them is in use. PRIVATE to the collection.

EC2 does not tell when a VPC, a gateway or an address was made: of those nobody uses, the first by id is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.side_network import api
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.model import Part

# In this order: a gateway that is to go does not keep its address.
KINDS = ("vpc", "subnet", "internet_gateway", "route_table", "nat_gateway", "address")
DELETED = ("deleted", "deleting")


def in_order(client: Any, parts: Iterable[Part], nats: Sequence[Mapping[str, Any]]) -> list[Part]:
    """Of one name, first what is in the VPC to keep, then what is most used. Asks about names that are not unique."""
    found = list(parts)
    number = Counter((part.kind, part.name) for part in found)
    ordered: dict[str, list[Part]] = {}
    for kind in KINDS:
        used = [
            part if number[kind, part.name] == 1 else replace(part, used_by=tuple(_users(client, part, nats, ordered)))
            for part in found
            if part.kind == kind
        ]
        home = next((part.id for part in ordered.get("vpc", ())), None)
        ordered[kind] = sorted(used, key=lambda part: (part.vpc_id != home, -len(part.used_by), str(part.id)))
    return [part for kind in KINDS for part in ordered[kind]]


def _users(
    client: Any, part: Part, nats: Sequence[Mapping[str, Any]], ordered: Mapping[str, Sequence[Part]]
) -> Iterator[str]:
    if part.kind == "vpc":
        yield from _inside(client, str(part.id))
    elif part.kind == "subnet":
        yield from (item["NetworkInterfaceId"] for item in api.interfaces(client, _by("subnet-id", part.id)))
    elif part.kind == "internet_gateway":
        yield from [part.vpc_id] if part.vpc_id else []
    elif part.kind == "route_table":
        yield from part.settings["subnets"]
    elif part.kind == "nat_gateway":
        yield from (item["RouteTableId"] for item in api.route_tables(client, _by("route.nat-gateway-id", part.id)))
    else:
        yield from _holders(client, str(part.id), nats, ordered["nat_gateway"])


def _inside(client: Any, vpc_id: str) -> Iterator[str]:
    """What a person, or we, put there; a VPC comes with the rest."""
    inside = _by("vpc-id", vpc_id)
    yield from (item["SubnetId"] for item in api.subnets(client, inside))
    attached = _by("attachment.vpc-id", vpc_id)
    yield from (item["InternetGatewayId"] for item in api.internet_gateways(client, attached))
    yield from (item["GroupId"] for item in api.security_groups(client, inside) if item["GroupName"] != "default")
    for table in api.route_tables(client, inside):
        if not any(association.get("Main") for association in table.get("Associations", [])):
            yield table["RouteTableId"]
    yield from (item["VpcEndpointId"] for item in api.endpoints(client, inside) if item["State"].lower() not in DELETED)


def _holders(client: Any, allocation_id: str, nats: Sequence[Mapping[str, Any]], kept: Sequence[Part]) -> list[str]:
    """A NAT gateway takes a while to show in the address, so it is asked first; one that is to go does not count."""
    firsts = {part.name: part.id for part in reversed(kept)}
    holding = [
        item["NatGatewayId"]
        for item in nats
        if allocation_id in {address.get("AllocationId") for address in item.get("NatGatewayAddresses", [])}
    ]
    living = [part for part in kept if part.id in holding]
    if living:
        return [str(part.id) for part in living if firsts[part.name] == part.id]
    (item,) = api.addresses(client, _by("allocation-id", allocation_id)) or [{}]
    users = (item.get(key) for key in ("NetworkInterfaceId", "InstanceId", "AssociationId"))
    return [user for user in users if user][:1]


def _by(name: str, value: Any) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": [value]}]
