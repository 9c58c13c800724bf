"""Registering and deregistering targets, and the truth about their health."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import AddressValueError, IPv4Address, ip_network
from typing import Any

from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.exceptions import InvalidTargetError, TargetNotRunning, ValidationError

from rig.control import clock, snapshot
from rig.control.elbv2 import quotas, target
from rig.control.elbv2.load_balancer import LoadBalancer
from rig.control.elbv2.target import Health, Registration
from rig.control.elbv2.target_group import TargetGroup
from rig.world import TargetStatus

_EVERYWHERE = "all"  # what is outside of the VPC may be reached from each of its zones
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html (target type)
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")))


class Targets:
    """The part of the backend that keeps registrations."""

    def register_targets(self, target_group_arn: str, instances: list[dict[str, Any]]) -> None:
        group = self.target_group(target_group_arn)
        registrations = [self._registration(group, given) for given in instances]
        new = [one for one in registrations if one.key not in group.targets]
        room = 1 if group.target_type == "alb" else quotas.TARGETS_PER_TARGET_GROUP
        if len(group.targets) + len(new) > room:
            raise Refused("TooManyTargets", f"The maximum number of targets in target group '{group.arn}' is '{room}'")
        for registration in registrations:
            current = group.targets.setdefault(registration.key, registration)
            if current.draining:  # registering again starts afresh
                group.targets[registration.key] = registration
        snapshot.touch()

    def deregister_targets(self, target_group_arn: str, instances: list[dict[str, Any]]) -> None:
        """What is not registered is passed over, as AWS does.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html
        """
        group = self.target_group(target_group_arn)
        for given in instances:
            registration = group.targets.get((given["Id"], given.get("Port", group.port)))
            if registration and not registration.draining:
                registration.draining = True
                self._drain(group, registration)
        snapshot.touch()

    def _drain(self, group: TargetGroup, registration: Registration) -> None:
        """A group that no load balancer uses has no connections to wait for."""

        def forget() -> None:
            if group.targets.get(registration.key) is registration:
                del group.targets[registration.key]
                snapshot.touch()

        clock.call_later(group.draining_seconds if self.links.get(group.arn) else 0, forget)

    def describe_target_health(self, target_group_arn: str, targets: list[dict[str, Any]]) -> list[Health]:
        group = self.target_group(target_group_arn)
        if not targets:
            return [self._health(group, registration) for registration in group.targets.values()]
        asked = [Registration(id=given["Id"], port=given.get("Port", group.port)) for given in targets]
        return [self._health(group, group.targets.get(one.key) or one) for one in asked]

    def _health(self, group: TargetGroup, registration: Registration) -> Health:
        return Health(registration, self.status(group, registration), group.health_check_port)

    def status(self, group: TargetGroup, registration: Registration) -> TargetStatus:
        """What AWS would say: reasons of the control plane first, then what was measured."""
        if registration.key not in group.targets:
            return target.UNREGISTERED
        if registration.draining:
            return target.DRAINING
        if not self.links.get(group.arn):
            return target.UNUSED
        if not self._in_enabled_zone(group, registration):
            return target.WRONG_ZONE
        if registration.id.startswith("i-") and not self._is_running(registration.id):
            return target.NOT_RUNNING
        return registration.measured or target.REGISTERING

    def measure(self, group_arn: str, health: Mapping[target.Key, TargetStatus]) -> bool:
        """Keep what the data plane saw. True when any is news; things that are gone by now are passed over."""
        group = self.target_groups.get(group_arn)
        news = False
        for key, status in health.items():
            registration = group.targets.get(key) if group else None
            if registration and registration.measured != status:
                registration.measured, news = status, True
        return news

    def notify_terminate_instances(self, instance_ids: list[str]) -> None:
        """EC2 calls this: load balancers drop instances that end."""
        for group in self.target_groups.values():
            for registration in list(group.targets.values()):
                if registration.id in instance_ids:
                    self.deregister_targets(group.arn, [{"Id": registration.id, "Port": registration.port}])

    def _registration(self, group: TargetGroup, given: dict[str, Any]) -> Registration:
        check = {"ip": self._ip_zone, "instance": self._instance_zone, "alb": self._balancer_zone}[group.target_type]
        port = given.get("Port") or group.port
        return Registration(id=given["Id"], port=port, zone=check(group, given, port))

    def _ip_zone(self, group: TargetGroup, given: dict[str, Any], _port: int) -> str:
        """What lies outside of the VPC may be reached from one of its zones, or from all. The words are those of
        kubernetes-sigs/aws-load-balancer-controller issues 561 and 3714."""
        address, said = given["Id"], given.get("AvailabilityZone")
        try:
            ip = IPv4Address(address)
        except AddressValueError:
            raise ValidationError(f"The IP address '{address}' is not a valid IPv4 address") from None
        own = self._zone_of(group.vpc_id, ip)
        if own is None:
            return self._zone_outside(group.vpc_id, ip, said)
        if said not in (None, own):
            raise ValidationError(
                f"The IP address '{address}' is within the VPC, and cannot have its Availability Zone overridden to "
                f"'{said}' from '{own}'"
            )
        return own

    def _zone_of(self, vpc_id: str, ip: IPv4Address) -> str | None:
        held = (subnet for subnet in self._subnets_of(vpc_id) if ip in ip_network(subnet.cidr_block))
        return next((subnet.availability_zone for subnet in held), None)

    def _subnets_of(self, vpc_id: str) -> list[Any]:
        subnets = (subnet for zone in self.ec2_backend.subnets.values() for subnet in zone.values())
        return [subnet for subnet in subnets if subnet.vpc_id == vpc_id]

    def _zone_outside(self, vpc_id: str, ip: IPv4Address, said: str | None) -> str:
        if not any(ip in block for block in _PRIVATE):
            raise ValidationError(f"The IP address '{ip}' is not within an allowed range")
        if said is None:
            raise ValidationError(
                f"The Availability Zone is required for IP address '{ip}' because it is not in the VPC"
            )
        zones = {subnet.availability_zone for subnet in self._subnets_of(vpc_id)}
        if said not in {_EVERYWHERE, *zones}:
            raise ValidationError(
                "You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since "
                f"the IP address '{ip}' is outside the VPC"
            )
        return said

    def _instance_zone(self, group: TargetGroup, given: dict[str, Any], _port: int) -> str:
        instance_id = given["Id"]
        instance = self.ec2_backend.get_instance_by_id(instance_id)
        if instance is None or instance.vpc_id != group.vpc_id:
            raise InvalidTargetError(
                f"The following targets are not in the target group VPC '{group.vpc_id}': '{instance_id}'"
            )
        if instance.state != "running":
            raise TargetNotRunning(instance_id)
        return instance.placement.zone

    def _balancer_zone(self, group: TargetGroup, given: dict[str, Any], port: int) -> None:
        arn = given["Id"]
        balancer = self.load_balancers.get(arn)
        if balancer is None or balancer.is_network or balancer.vpc_id != group.vpc_id:
            raise InvalidTargetError(
                f"The following targets are not application load balancers in VPC '{group.vpc_id}': '{arn}'"
            )
        if port != group.port or port not in {listener.port for listener in balancer.listeners.values()}:
            # The words of https://github.com/hashicorp/terraform-provider-aws/issues/38987
            raise ValidationError(
                "If the target type is ALB, the target must have at least one listener that matches the target group "
                "port or any specified port overrides"
            )
        if balancer.state == "provisioning":
            # No source tells what AWS says of one, nor that it takes it: see the README of the sandbox.
            raise InvalidTargetError(f"The following targets are not active: '{arn}'")
        self._refuse_a_third(arn, self.links.get(group.arn, ()))

    def refuse_a_third(self, group: TargetGroup, balancer: LoadBalancer) -> None:
        """Before a listener of the load balancer leads to the group, and so to the balancer that may be its target."""
        for registration in group.targets.values() if group.target_type == "alb" else ():
            self._refuse_a_third(registration.id, [balancer.arn])

    def _refuse_a_third(self, arn: str, more: Iterable[str]) -> None:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html"""
        holding = [group for group in self.target_groups.values() if self._holds(group, arn)]
        behind = {balancer for group in holding for balancer in self.links.get(group.arn, ())}
        if len(behind.union(more)) > quotas.NETWORK_LOAD_BALANCERS_PER_ALB_TARGET:
            raise Refused(
                "TooManyRegistrationsForTargetId",
                f"Load balancer '{arn}' is a target of the maximum number of network load balancers already",
            )

    def _is_running(self, instance_id: str) -> bool:
        instance = self.ec2_backend.get_instance_by_id(instance_id)
        return instance is not None and instance.state == "running"

    def _in_enabled_zone(self, group: TargetGroup, registration: Registration) -> bool:
        if registration.zone in (None, _EVERYWHERE):
            return True
        balancers = [self.load_balancers[arn] for arn in self.links[group.arn]]
        return any(
            registration.zone == subnet.availability_zone for balancer in balancers for subnet in balancer.subnets
        )

    def _is_target(self, arn: str) -> bool:
        """Whether an application load balancer is still registered behind a network one."""
        return any(self._holds(group, arn) for group in self.target_groups.values())

    def _holds(self, group: TargetGroup, arn: str) -> bool:
        targets = group.targets.values() if group.target_type == "alb" else ()
        return any(registration.id == arn and not registration.draining for registration in targets)
