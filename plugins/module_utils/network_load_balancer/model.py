# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A Network Load Balancer with its listeners and target groups. Stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, wanted_tags
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.around import Around
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.listener import (
    Listener,
    WantedListener,
    wanted_listeners,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.names import refuse_bad_name
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import TargetGroup

CROSS_ZONE = "load_balancing.cross_zone.enabled"


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    """As AWS has it, or as a plan leaves it; what AWS alone decides is None or empty in a plan."""

    name: str
    scheme: str
    ip_address_type: str
    subnet_ids: tuple[str | None, ...] = ()
    security_group_ids: tuple[str | None, ...] = ()
    enforce_privatelink_security_groups: bool | None = None
    cross_zone: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    arn: str | None = None
    dns_name: str | None = None
    zone_id: str | None = None
    vpc_id: str | None = None
    state: str | None = None
    zones: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_boto(
        cls, item: Mapping[str, Any], *, tags: Mapping[str, str], attributes: Mapping[str, str]
    ) -> LoadBalancer:
        groups = tuple(sorted(item.get("SecurityGroups") or ()))
        zones = tuple(sorted((zone["ZoneName"], zone["SubnetId"]) for zone in item["AvailabilityZones"]))
        enforced = item.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
        return cls(
            name=item["LoadBalancerName"],
            scheme=item["Scheme"],
            ip_address_type=item.get("IpAddressType", "ipv4"),
            subnet_ids=tuple(sorted(subnet for _zone, subnet in zones)),
            security_group_ids=groups,
            # AWS enforces until told not to, and has nothing to enforce without groups.
            enforce_privatelink_security_groups=(enforced != "off") if groups else None,
            cross_zone=attributes.get(CROSS_ZONE) == "true",
            tags=dict(tags),
            arn=item["LoadBalancerArn"],
            dns_name=item["DNSName"],
            zone_id=item.get("CanonicalHostedZoneId"),
            vpc_id=item["VpcId"],
            state=item["State"]["Code"],
            zones=zones,
        )

    def as_diff(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "scheme": self.scheme,
            "ip_address_type": self.ip_address_type,
            "subnet_ids": list(self.subnet_ids),
            "security_group_ids": list(self.security_group_ids),
            "enforce_privatelink_security_groups": self.enforce_privatelink_security_groups,
            "cross_zone": self.cross_zone,
            "tags": dict(sorted(self.tags.items())),
        }

    def as_result(self) -> dict[str, Any]:
        return {
            **self.as_diff(),
            "arn": self.arn,
            "dns_name": self.dns_name,
            "zone_id": self.zone_id,
            "vpc_id": self.vpc_id,
            "state": self.state,
            "availability_zones": [{"zone_name": zone, "subnet_id": subnet} for zone, subnet in self.zones],
        }


@dataclass(frozen=True, kw_only=True)
class Front:
    """All of it. The load balancer may be missing while target groups of a killed run are there."""

    load_balancer: LoadBalancer | None = None
    listeners: tuple[Listener, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()
    around: Around = field(default_factory=Around)

    def listener(self, port: int) -> Listener | None:
        return next((one for one in self.listeners if one.port == port), None)

    def target_group(self, name: str) -> TargetGroup | None:
        return next((one for one in self.target_groups if one.name == name), None)

    @property
    def empty(self) -> bool:
        return self.load_balancer is None and not self.target_groups

    def as_diff(self) -> dict[str, Any]:
        return {
            "load_balancer": self.load_balancer.as_diff() if self.load_balancer else None,
            "listeners": {str(one.port): one.as_diff() for one in self.listeners},
            "target_groups": {one.name: one.as_diff() for one in self.target_groups},
        }

    def as_result(self) -> dict[str, Any] | None:
        if self.load_balancer is None:
            return None
        arns = {group.name: group.arn for group in self.target_groups}
        return {
            **self.load_balancer.as_result(),
            "listeners": [one.as_result(arns) for one in self.listeners],
            "target_groups": arns,
        }


@dataclass(frozen=True, kw_only=True)
class Desired:
    name: str
    owner: Owner
    present: bool
    scheme: str
    ip_address_type: str
    subnet_ids: tuple[str | None, ...]
    security_group_ids: tuple[str | None, ...]
    enforce_privatelink_security_groups: bool
    cross_zone: bool
    listeners: tuple[WantedListener, ...]
    purge_listeners: bool
    tags: Mapping[str, str]
    purge_tags: bool
    wait: bool
    wait_timeout: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Desired:
        refuse_bad_name("name", params["name"])
        return cls(
            name=params["name"],
            owner=Owner.from_tags(params["tags"]),
            present=params["state"] == "present",
            scheme=params["scheme"],
            ip_address_type=params["ip_address_type"],
            subnet_ids=known_all(params["subnet_ids"]) or (),
            security_group_ids=known_all(params["security_group_ids"]) or (),
            enforce_privatelink_security_groups=params["enforce_privatelink_security_groups"],
            cross_zone=params["cross_zone"],
            listeners=wanted_listeners(params["listeners"] or (), params["tags"]),
            purge_listeners=params["purge_listeners"],
            tags=wanted_tags(params["name"], params["tags"]),
            purge_tags=params["purge_tags"],
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
        )

    @property
    def what(self) -> str:
        return f"load balancer {self.name}"

    @property
    def enforced(self) -> bool | None:
        return self.enforce_privatelink_security_groups if self.security_group_ids else None

    @property
    def unknown(self) -> tuple[str, ...]:
        options = {"subnet_ids": self.subnet_ids, "security_group_ids": self.security_group_ids}
        for index, listener in enumerate(self.listeners):
            targets = listener.target_group.targets or ()
            options[f"listeners[{index}].target_group.targets"] = tuple(target.id for target in targets)
        return unknown_options(**options)
