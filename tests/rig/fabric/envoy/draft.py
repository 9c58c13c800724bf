"""Envoy's resources while they are being put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from rig.fabric.atlas import Node
from rig.fabric.envoy import clusters
from rig.fabric.envoy.clusters import Site, Way
from rig.fabric.envoy.discovery import Resources
from rig.fabric.envoy.parts import Part
from rig.world import Action, MeterKey, TargetGroup

TargetKey = tuple[str, str, int]


@dataclass
class Draft:
    """`checked` says whose health a cluster's host tells: (cluster, "address:port") -> target.

    `metered` says whose the statistics are that Envoy keeps under the name of a cluster or a listener.
    """

    site: Site
    resources: Resources = field(default_factory=Resources)
    checked: dict[tuple[str, str], TargetKey] = field(default_factory=dict)
    metered: dict[str, MeterKey] = field(default_factory=dict)

    def add_listener(self, listener: Part) -> None:
        self.resources.listeners[listener["name"]] = listener

    def meter(self, name: str, node: Node, target_group_arn: str = "") -> None:
        self.metered[name] = (node.load_balancer.arn, target_group_arn, node.subnet.az_name)

    def add_routes(self, routes: Part) -> None:
        self.resources.routes[routes["name"]] = routes

    def forward(self, action: Action, node: Node, endpoint_id: str = "") -> list[tuple[str, int]]:
        """The (cluster, weight) pairs of an action, as seen from `node`. A target group that is gone is left out."""
        groups = self.site.atlas.target_groups
        return [
            (self._cluster(groups[part.arn], node, endpoint_id), part.weight)
            for part in action.target_groups
            if part.arn in groups
        ]

    def _cluster(self, group: TargetGroup, node: Node, endpoint_id: str) -> str:
        # The endpoint only matters to a target that is told of it.
        told = endpoint_id if group.attributes.get("proxy_protocol_v2.enabled") == "true" else ""
        way = Way(told, bool(endpoint_id) and self.site.atlas.by_address_alone(node.load_balancer))
        name = clusters.name_of(group, node, way)
        if name not in self.resources.clusters:
            self.resources.clusters[name] = clusters.cluster(self.site, group, node, way)
            self.resources.endpoints[name] = clusters.assignment(self.site, group, node, way)
            self.meter(name, node, group.arn)
            for host in clusters.hosts(self.site, group, node, way):
                key = (group.arn, host.target.id, host.target.port)
                self.checked[name, f"{host.dialled}:{host.port}"] = key
        return name
