"""From a World to everything Envoy has to know of it."""

from __future__ import annotations

from pathlib import Path

from rig.fabric.envoy import application, front, network
from rig.fabric.envoy.clusters import Site
from rig.fabric.envoy.draft import Draft
from rig.fabric.envoy.front import Front
from rig.world import Listener


def build(site: Site, aws: Front, internet: Path) -> Draft:
    draft = Draft(site)
    world = site.atlas.world
    listeners: dict[str, list[Listener]] = {}
    for listener in world.listeners:
        listeners.setdefault(listener.load_balancer_arn, []).append(listener)
    for balancer in world.load_balancers:
        if balancer.active:
            kind = network if balancer.kind == "network" else application
            kind.add_load_balancer(draft, balancer, listeners.get(balancer.arn, ()))
    for endpoint in world.endpoints:
        if endpoint.available and endpoint.aws_service:
            front.add_endpoint(draft, aws, endpoint)
        elif endpoint.available:
            network.add_endpoint(draft, endpoint, listeners)
    front.add_internet(draft, aws, internet)
    for vpc_id in site.networks:
        front.add_gateways(draft, aws, vpc_id)
    return draft
