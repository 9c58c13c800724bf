"""The data plane: makes a World real, and says how it fares."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rig.fabric import addresses, machine, names, orders, usage
from rig.fabric.atlas import Atlas
from rig.fabric.crew import Crew, Sink
from rig.fabric.envoy import clusters, process, resources
from rig.fabric.envoy.discovery import Discovery
from rig.fabric.envoy.front import Front
from rig.fabric.envoy.health import Health
from rig.fabric.envoy.meter import Meter
from rig.fabric.fleet import Fleet
from rig.fabric.metadata import Metadata
from rig.fabric.nft import Nft
from rig.fabric.orders import Stationery
from rig.fabric.outside import Internet
from rig.fabric.resolver import Resolver
from rig.fabric.visitor import Visitor
from rig.fabric.vpc import VpcNetwork
from rig.pki import Pki
from rig.world import Report, Vpc, World


@dataclass(frozen=True, kw_only=True)
class PlaneSettings:
    """`api_socket` is where the control plane answers; `health_scale` shortens the intervals of health checks.

    Meters are read every `metrics_seconds`.
    """

    state_dir: Path
    api_socket: Path
    health_scale: float = 0.1
    metrics_seconds: int = 60
    log_sink: Sink = lambda _workload, _lines: None


class Plane:
    """Call `rig.fabric.machine.prepare` first. `apply`, `report` and `close` belong to one thread."""

    def __init__(self, settings: PlaneSettings) -> None:
        self._settings = settings
        self._pki = Pki(settings.state_dir / "pki")
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="fabric", daemon=True).start()
        self._atlas = Atlas(World())
        self._vpcs: dict[str, VpcNetwork] = {}
        self._nft = Nft()
        log = settings.state_dir / "rig.log"
        self._log = log
        self._internet = Internet(self._nft, self._pki, settings.state_dir, log)
        self._resolver = Resolver(self._loop)
        self._names = names.of(self._atlas)
        self._visitor = Visitor(self._internet.network, self._pki.public.path, lambda: self._names)
        self._metadata = Metadata(self._loop)
        self._health = Health(self._loop, machine.RUN / "health.log")
        self._discovery = Discovery(self._loop, machine.RUN / "xds.sock")
        self._front = Front(settings.api_socket, orders.aws_certificate(self._pki))
        self._envoy = process.start(machine.RUN, self._front, machine.RUN / "xds.sock", log)
        self._crew = Crew(self._loop, log, settings.log_sink)
        self._fleet = Fleet(self._crew, Stationery.make(self._pki, settings.state_dir))
        admin = process.admin_socket(machine.RUN)
        self._meter = Meter(self._loop, admin, settings.metrics_seconds, lambda: usage.measure(self._crew.processes()))

    def apply(self, world: World) -> None:
        atlas = Atlas(world)
        for vpc_id in atlas.vpcs.keys() - self._vpcs.keys():
            self._open(atlas.vpcs[vpc_id])
        self._fleet.place(atlas, self._vpcs)
        for vpc_id in atlas.vpcs:
            self._vpcs[vpc_id].apply(atlas)
        self._atlas = atlas
        self._metadata.publish(atlas)
        self._names = names.of(atlas)
        self._resolver.publish(self._names)
        self._configure_envoy(atlas)
        self._fleet.start(atlas)
        for vpc_id in self._vpcs.keys() - atlas.vpcs.keys():
            self._shut(vpc_id)

    def report(self) -> Report:
        self._fleet.clear(self._atlas, self._vpcs)
        return Report(
            workloads=self._fleet.statuses(self._atlas),
            targets=self._health.report(),
            readings=self._meter.readings(),
        )

    def visit(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A request from the Internet, as `Visitor.fetch` takes it. For any thread."""
        return self._visitor.fetch(request)

    def close(self) -> None:
        self._crew.close()
        self._envoy.kill()
        self._envoy.wait()
        for vpc_id in list(self._vpcs):
            self._shut(vpc_id)
        self._internet.close()
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _open(self, vpc: Vpc) -> None:
        made = VpcNetwork(vpc.id, self._internet, self._nft, self._log)
        self._vpcs[vpc.id] = made
        self._metadata.serve(vpc.id, made.network)
        self._resolver.serve(vpc.id, made.network, (addresses.RESOLVER, addresses.resolver_of(vpc.cidrs[0])))

    def _shut(self, vpc_id: str) -> None:
        self._resolver.leave(vpc_id)
        self._metadata.leave(vpc_id)
        self._vpcs.pop(vpc_id).close()

    def _configure_envoy(self, atlas: Atlas) -> None:
        networks = {vpc_id: vpc.path for vpc_id, vpc in self._vpcs.items() if vpc_id in atlas.vpcs}
        site = clusters.Site(atlas, networks, machine.RUN / "health.log", self._settings.health_scale)
        draft = resources.build(site, self._front, self._internet.path)
        self._health.follow(draft.checked, atlas.target_groups)
        self._meter.follow(draft.metered)
        self._discovery.publish(draft.resources, lambda: self._health.forget_others(draft.checked))
