"""The regions from which a service can be reached. Its own is always one of them.

https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
States: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SupportedRegionDetail.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from rig.control import clock, registry
from rig.control.ec2.errors import refuse

ADMITTING = frozenset({"Pending", "Available"})


class SupportedRegions:
    def __init__(self, home: str, others: Iterable[str] = ()) -> None:
        self.home = home
        # github.com/hashicorp/terraform-provider-aws issue 40667, and the acceptance test of a plain service there:
        # AWS lists the service's own region, whether asked to or not.
        self._states = {home: "Available"}
        self.change(add=others)

    @property
    def remote(self) -> bool:
        return any(name != self.home for name in self._states)

    def admits(self, region: str) -> bool:
        return self._states.get(region) in ADMITTING

    def change(
        self, add: Iterable[str] = (), remove: Iterable[str] = (), in_use: Collection[str] = frozenset()
    ) -> None:
        """Connections from a region that is removed stay up: it is Closed to new ones for as long as they last."""
        add, remove = list(add), list(remove)
        known = {region.name for region in RegionsAndZonesBackend.regions}
        for name in add:
            if name not in known:
                refuse("InvalidParameter", f"The region {name} is not supported")
        if self.home in remove:
            refuse("InvalidParameter", f"The region {self.home} hosts the service and cannot be removed")
        for name in add:
            if not self.admits(name):
                self._states[name] = "Pending"
                _later("endpoint_service", lambda name=name: self._move(name, "Pending", "Available"))
        for name in remove:
            if name in self._states:
                self._states[name] = "Closed" if name in in_use else "Deleting"
                _later("endpoint_service_deletion", lambda name=name: self._forget(name))

    def rendered(self, in_use: Collection[str]) -> list[dict[str, str]]:
        for name in [name for name, state in self._states.items() if state == "Closed" and name not in in_use]:
            del self._states[name]
        return [{"Region": name, "ServiceState": state} for name, state in sorted(self._states.items())]

    def _move(self, name: str, before: str, after: str) -> None:
        if self._states.get(name) == before:
            self._states[name] = after

    def _forget(self, name: str) -> None:
        if self._states.get(name) == "Deleting":
            del self._states[name]


def _later(delay: str, action: Callable[[], None]) -> None:
    clock.call_later(registry.settings().delay(delay), action)
