# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reading a side's network out of EC2's answers. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME, Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network import api
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.model import Network, Part
from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.twins import in_order

# "failed", "deleting" and "deleted" gateways stay in the answers for an hour and carry nothing:
# https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
LIVE = ("pending", "available")


def read_network(client: Any, owner: Owner) -> Network:
    """All that carries our tags, of several of one name the one to keep first."""
    filters = owner.filters()
    parts = [_vpc(client, item) for item in api.vpcs(client, filters)]
    parts += [_subnet(item) for item in api.subnets(client, filters)]
    parts += [_internet_gateway(item) for item in api.internet_gateways(client, filters)]
    parts += [_address(item) for item in api.addresses(client, filters)]
    names = {part.id: part.name for part in parts}
    nats = api.nat_gateways(client, filters)
    parts += [_nat_gateway(item, names) for item in nats if item["State"] in LIVE]
    routes = {part.id: f"{part.kind} {part.name}" for part in parts}
    parts += [_route_table(item, names, routes) for item in api.route_tables(client, filters)]
    return Network.of(in_order(client, parts, nats))


def failed_nat_gateways(client: Any, owner: Owner) -> list[tuple[str, str]]:
    """(id, why) of those that AWS gave up on."""
    found = api.nat_gateways(client, owner.filters())
    return [(item["NatGatewayId"], item.get("FailureMessage", "")) for item in found if item["State"] == "failed"]


def _part(
    kind: str,
    item: Mapping[str, Any],
    id_key: str,
    state: str,
    settings: Mapping[str, Any],
    vpc_id: str | None = None,
) -> Part:
    tags = boto3_tag_list_to_ansible_dict(item.get("Tags", []))
    return Part(
        kind=kind,
        name=tags.get(NAME, item[id_key]),
        settings=settings,
        tags=tags,
        id=item[id_key],
        state=state,
        vpc_id=vpc_id or item.get("VpcId"),
    )


def _vpc(client: Any, item: Mapping[str, Any]) -> Part:
    settings = {
        "cidr": item["CidrBlock"],
        "dns_hostnames": api.vpc_attribute(client, item["VpcId"], "enableDnsHostnames"),
        "dns_support": api.vpc_attribute(client, item["VpcId"], "enableDnsSupport"),
    }
    return _part("vpc", item, "VpcId", item["State"], settings)


def _subnet(item: Mapping[str, Any]) -> Part:
    settings = {"az_id": item["AvailabilityZoneId"], "cidr": item["CidrBlock"]}
    return _part("subnet", item, "SubnetId", item["State"], settings)


def _internet_gateway(item: Mapping[str, Any]) -> Part:
    # An attachment of an internet gateway is "available" where others are "attached".
    states = ("available", "attached", "attaching")
    vpc_id = next((one["VpcId"] for one in item.get("Attachments", []) if one["State"] in states), None)
    return _part("internet_gateway", item, "InternetGatewayId", "available", {"attached": vpc_id is not None}, vpc_id)


def _address(item: Mapping[str, Any]) -> Part:
    return _part("address", item, "AllocationId", "available", {})


def _nat_gateway(item: Mapping[str, Any], names: Mapping[str | None, str]) -> Part:
    allocation = next((a.get("AllocationId") for a in item.get("NatGatewayAddresses", [])), None)
    settings = {
        "address": names.get(allocation, allocation),
        "subnet": names.get(item["SubnetId"], item["SubnetId"]),
    }
    return _part("nat_gateway", item, "NatGatewayId", item["State"], settings)


def _route_table(item: Mapping[str, Any], names: Mapping[str | None, str], routes: Mapping[str | None, str]) -> Part:
    subnets = [a["SubnetId"] for a in item.get("Associations", []) if "SubnetId" in a]
    settings = {
        "default_route": _default_route(item.get("Routes", []), routes),
        "subnets": tuple(sorted(names.get(subnet, subnet) for subnet in subnets)),
    }
    return _part("route_table", item, "RouteTableId", "available", settings)


def _default_route(items: Iterable[Mapping[str, Any]], routes: Mapping[str | None, str]) -> str | None:
    """None for no route; a "blackhole" route is one to what is gone, and is named by its id."""
    for route in items:
        if route.get("DestinationCidrBlock") == api.ANYWHERE:
            target = route.get("NatGatewayId") or route.get("GatewayId") or "another target"
            return routes.get(target, target)
    return None
