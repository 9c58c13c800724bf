# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Where a side stands, or will stand, by its checked variables. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.choice import choose
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import Found
from ansible_collections.twoway.privatelink.plugins.module_utils.link.addresses import Cut
from ansible_collections.twoway.privatelink.plugins.module_utils.link.existing import wish_of
from ansible_collections.twoway.privatelink.plugins.module_utils.published.check import Place


def cut_of(values: Mapping[str, Any]) -> Cut | None:
    """How the side's VPC is cut, or None while what it needs is itself wrong."""
    given = {kind: values.get(f"{kind}_subnets") or [] for kind in ("private", "public")}
    zones = values.get("az_ids") or []
    needed = (values.get("vpc_cidr"), values.get("side"), *zones, *given["private"], *given["public"])
    prefixes = (values.get("private_subnet_prefix"), values.get("public_subnet_prefix"))
    if not zones or None in needed or None in prefixes:
        return None
    return Cut(
        vpc_cidr=values["vpc_cidr"],
        az_ids=tuple(zones),
        side=values["side"],
        private_prefix=prefixes[0],
        public_prefix=prefixes[1],
        private=tuple(given["private"]),
        public=tuple(given["public"]),
    )


def place_of(
    values: Mapping[str, Any], network: Found | None, vpc_id: str | None = None, consumers: Sequence[str] = ()
) -> Place:
    """In the network of another team, or in one of our own, of which `vpc_id` is the VPC if it is made."""
    cut = None if network else cut_of(values)
    if network:
        private = choose(wish_of(values), network).private
        vpc_cidrs, cidrs = network.vpc.cidrs if network.vpc else (), [subnet.cidr for subnet in private]
    else:
        vpc_cidrs = (values["vpc_cidr"],) if values.get("vpc_cidr") else ()
        cidrs = [subnet.cidr for subnet in cut.subnets() if subnet.kind == "private"] if cut else []
    return Place(
        link=values["link"],
        vpc_id=vpc_id,
        vpc_cidrs=vpc_cidrs,
        cidrs=tuple(cidrs),
        az_ids=tuple(values["az_ids"]),
        consumers=tuple(consumers),
    )
