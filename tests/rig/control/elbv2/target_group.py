"""Target groups: protocol, type, health check and attributes."""

from __future__ import annotations

from typing import Any

from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.exceptions import (
    InvalidConfigurationRequest,
    LoadBalancerNotFoundError,
    ResourceInUseError,
    TargetGroupNotFoundError,
    ValidationError,
)
from moto.elbv2.models import FakeTargetGroup

from rig.control import registry
from rig.control.elbv2 import attributes, quotas, target

_HTTP = ("HTTP", "HTTPS")
# Settings of a creation, and the attributes in which moto keeps them.
_SETTINGS = {
    "protocol": "protocol",
    "port": "port",
    "vpc_id": "vpc_id",
    "target_type": "target_type",
    "healthcheck_protocol": "health_check_protocol",
    "healthcheck_port": "health_check_port",
    "healthcheck_path": "health_check_path",
    "healthcheck_interval_seconds": "health_check_interval_seconds",
}


class TargetGroup(FakeTargetGroup):
    """A target group whose targets are keyed by id and port."""

    def __init__(self, name: str, account_id: str, region_name: str, **settings: Any) -> None:
        super().__init__(name=name, account_id=account_id, region_name=region_name, **settings)
        self.attributes = attributes.of_target_group(self.protocol, self.target_type)
        self.targets: dict[target.Key, target.Registration] = {}

    @property
    def draining_seconds(self) -> float:
        """As long as the attribute says, but no longer than the sandbox has patience for."""
        asked = float(self.attributes["deregistration_delay.timeout_seconds"])
        return min(asked, registry.settings().delay("draining"))


class TargetGroups:
    """The part of the backend that keeps target groups, and knows which load balancers use them."""

    def create_target_group(self, name: str, **settings: Any) -> TargetGroup:
        if settings.get("target_type") == "alb" and settings.get("protocol") not in (None, "TCP"):
            raise ValidationError("Target groups with target type 'alb' support the TCP protocol only")
        _require_check(settings.get("target_type"), settings.get("healthcheck_protocol"))
        if len(self.target_groups) >= quotas.TARGET_GROUPS_PER_REGION:
            raise Refused("TooManyTargetGroups", "The maximum number of target groups has been reached")
        if existing := next((group for group in self.target_groups.values() if group.name == name), None):
            return _same(existing, settings)
        return super().create_target_group(name, **_with_defaults(settings))

    def modify_target_group(self, arn: str, *args: Any, **changes: Any) -> TargetGroup:
        group = self.target_group(arn)
        _require_check(group.target_type, args[0] if args else changes.get("health_check_proto"))
        codes = args[7] if len(args) > 7 else changes.get("http_codes")
        super().modify_target_group(arn, *args, **changes)
        # moto stores the matcher only where the group's own protocol is HTTP.
        if group.health_check_protocol in _HTTP:
            group.matcher = {"HttpCode": codes or getattr(group, "matcher", {}).get("HttpCode") or "200-399"}
            group.health_check_path = group.health_check_path or "/"
        else:
            group.matcher, group.health_check_path = None, None
        return group

    def modify_target_group_attributes(self, target_group_arn: str, attributes_given: dict[str, str]) -> None:
        group = self.target_group(target_group_arn)
        if group.target_type == "alb":
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
            raise InvalidConfigurationRequest(
                "The attributes of a target group with target type 'alb' cannot be modified"
            )
        owner = f"target groups with protocol '{group.protocol}' and target type '{group.target_type}'"
        attributes.check("Target group", attributes_given, group.attributes, owner)
        if attributes_given.get("stickiness.enabled") == "true":
            self._require_group_stickiness(group)
        super().modify_target_group_attributes(target_group_arn, attributes_given)

    def _require_group_stickiness(self, group: TargetGroup) -> None:
        """https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2734"""
        for balancer in self.links.get(group.arn, ()):
            for listener in self.load_balancers[balancer].listeners.values():
                for action in [action for rule in listener.rules.values() for action in rule.actions]:
                    config = action.data.get("ForwardConfig", {})
                    arns = [each["TargetGroupArn"] for each in config.get("TargetGroups", [])]
                    if group.arn in arns and len(arns) > 1 and not config["TargetGroupStickinessConfig"]["Enabled"]:
                        raise InvalidConfigurationRequest(
                            f"This target group appears behind a rule with group stickiness disabled ({listener.arn}). "
                            "You must enable group stickiness before enabling target stickiness"
                        )

    def delete_target_group(self, target_group_arn: str) -> TargetGroup:
        group = self.target_group(target_group_arn)
        if self.links.get(target_group_arn):
            raise ResourceInUseError(f"Target group '{target_group_arn}' is currently in use by a listener or a rule")
        return self.target_groups.pop(group.arn)

    def target_group(self, arn: str) -> TargetGroup:
        group = self.target_groups.get(arn)
        if group is None:
            raise TargetGroupNotFoundError()
        return group

    def describe_target_groups(
        self, load_balancer_arn: str | None, target_group_arns: list[str] | None, names: list[str] | None
    ) -> list[TargetGroup]:
        if sum(map(bool, (load_balancer_arn, target_group_arns, names))) > 1:
            raise ValidationError(
                "Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time"
            )
        links = self.links
        for group in self.target_groups.values():
            group.load_balancer_arns = links.get(group.arn, [])
        if load_balancer_arn:
            if load_balancer_arn not in self.load_balancers:
                raise LoadBalancerNotFoundError(f"Load balancer '{load_balancer_arn}' not found")
            return [group for group in self._by_name() if load_balancer_arn in group.load_balancer_arns]
        if target_group_arns:
            return sorted((self.target_group(arn) for arn in set(target_group_arns)), key=lambda group: group.name)
        if names and set(names) - {group.name for group in self.target_groups.values()}:
            raise TargetGroupNotFoundError()
        return [group for group in self._by_name() if not names or group.name in names]

    def _by_name(self) -> list[TargetGroup]:
        return sorted(self.target_groups.values(), key=lambda group: group.name)


def _require_check(target_type: str | None, protocol: str | None) -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"""
    if target_type == "alb" and protocol not in (None, *_HTTP):
        raise ValidationError("Target groups with target type 'alb' support the health check protocols HTTP and HTTPS")


def _with_defaults(settings: dict[str, Any]) -> dict[str, Any]:
    """An HTTP check of a TCP group wants 200-399 at / within 6 seconds.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    given = dict(settings)
    check = given.get("healthcheck_protocol")
    if given.get("protocol") in _HTTP or (given.get("target_type") != "alb" and check not in _HTTP):
        return given
    given["healthcheck_protocol"] = check or "HTTP"
    given["healthcheck_path"] = given.get("healthcheck_path") or "/"
    given["healthcheck_timeout_seconds"] = given.get("healthcheck_timeout_seconds") or 6
    given["matcher"] = given.get("matcher") or {"HttpCode": "200-399"}
    return given


def _same(existing: TargetGroup, asked: dict[str, Any]) -> TargetGroup:
    """Creating is idempotent, as long as the settings are the same."""
    for setting, attribute in _SETTINGS.items():
        if asked.get(setting) not in (None, getattr(existing, attribute)):
            raise Refused(
                "DuplicateTargetGroupName",
                f"A target group with the same name '{existing.name}' exists, but with different settings",
            )
    return existing
