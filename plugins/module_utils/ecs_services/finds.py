# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What was found, gathered by service and slot. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m


@dataclass
class Finds:
    slots: dict[str, dict[m.Slot, list[m.Resource]]] = field(default_factory=lambda: defaultdict(dict))
    taken: set[tuple[str, str]] = field(default_factory=set)
    strangers: set[m.Stranger] = field(default_factory=set)

    def add(self, service: str, place: m.Slot, resource: m.Resource) -> None:
        self.slots[service].setdefault(place, []).append(resource)

    def has(self, service: str, place: m.Slot) -> bool:
        return place in self.slots.get(service, {})

    def first(self, service: str, place: m.Slot) -> m.Resource | None:
        found = self.slots.get(service, {}).get(place)
        return found[0] if found else None

    def of_kind(self, kind: str) -> Iterator[tuple[str, m.Slot, m.Resource]]:
        """The first one of each slot: two are refused whatever they are."""
        for service, places in self.slots.items():
            for place, found in places.items():
                if place[0] == kind:
                    yield service, place, found[0]

    def exchange(self, service: str, place: m.Slot, resource: m.Resource) -> None:
        self.slots[service][place][0] = resource

    def services(self) -> dict[str, m.Service]:
        return {
            name: m.Service(
                name=name,
                resources={place: found[0] for place, found in places.items()},
                twins={
                    place: tuple(r.arn or r.name for r in found) for place, found in places.items() if len(found) > 1
                },
            )
            for name, places in self.slots.items()
        }
