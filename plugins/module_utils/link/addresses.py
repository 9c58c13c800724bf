# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Cuts a VPC's addresses into subnets. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import Mistake

Network = ipaddress.IPv4Network


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """`variable` is the inventory's path that says so, for mistakes."""

    kind: str  # private or public
    az_id: str
    cidr: str
    variable: str

    @property
    def network(self) -> Network:
        return Network(self.cidr)

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "az_id": self.az_id, "cidr": self.cidr}


@dataclass(frozen=True, kw_only=True)
class Cut:
    """How a side wants its VPC cut. Given subnets go before the prefix."""

    vpc_cidr: str
    az_ids: tuple[str, ...]
    side: str
    private_prefix: int = 24
    public_prefix: int = 26
    private: tuple[str, ...] = ()
    public: tuple[str, ...] = ()

    def subnets(self) -> tuple[Subnet, ...]:
        """Private ones from the low end, public ones from the high end: a zone added last moves none of the others.

        Blocks that do not fit lie outside the VPC or over each other; `mistakes` tells.
        """
        private = self._of("private", self.private, self.private_prefix, from_top=False)
        return (
            private
            if self.side == "isolated"
            else private + self._of("public", self.public, self.public_prefix, from_top=True)
        )

    def mistakes(self) -> list[Mistake]:
        wrong_count = [
            *self._count("private", self.private),
            *(self._count("public", self.public) if self.side == "public" else ()),
        ]
        return wrong_count or [*self._outside(), *self._overlaps()]

    def _of(self, kind: str, given: Sequence[str], prefix: int, from_top: bool) -> tuple[Subnet, ...]:
        vpc = Network(self.vpc_cidr)
        size = 2 ** (32 - prefix)
        first = int(vpc.broadcast_address) + 1 - size if from_top else int(vpc.network_address)
        cidrs = given or [
            f"{_address(first + index * (-size if from_top else size))}/{prefix}" for index in range(len(self.az_ids))
        ]
        return tuple(
            Subnet(
                kind=kind,
                az_id=az_id,
                cidr=cidr,
                variable=f"{kind}_subnets[{index}]" if given else "vpc_cidr",
            )
            for index, (az_id, cidr) in enumerate(zip(self.az_ids, cidrs, strict=False))
        )

    def _count(self, kind: str, given: Sequence[str]) -> list[Mistake]:
        if not given or len(given) == len(self.az_ids):
            return []
        return [
            Mistake(
                where=f"{kind}_subnets",
                found=f"{len(given)} of them for {len(self.az_ids)} zones",
                allowed="one for each of az_ids",
                remedy="give as many as there are zones, or leave them out",
            )
        ]

    def _outside(self) -> list[Mistake]:
        vpc = Network(self.vpc_cidr)
        outside = [s for s in self.subnets() if not _inside(s.cidr, vpc)]
        cut = [s for s in outside if s.variable == "vpc_cidr"]
        return [
            *([self._too_small()] if cut else []),
            *(
                Mistake(
                    where=s.variable,
                    found=s.cidr,
                    allowed=f"a block inside {self.vpc_cidr}",
                    remedy="move it into the VPC",
                )
                for s in outside
                if s.variable != "vpc_cidr"
            ),
        ]

    def _overlaps(self) -> list[Mistake]:
        vpc = Network(self.vpc_cidr)
        inside = [s for s in self.subnets() if _inside(s.cidr, vpc)]
        overlaps = [(a, b) for a, b in combinations(inside, 2) if a.network.overlaps(b.network)]
        if any(a.variable == b.variable == "vpc_cidr" for a, b in overlaps):
            return [] if self._outside() else [self._too_small()]
        return [
            Mistake(
                where=(b if b.variable != "vpc_cidr" else a).variable,
                found=f"{b.cidr}, which overlaps {a.cidr} of the same VPC",
                allowed="blocks that do not overlap",
                remedy="move one of the two",
            )
            for a, b in overlaps
        ]

    def _too_small(self) -> Mistake:
        zones = len(self.az_ids)
        wishes = [f"{zones} private /{self.private_prefix}"]
        if self.side == "public":
            wishes.append(f"{zones} public /{self.public_prefix}")
        return Mistake(
            where="vpc_cidr",
            found=f"{self.vpc_cidr}, too small for {' and '.join(wishes)}",
            allowed="a block that holds a subnet of each kind in every zone",
            remedy="take a larger block, or smaller subnets (private_subnet_prefix, public_subnet_prefix)",
        )


def _address(number: int) -> ipaddress.IPv4Address:
    """Wraps around at the ends of IPv4, so that a hopeless cut lies outside its VPC instead of raising."""
    return ipaddress.IPv4Address(number % 2**32)


def _inside(cidr: str, vpc: Network) -> bool:
    try:
        return Network(cidr).subnet_of(vpc)
    except ValueError:  # a cut that starts off its own boundary
        return False


def as_dicts(subnets: Iterable[Subnet]) -> list[dict[str, str]]:
    return [subnet.as_dict() for subnet in subnets]
