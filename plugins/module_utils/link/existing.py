# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A side that stands in a network of another team's: how the inventory says so. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.check import check_network, zones_left
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import Found
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.needs import need_of
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.wish import Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import ListOf, Record, Text, TextMap
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake, missing

VARIABLE = "existing_network"
# Each in one of two ways; the first two must be there.
WAYS = (
    ("vpc_id", "vpc_tags"),
    ("private_subnet_ids", "private_subnet_tags"),
    ("public_subnet_ids", "public_subnet_tags"),
)
# What cuts a VPC of our own.
OF_OUR_OWN = ("vpc_cidr", "private_subnets", "public_subnets")


def _id(kind: str, description: str) -> Text:
    return Text(
        description=description, pattern=rf"{kind}-[0-9a-f]{{8,17}}", allowed=f"an id such as {kind}-0a1b2c3d4e5f60718"
    )


def _tags(description: str) -> TextMap:
    return TextMap(description=description, pattern=r".{1,128}", allowed="tags: a mapping from keys to values")


def _subnets(description: str) -> ListOf:
    return ListOf(description=description, least=1, unique=True, item=_id("subnet", "One of them."))


EXISTING_NETWORK = Record(
    description="The VPC and subnets of another team that the side stands in, instead of a VPC of its own.",
    fields={
        "vpc_id": _id("vpc", "The VPC."),
        "vpc_tags": _tags("Tags that it carries and no other one does, instead."),
        "private_subnet_ids": _subnets("The subnets for all that the link makes, one in each of az_ids."),
        "private_subnet_tags": _tags("Tags that one subnet in each of az_ids carries, instead."),
        "public_subnet_ids": _subnets("Public side: subnets that the Internet reaches, one in each of az_ids."),
        "public_subnet_tags": _tags("Their tags, instead."),
    },
)


def check_existing(values: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Mistake]:
    """One network for a side: ours, which takes addresses, or theirs, which has them."""
    if given.get(VARIABLE) is None:
        if given.get("vpc_cidr") is None:
            yield missing("vpc_cidr", "an IPv4 block from /16 to /28, or existing_network instead")
        return
    for name in OF_OUR_OWN:
        if given.get(name) is not None:
            yield Mistake(
                where=name,
                found=f"it and {VARIABLE}",
                allowed="one of the two",
                remedy=f"take {name} away: the network that is there has its own addresses",
            )
    yield from (mistake.at(VARIABLE) for mistake in _ways(values.get(VARIABLE) or {}, given[VARIABLE], values))


def _ways(named: Mapping[str, Any], given: Any, values: Mapping[str, Any]) -> Iterator[Mistake]:
    for ids, tags in WAYS if isinstance(given, Mapping) else ():
        told = [way for way in (ids, tags) if given.get(way)]
        if len(told) == 2:
            yield Mistake(where=ids, found=f"{tags} besides", allowed="one of the two", remedy=f"take {tags} away")
        optional = ids.startswith("public")
        if not told and not optional:
            yield missing(ids, f"{ids} or {tags}")
        if told and optional and values.get("side") == "isolated":
            yield Mistake(
                where=told[0],
                found="public subnets on the isolated side",
                allowed="private ones",
                remedy="take them away: nothing of that side faces the Internet",
            )


def check_found(values: Mapping[str, Any], found: Found, account_id: str | None) -> list[Mistake]:
    """What AWS says of the network; `values` are a side's checked variables."""
    wish = wish_of(values)
    mistakes = check_network(wish, found, account_id, need_of(values))
    return [*(mistake.at(VARIABLE) for mistake in mistakes), *zones_left(wish, found)]


def wish_of(values: Mapping[str, Any]) -> Wish:
    return Wish.from_params(values[VARIABLE], side=values["side"], az_ids=values["az_ids"])
