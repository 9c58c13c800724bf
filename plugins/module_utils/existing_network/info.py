# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What existing_network_info tells. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.check import check_network
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.choice import choose
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.endpoints import There, there
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.reading import (
    find_endpoints,
    find_network,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.wish import Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import InvalidInventoryError


def look_at_network(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """Raises InvalidInventoryError with all that the side needs of the network and misses."""
    wish = Wish.from_params(params, side=params["side"], az_ids=params["az_ids"])
    found = find_network(connect("ec2"), wish)
    choice, mistakes = choose(wish, found), check_network(wish, found)
    services = [*(params["aws_services"] or ()), *(params["gateway_services"] or ())]
    known = There()
    if found.vpc and services:
        endpoints = find_endpoints(connect("ec2"), found.vpc.id, Owner.from_tags(params["tags"]))
        known = there(services, endpoints, choice.private)
    if mistakes or known.mistakes:
        raise InvalidInventoryError([*mistakes, *known.mistakes])
    return {
        "network": {
            "vpc_id": found.vpc.id,
            "cidr": found.vpc.cidrs[0],
            "cidrs": list(found.vpc.cidrs),
            "private_subnet_ids": [subnet.id for subnet in choice.private],
            "public_subnet_ids": [subnet.id for subnet in choice.public],
            "private_route_table_ids": sorted({subnet.route_table_id for subnet in choice.private}),
            "aws_services": list(known.services),
        },
        "private_subnet_cidrs": [subnet.cidr for subnet in choice.private],
    }
