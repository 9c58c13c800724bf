# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Zones of two sides, compared by id. PRIVATE to the collection; stdlib only.

An endpoint stands only in zones its service is offered in. The name of a zone differs from account to account,
its id does not: https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

# Of an endpoint to a service of another region: consumers' subnets cannot be in these zones.
# https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
# as of 2026-11.
WITHOUT_REMOTE_ACCESS = ("use1-az3", "usw1-az2", "apne1-az3", "apne2-az2", "apne2-az4")


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A subnet that an endpoint does without, and why."""

    subnet_id: str
    zone_id: str
    why: str

    def as_dict(self) -> dict[str, str]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Of the subnets that were given. Those whose zone is not known are kept, AWS will tell."""

    kept: tuple[str | None, ...]
    dropped: tuple[Dropped, ...] = ()


def missing(ours: Iterable[str], theirs: Collection[str]) -> tuple[tuple[int, str], ...]:
    """Our zones that they do not have, with their places in our list."""
    return tuple((index, zone) for index, zone in enumerate(ours) if zone not in theirs)


def offered_in(zones: Collection[str] | None) -> Callable[[str], str | None]:
    """Why an endpoint cannot stand in a zone, or None: for a service of our region. `zones` None: not known."""

    def why_not(zone: str) -> str | None:
        return None if zones is None or zone in zones else f"the service is not offered in {zone}"

    return why_not


def remotely_reached(zone: str) -> str | None:
    """The same for a service of another region, whose own zones do not matter."""
    return f"{zone} has no access to services of other regions" if zone in WITHOUT_REMOTE_ACCESS else None


def choose_subnets(
    subnet_ids: Iterable[str | None],
    zones: Mapping[str, str],
    why_not: Callable[[str], str | None],
    used: Collection[str | None] = (),
) -> Choice:
    """One subnet in each zone that will do: one of `used` before others, then by id. `zones` are ids by subnet.

    Raises PrivateLinkError when none is left.
    """
    given = sorted({one for one in subnet_ids if one is not None}, key=lambda one: (one not in used, one))
    unknown = tuple(one for one in subnet_ids if one is None)
    taken: dict[str, str] = {}
    kept: list[str] = []
    dropped: list[Dropped] = []
    for subnet_id in given:
        zone = zones.get(subnet_id)
        why = zone and (why_not(zone) or (zone in taken and f"{taken[zone]} is in {zone} already"))
        if zone and why:
            dropped.append(Dropped(subnet_id=subnet_id, zone_id=zone, why=why))
            continue
        kept.append(subnet_id)
        if zone:
            taken[zone] = subnet_id
    if dropped and not kept and not unknown:
        raise PrivateLinkError(
            where="subnet_ids",
            found="; ".join(f"{one.subnet_id}: {one.why}" for one in dropped),
            allowed="a subnet in a zone of the service",
            remedy="zone ids count, not names: add a subnet there, or have the provider offer one of these zones",
        )
    return Choice(kept=(*sorted(kept), *unknown), dropped=tuple(sorted(dropped, key=lambda one: one.subnet_id)))
