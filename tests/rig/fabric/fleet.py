"""Where workloads sit: a namespace and a wire for each interface, processes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rig.fabric import orders
from rig.fabric.atlas import Atlas
from rig.fabric.crew import Crew
from rig.fabric.namespaces import Network
from rig.fabric.orders import Stationery
from rig.fabric.vpc import VpcNetwork
from rig.world import Interface, WorkloadStatus


@dataclass
class _Seat:
    """An interface's namespace. The containers of a task share one."""

    interface: Interface
    network: Network
    occupants: set[str] = field(default_factory=set)


class Fleet:
    def __init__(self, crew: Crew, stationery: Stationery) -> None:
        self._crew = crew
        self._stationery = stationery
        self._seats: dict[str, _Seat] = {}

    def place(self, atlas: Atlas, vpcs: Mapping[str, VpcNetwork]) -> None:
        """Tell those that the World no longer holds to end; seat the new ones, whose processes wait for `start`."""
        for seat in self._seats.values():
            for id_ in seat.occupants - atlas.workloads.keys():
                self._crew.end(id_)
        for id_, workload in atlas.workloads.items():
            interface = atlas.interfaces[workload.interface_id]
            if interface.id not in self._seats:
                network = Network.create()
                vpcs[interface.vpc_id].plug(interface, network)
                self._seats[interface.id] = _Seat(interface, network)
            self._seats[interface.id].occupants.add(id_)

    def start(self, atlas: Atlas) -> None:
        statuses = self._crew.statuses()
        for id_, workload in atlas.workloads.items():
            if id_ not in statuses:
                seat = self._seats[workload.interface_id]
                vpc = atlas.vpcs[seat.interface.vpc_id]
                self._crew.start(orders.of(workload, vpc, self._stationery), workload, seat.network)

    def clear(self, atlas: Atlas, vpcs: Mapping[str, VpcNetwork]) -> None:
        """Take the seats of those that have ended. Until then they keep their wire: some want to say goodbye."""
        for seat in list(self._seats.values()):
            for id_ in [id_ for id_ in seat.occupants - atlas.workloads.keys() if self._crew.is_gone(id_)]:
                seat.occupants.discard(id_)
                self._crew.forget(id_)
            if not seat.occupants:
                if seat.interface.vpc_id in vpcs:
                    vpcs[seat.interface.vpc_id].unplug(seat.interface)
                self._seats.pop(seat.interface.id).network.close()

    def statuses(self, atlas: Atlas) -> dict[str, WorkloadStatus]:
        return {id_: status for id_, status in self._crew.statuses().items() if id_ in atlas.workloads}
