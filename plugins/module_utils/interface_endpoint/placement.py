# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Fits the wishes to what the services offer and where the subnets lie. Pure; stdlib only.

Everything that AWS would refuse about them is found here, before the first of many endpoints is made.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils import _zones
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import (
    GATEWAY,
    Address,
    Endpoints,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.offer import Offer
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Desired, Wish

# What is settled by where the subnets lie, and what by the service.
BY_SUBNETS = frozenset({"subnet_ids", "addresses"})
BY_SERVICE = frozenset({"subnet_ids", "private_dns_enabled", "ip_address_type", "policy"})
RESERVED = "the first four addresses of a subnet and its last are AWS's"


@dataclass(frozen=True, kw_only=True)
class Subnet:
    zone_id: str
    zone_name: str
    cidr: str

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Subnet:
        return cls(zone_id=item["AvailabilityZoneId"], zone_name=item["AvailabilityZone"], cidr=item["CidrBlock"])


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Whose subnets, and whose service, must be looked at before anything is made or changed."""

    subnets_of: tuple[Wish, ...] = ()
    services_of: tuple[Wish, ...] = ()

    @classmethod
    def about(cls, desired: Desired, draft: Plan) -> Questions:
        """`draft` is a plan drawn up without looking around."""
        touched = {change.target: _touched(change) for change in draft.changes if change.verb in ("create", "modify")}
        wishes = [(wish, touched.get(wish.what, frozenset())) for wish in desired.wishes if wish.type != GATEWAY]
        # All of AWS's services that have a private name have it verified.
        wishes = [(wish, options - {"private_dns_enabled"} if wish.of_aws else options) for wish, options in wishes]
        return cls(
            subnets_of=tuple(wish for wish, options in wishes if options & BY_SUBNETS),
            services_of=tuple(wish for wish, options in wishes if options & BY_SERVICE),
        )


def _touched(change: Change) -> frozenset[str]:
    """The options that a change sets: all of them at creation."""
    return frozenset(change.values["changed"]) if change.verb == "modify" else BY_SUBNETS | BY_SERVICE


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The answers."""

    asked: Questions = Questions()
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()

    def offer(self, wish: Wish) -> Offer | None:
        return next((o for o in self.offers if (o.service_name, o.type) == (wish.service_name, wish.type)), None)

    def zones(self) -> dict[str, str]:
        return {subnet_id: subnet.zone_id for subnet_id, subnet in self.subnets.items()}

    def offered(self, wish: Wish) -> frozenset[str] | None:
        offer = self.offer(wish)
        return offer.zones({subnet.zone_name: subnet.zone_id for subnet in self.subnets.values()}) if offer else None


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The wishes as they can be met, and the subnets each endpoint does without, by its name and type.

    `open` are endpoints, in words, that do without a policy.
    """

    desired: Desired
    dropped: Mapping[tuple[str, str], tuple[_zones.Dropped, ...]] = field(default_factory=dict)
    open: tuple[str, ...] = ()


def fit(desired: Desired, current: Endpoints, ground: Ground) -> Fit:
    """Raises PrivateLinkError for what cannot be had."""
    wishes: list[Wish] = []
    dropped = {}
    unguarded: list[str] = []
    for wish in desired.wishes:
        fitted = wish
        if wish in ground.asked.services_of:
            fitted = _with_policy(wish, ground.offer(wish))
            fitted = replace(fitted, auto_accepted=_suits(fitted, ground))
            unguarded += [wish.what] if fitted.policy != wish.policy else []
        if wish in ground.asked.subnets_of:
            _refuse_misplaced(wish.addresses, ground.subnets)
            used = [subnet for one in current.items if wish.matches(one) and one.alive for subnet in one.subnet_ids]
            choice = _choose(wish, ground, used)
            dropped[wish.name, wish.type] = choice.dropped
            fitted = replace(fitted, subnet_ids=choice.kept)
        wishes.append(fitted)
    return Fit(desired=replace(desired, wishes=tuple(wishes)), dropped=dropped, open=tuple(unguarded))


def _with_policy(wish: Wish, offer: Offer | None) -> Wish:
    """The wish, without its policy where the service takes none and the wish does without."""
    dispensable = wish.policy_if_supported and offer is not None and not offer.policy_supported
    return replace(wish, policy=None) if dispensable else wish


def _suits(wish: Wish, ground: Ground) -> bool:
    """Whether the service accepts at once. One of another account that is not seen may just have admitted us."""
    offer = ground.offer(wish)
    if offer:
        offer.refuse(wish)
        return not offer.acceptance_required
    if wish.of_aws:
        _refuse_unknown(wish, ground.offers)
    return False


def _choose(wish: Wish, ground: Ground, used: Collection[str | None]) -> _zones.Choice:
    why_not = _zones.remotely_reached if wish.remote else _zones.offered_in(ground.offered(wish))
    choice = _zones.choose_subnets(wish.subnet_ids, ground.zones(), why_not, used)
    if choice.dropped and wish.addresses:
        raise PrivateLinkError(
            where=f"{wish.what}: subnet_configurations",
            found="; ".join(f"{one.subnet_id}: {one.why}" for one in choice.dropped),
            allowed="subnets that can all be used, for an endpoint with fixed addresses",
        )
    return choice


def _refuse_unknown(wish: Wish, offers: Iterable[Offer]) -> None:
    types = sorted({offer.type for offer in offers if offer.service_name == wish.service_name})
    raise PrivateLinkError(
        where=wish.what,
        found=f"AWS has no service {wish.service_name} for endpoints of type {wish.type} here",
        allowed=", ".join(types) or "the name of a service of this region",
        remedy="aws ec2 describe-vpc-endpoint-services tells the names",
    )


def _refuse_misplaced(addresses: Mapping[str, Address], subnets: Mapping[str, Subnet]) -> None:
    for subnet_id, address in addresses.items():
        if subnet_id not in subnets or address.ipv4 is None:
            continue
        block = ipaddress.IPv4Network(subnets[subnet_id].cidr)
        first, last = block.network_address + 4, block.broadcast_address - 1
        if not first <= ipaddress.IPv4Address(address.ipv4) <= last:
            raise PrivateLinkError(
                where=f"subnet_configurations: {subnet_id}",
                found=address.ipv4,
                allowed=f"{first} to {last}",
                remedy=RESERVED,
            )
