# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which shard a service is on, and with which priority. Pure; PRIVATE to the collection; stdlib only.

A service that has a rule stays where it is. A new one takes the first shard with
room and the first free priority there, so that nothing else ever moves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import Occupancy, Shard
from ansible_collections.twoway.privatelink.plugins.module_utils.link import quotas

FIRST, GAP, LAST = 100, 10, 50000  # below FIRST: the shard's own rules; the gaps: for an operator's


def free_priority(taken: Collection[int]) -> int:
    """Raises PrivateLinkError when a listener is full to the last priority."""
    for priority in range(FIRST, LAST + 1, GAP):
        if priority not in taken:
            return priority
    raise PrivateLinkError(where="listener", found="no free priority", allowed=f"{FIRST} to {LAST}")


class Placement:
    """Hands out places and remembers what it handed out. Made anew for each plan."""

    def __init__(self, shards: Iterable[Shard], occupied: Mapping[int, Occupancy]) -> None:
        self._shards = tuple(sorted(shards, key=lambda shard: shard.number))
        self._priorities = {s.number: set(occupied.get(s.number, Occupancy()).priorities) for s in self._shards}
        self._groups = {s.number: occupied.get(s.number, Occupancy()).target_groups for s in self._shards}

    def shard(self, number: int) -> Shard | None:
        return next((shard for shard in self._shards if shard.number == number), None)

    def new(self, groups: int) -> tuple[Shard, int]:
        """A shard and a priority for a service with so many target groups; raises when every shard is full."""
        for shard in self._shards:
            taken = self._priorities[shard.number]
            rules_fit = len(taken) < quotas.RULES_PER_LOAD_BALANCER
            if rules_fit and self._groups[shard.number] + groups <= quotas.TARGET_GROUPS_PER_LOAD_BALANCER:
                priority = free_priority(taken)
                taken.add(priority)
                self._groups[shard.number] += groups
                return shard, priority
        raise PrivateLinkError(
            where="shards",
            found=f"no room on {len(self._shards)} of them",
            allowed=(
                f"{quotas.RULES_PER_LOAD_BALANCER} rules and {quotas.TARGET_GROUPS_PER_LOAD_BALANCER} "
                "target groups each"
            ),
            remedy="add a shard: the filter shard_count tells how many the list needs",
        )

    def grow(self, number: int, groups: int) -> None:
        """More target groups on a shard a service is on already."""
        if number in self._groups:
            self._groups[number] += groups
