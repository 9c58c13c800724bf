"""Load balancers, listeners and target groups as the data plane needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.elbv2.models import FakeAction, elbv2_backends

from rig import world
from rig.control import acm
from rig.control.elbv2 import rule as rules
from rig.control.elbv2.backend import LoadBalancing
from rig.control.elbv2.listener import Listener
from rig.control.elbv2.load_balancer import LoadBalancer
from rig.control.elbv2.target import Registration
from rig.control.elbv2.target_group import TargetGroup


def parts() -> dict[str, tuple[Any, ...]]:
    backends = [backend for regions in elbv2_backends.values() for backend in regions.values()]
    balancers = [(backend, balancer) for backend in backends for balancer in backend.load_balancers.values()]
    return {
        "load_balancers": _sorted(_load_balancer(balancer) for _backend, balancer in balancers),
        "listeners": _sorted(
            _listener(backend, listener) for backend, balancer in balancers for listener in balancer.listeners.values()
        ),
        "target_groups": _sorted(
            _target_group(backend, group)
            for backend in backends
            for group in backend.target_groups.values()
            if group.target_type != "lambda"
        ),
    }


def _sorted(things: Iterator[Any]) -> tuple[Any, ...]:
    return tuple(sorted(things, key=lambda thing: thing.arn))


def _load_balancer(balancer: LoadBalancer) -> world.LoadBalancer:
    return world.LoadBalancer(
        arn=balancer.arn,
        name=balancer.name,
        kind=balancer.type,
        vpc_id=balancer.vpc_id,
        dns_name=balancer.dns_name,
        active=balancer.state == "active",
        interface_ids=tuple(sorted(interface.id for interface in balancer.interfaces.values())),
        groups=tuple(sorted(balancer.security_groups)),
        enforce_groups_on_privatelink=balancer.enforces_groups_on_privatelink,
        attributes=dict(balancer.attrs),
    )


def _listener(backend: LoadBalancing, listener: Listener) -> world.Listener:
    certificates = (acm.certificate(backend.account_id, backend.region_name, arn) for arn in listener.certificates)
    return world.Listener(
        arn=listener.arn,
        load_balancer_arn=listener.load_balancer_arn,
        port=int(listener.port),
        protocol=listener.protocol,
        default=_action(listener.default_actions[-1]),
        rules=tuple(_rule(rule) for rule in listener.ordered_rules if not rule.is_default),
        certificates=tuple(certificate for certificate in certificates if certificate),
        attributes=dict(listener.attributes),
    )


def _rule(rule: Any) -> world.Rule:
    return world.Rule(
        arn=rule.arn,
        priority=rule.priority,
        conditions=tuple(_condition(condition) for condition in rule.conditions),
        action=_action(rule.actions[-1]),
    )


def _condition(condition: dict[str, Any]) -> world.Condition:
    kind = condition["Field"]
    values = rules.values(condition)
    if kind == "query-string":
        values = [f"{pair['Key']}={pair['Value']}" if "Key" in pair else pair["Value"] for pair in values]
    name = condition["HttpHeaderConfig"]["HttpHeaderName"] if kind == "http-header" else ""
    return world.Condition(kind=kind, values=tuple(values), name=name)


def _action(action: FakeAction) -> world.Action:
    """The last action of a list is the one that answers; those before it authenticate."""
    data = action.data
    if action.type == "fixed-response":
        config = data["FixedResponseConfig"]
        return world.Action(
            kind="fixed-response",
            status_code=config["StatusCode"],
            content_type=config.get("ContentType", "text/plain"),
            body=config.get("MessageBody", ""),
        )
    if action.type == "redirect":
        return world.Action(kind="redirect", redirect=dict(data["RedirectConfig"]))
    config = data["ForwardConfig"]
    sticky = config["TargetGroupStickinessConfig"]
    return world.Action(
        kind="forward",
        target_groups=tuple(
            world.WeightedTargetGroup(arn=group["TargetGroupArn"], weight=group["Weight"])
            for group in config["TargetGroups"]
        ),
        stickiness_seconds=sticky.get("DurationSeconds", 3600) if sticky["Enabled"] else None,
    )


def _target_group(backend: LoadBalancing, group: TargetGroup) -> world.TargetGroup:
    targets = (_target(backend, registration) for registration in group.targets.values())
    return world.TargetGroup(
        arn=group.arn,
        name=group.name,
        kind=group.target_type,
        protocol=group.protocol,
        port=int(group.port),
        vpc_id=group.vpc_id,
        health_check=_health_check(group),
        targets=tuple(sorted((target for target in targets if target), key=lambda target: (target.id, target.port))),
        attributes=dict(group.attributes),
    )


def _health_check(group: TargetGroup) -> world.HealthCheck:
    matcher = getattr(group, "matcher", None) or {}
    return world.HealthCheck(
        protocol="TCP" if group.health_check_protocol == "TLS" else group.health_check_protocol,
        port=str(group.health_check_port),
        path=group.health_check_path or "/",
        matcher=matcher.get("HttpCode", "200"),
        interval_seconds=float(group.health_check_interval_seconds),
        timeout_seconds=float(group.health_check_timeout_seconds),
        healthy_threshold=int(group.healthy_threshold_count),
        unhealthy_threshold=int(group.unhealthy_threshold_count),
    )


def _target(backend: LoadBalancing, registration: Registration) -> world.Target | None:
    """None for an instance that has no address any more."""
    address = registration.id
    if registration.id.startswith("i-"):
        instance = backend.ec2_backend.get_instance_by_id(registration.id)
        if instance is None or instance.state != "running":
            return None
        address = instance.private_ip
    return world.Target(
        id=registration.id,
        address=address,
        port=int(registration.port),
        az_name=registration.zone or "",
        draining=registration.draining,
    )
