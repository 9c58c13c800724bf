# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What side_network tells the next task. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.side_network.model import Network, Part


def report(params: Mapping[str, Any], network: Network) -> dict[str, Any]:
    """Ids are null for what check mode would make. Subnets come in the order of the option."""
    vpc = network.find("vpc", params["name"])
    return {
        "vpc_id": vpc.id if vpc else None,
        "cidr": vpc.settings["cidr"] if vpc else None,
        "cidrs": [vpc.settings["cidr"]] if vpc else [],
        "private_subnet_ids": _subnet_ids(params, network, "private"),
        "public_subnet_ids": _subnet_ids(params, network, "public"),
        "private_route_table_ids": _ids(network.of_kind("route_table"), f"{params['name']}-private-"),
    }


def private_cidrs(params: Mapping[str, Any], network: Network) -> list[str]:
    """In the order of the ids. Known of what check mode would make, too."""
    return [subnet.settings["cidr"] for subnet in _subnets(params, network, "private")]


def _subnet_ids(params: Mapping[str, Any], network: Network, tier: str) -> list[str | None]:
    return [subnet.id for subnet in _subnets(params, network, tier)]


def _subnets(params: Mapping[str, Any], network: Network, tier: str) -> list[Part]:
    zones = [subnet["az_id"] for subnet in params["subnets"] if subnet["kind"] == tier]
    found = (network.find("subnet", f"{params['name']}-{tier}-{az_id}") for az_id in zones)
    return [subnet for subnet in found if subnet is not None]


def _ids(parts: tuple[Part, ...], prefix: str) -> list[str | None]:
    return [part.id for part in parts if part.name.startswith(prefix)]
