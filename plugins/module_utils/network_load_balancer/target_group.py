# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Target groups behind a Network Load Balancer. Stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.names import refuse_bad_name

ALB, INSTANCE = "alb", "instance"
# Our option -> ELBv2's parameter.
HEALTH_CHECK = {
    "protocol": "HealthCheckProtocol",
    "port": "HealthCheckPort",
    "path": "HealthCheckPath",
    "matcher": "Matcher",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthy_threshold": "HealthyThresholdCount",
    "unhealthy_threshold": "UnhealthyThresholdCount",
}


@dataclass(frozen=True, kw_only=True, order=True)
class Target:
    """An ALB's ARN, an address or an instance. `id` is empty when not known yet."""

    id: str
    port: int
    availability_zone: str = ""

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Target:
        return cls(id=item["Id"], port=item.get("Port", 0), availability_zone=item.get("AvailabilityZone") or "")

    def same(self, other: Target) -> bool:
        """AWS fills in a zone when none was given."""
        zones = {self.availability_zone, other.availability_zone}
        return (self.id, self.port) == (other.id, other.port) and (len(zones) == 1 or "" in zones)

    def as_dict(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": self.id or None, "port": self.port}
        return {**shown, "availability_zone": self.availability_zone} if self.availability_zone else shown


@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    """As AWS has it, or as a plan leaves it. `auto_scaling_groups`, which register their instances, is None when
    nobody asked for them."""

    name: str
    target_type: str
    port: int
    protocol: str
    health_check: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    arn: str | None = None
    vpc_id: str | None = None
    used_by: tuple[str, ...] = ()
    auto_scaling_groups: tuple[str, ...] | None = None

    @classmethod
    def from_boto(
        cls,
        item: Mapping[str, Any],
        *,
        tags: Mapping[str, str],
        attributes: Mapping[str, str],
        targets: Iterable[Target],
    ) -> TargetGroup:
        check = {ours: item.get(theirs) for ours, theirs in HEALTH_CHECK.items() if ours != "matcher"}
        return cls(
            name=item["TargetGroupName"],
            target_type=item.get("TargetType", "instance"),
            port=item["Port"],
            protocol=item["Protocol"],
            health_check={**check, "matcher": (item.get("Matcher") or {}).get("HttpCode")},
            attributes=dict(attributes),
            targets=tuple(sorted(targets)),
            tags=dict(tags),
            arn=item["TargetGroupArn"],
            vpc_id=item.get("VpcId"),
            used_by=tuple(item.get("LoadBalancerArns", ())),
        )

    def as_diff(self) -> dict[str, Any]:
        groups = {} if self.auto_scaling_groups is None else {"auto_scaling_groups": list(self.auto_scaling_groups)}
        return {
            **groups,
            "target_type": self.target_type,
            "port": self.port,
            "protocol": self.protocol,
            "health_check": {key: value for key, value in sorted(self.health_check.items()) if value is not None},
            "attributes": dict(sorted(self.attributes.items())),
            "targets": [target.as_dict() for target in self.targets],
            "tags": dict(sorted(self.tags.items())),
        }


@dataclass(frozen=True, kw_only=True)
class WantedTargetGroup:
    """What a listener asks for. None means: leave it as it is, as with targets that an ASG registers."""

    name: str
    target_type: str
    port: int
    protocol: str
    health_check: Mapping[str, Any]
    attributes: Mapping[str, str]
    targets: tuple[Target, ...] | None
    purge_targets: bool
    auto_scaling_group: str | None
    tags: Mapping[str, str]

    @classmethod
    def from_params(cls, params: Mapping[str, Any], where: str, tags: Mapping[str, Any]) -> WantedTargetGroup:
        refuse_bad_name(f"{where}.name", params["name"])
        attributes = {key: _text(value) for key, value in (params["attributes"] or {}).items()}
        check = {key: value for key, value in (params["health_check"] or {}).items() if value is not None}
        if params["target_type"] == ALB:
            _refuse_for_alb(where, params["protocol"], check.get("protocol"), attributes)
        _refuse_auto_scaling(params, where)
        return cls(
            name=params["name"],
            target_type=params["target_type"],
            port=params["port"],
            protocol=params["protocol"],
            health_check=check,
            attributes=attributes,
            targets=_targets(params, where),
            purge_targets=params["purge_targets"],
            auto_scaling_group=params["auto_scaling_group"],
            tags=wanted_tags(params["name"], {key: value for key, value in tags.items() if key != "Name"}),
        )

    @property
    def what(self) -> str:
        return f"target group {self.name}"


def _refuse_for_alb(where: str, protocol: str, check: str | None, attributes: Mapping[str, str]) -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"""
    for option, found, allowed in (
        ("protocol", "" if protocol == "TCP" else protocol, "TCP"),
        ("health_check.protocol", "" if check in (None, "HTTP", "HTTPS") else check, "HTTP or HTTPS"),
        ("attributes", ", ".join(attributes), "none"),
    ):
        if found:
            raise PrivateLinkError(where=f"{where}.{option}", found=found, allowed=f"{allowed} with target_type: alb")


def _refuse_auto_scaling(params: Mapping[str, Any], where: str) -> None:
    """Two who register targets would take each other's away, and an Auto Scaling group knows instances alone."""
    if params["auto_scaling_group"] and params["target_type"] != INSTANCE:
        raise PrivateLinkError(
            where=f"{where}.auto_scaling_group",
            found=f"target_type: {params['target_type']}",
            allowed=f"target_type: {INSTANCE}",
        )
    if params["auto_scaling_group"] and params["targets"] is not None:
        raise PrivateLinkError(
            where=f"{where}.targets",
            found="targets besides auto_scaling_group",
            allowed="one of the two",
            remedy="the Auto Scaling group registers its instances itself",
        )


def _targets(params: Mapping[str, Any], where: str) -> tuple[Target, ...] | None:
    if params["targets"] is None:
        return None
    targets = [
        Target(
            id=known(item["id"]) or "",
            port=params["port"] if item["port"] is None else item["port"],
            availability_zone=item["availability_zone"] or "",
        )
        for item in params["targets"]
    ]
    if params["target_type"] == ALB and len(targets) > 1:
        raise PrivateLinkError(
            where=f"{where}.targets", found=f"{len(targets)} load balancers", allowed="one with target_type: alb"
        )
    return tuple(sorted(set(targets)))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
