# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which shard a service is on, and with which priority. Pure; PRIVATE to the collection; stdlib only.

A service that has a rule stays where it is. A new one takes the first shard with room, so that
nothing else ever moves. Room is one rule and the target groups of both variants: a canary must
be able to join at any time, and AWS raises no quota of target groups.

The module that makes the shards and the one that fills them ask the same questions here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

GROUPS = 2  # target groups kept free for a service: stable and canary
FIRST, GAP, LAST = 100, 10, 50000  # below FIRST: the shard's own rules; the gaps: for test rules and an operator's
SLOTS = (LAST - FIRST) // GAP + 1
HEALTH_PRIORITY = 1


@dataclass(frozen=True, kw_only=True)
class Occupancy:
    """What a shard's listener holds. `residents` are our services; the rest is the shard's own or somebody else's.

    `priorities` are those of all rules, `other_groups` the target groups that none of our services has,
    `others` whether anybody but us has a rule there.
    """

    priorities: frozenset[int] = frozenset()
    residents: frozenset[str] = frozenset()
    other_groups: int = 0
    others: bool = False


@dataclass(frozen=True, kw_only=True)
class Spot:
    """`waits` when there is room only once services that leave are gone."""

    shard: int
    priority: int
    waits: bool = False


def priority_for(name: str, taken: Collection[int]) -> int:
    """By the name, so that two runs at once choose the same for the same service, and AWS gives it to one of them.

    Raises PrivateLinkError when a listener is full to the last priority.
    """
    start = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    for step in range(SLOTS):
        priority = FIRST + GAP * ((start + step) % SLOTS)
        if priority not in taken:
            return priority
    raise PrivateLinkError(where="listener", found="no free priority", allowed=f"{FIRST} to {LAST}")


@dataclass
class _Shard:
    """`leaving` is how many of the rules, and of the room, this run sets free."""

    rules: int
    groups: int
    leaving: int
    priorities: set[int]

    @classmethod
    def of(cls, occupancy: Occupancy, leaving: Collection[str]) -> _Shard:
        priorities = {HEALTH_PRIORITY, *occupancy.priorities}
        return cls(
            rules=len(priorities),
            groups=GROUPS * len(occupancy.residents) + occupancy.other_groups,
            leaving=sum(1 for name in occupancy.residents if name in leaving),
            priorities=priorities,
        )

    def take(self, name: str) -> int:
        priority = priority_for(name, self.priorities)
        self.priorities.add(priority)
        self.rules += 1
        self.groups += GROUPS
        return priority


class Placement:
    """Hands out places and remembers what it handed out. Made anew for each plan.

    `leaving` are the services that this run takes away; `limits` the quotas that hold.
    """

    def __init__(
        self,
        numbers: Iterable[int],
        occupied: Mapping[int, Occupancy],
        limits: Mapping[str, int],
        leaving: Collection[str] = (),
    ) -> None:
        self._rules = limits["rules_per_load_balancer"]
        self._groups = limits["target_groups_per_load_balancer"]
        self._shards = {number: _Shard.of(occupied.get(number, Occupancy()), leaving) for number in sorted(numbers)}

    def add(self, number: int) -> None:
        """A shard that is not made yet."""
        self._shards[number] = _Shard.of(Occupancy(), ())

    def new(self, name: str) -> Spot:
        """Raises PrivateLinkError when every shard is full."""
        for waits in (False, True):
            for number, shard in sorted(self._shards.items()):
                leaving = shard.leaving if waits else 0
                rules, groups = shard.rules - leaving, shard.groups - GROUPS * leaving
                if rules < self._rules and groups + GROUPS <= self._groups:
                    return Spot(shard=number, priority=shard.take(name), waits=waits)
        raise PrivateLinkError(
            where="shards",
            found=f"no room on {len(self._shards)} of them",
            allowed=f"{self._rules} rules and {self._groups} target groups each, {GROUPS} of them for each service",
            remedy="run playbooks/provider.yml, which makes as many shards as the list needs",
        )


def numbers_needed(
    services: Collection[str],
    occupied: Mapping[int, Occupancy],
    limits: Mapping[str, int],
    taken: Collection[int] = (),
    purge: bool = True,
) -> tuple[int, ...]:
    """The shards that these services need, those they are on already among them; at least one.

    `occupied` has an entry for each shard there is. `taken` are numbers that must not be given to a new one.
    """
    homes = {name: number for number, one in occupied.items() for name in one.residents}
    leaving = homes.keys() - set(services) if purge else set()
    numbers = sorted(occupied)
    placement = Placement(numbers, occupied, limits, leaving)
    needed = {number for name, number in homes.items() if name not in leaving}
    needed |= {number for number, one in occupied.items() if one.others}
    for name in sorted(set(services) - homes.keys()):
        try:
            spot = placement.new(name)
        except PrivateLinkError:
            numbers.append(_next(numbers, taken))
            placement.add(numbers[-1])
            spot = placement.new(name)
        needed.add(spot.shard)
    if not needed:
        needed.add(min(numbers, default=_next((), taken)))
    most = min(limits["listeners_per_network_load_balancer"], limits["load_balancers_per_region"])
    if len(needed | occupied.keys()) > most:
        raise PrivateLinkError(
            where="services",
            found=f"{len(services)} of them, which take {len(needed | occupied.keys())} shards",
            allowed=f"{most} shards",
            remedy="ask AWS for more and say so in quotas, or make a second link",
        )
    return tuple(sorted(needed))


def _next(numbers: Collection[int], taken: Collection[int]) -> int:
    return next(number for number in range(1, len(numbers) + len(taken) + 2) if number not in {*numbers, *taken})
