"""Load balancers on request: created, deleted, moved to other groups and subnets."""

from __future__ import annotations

import random
import re
from typing import Any

from moto.ec2.models.subnets import Subnet
from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.exceptions import (
    InvalidConfigurationRequest,
    LoadBalancerNotFoundError,
    ResourceInUseError,
    ValidationError,
)
from moto.elbv2.models import AvailabilityZone
from moto.moto_api._internal import mock_random

from rig import regions
from rig.control import clock, registry, snapshot
from rig.control.ec2 import interfaces, load_balancers
from rig.control.elbv2 import attributes, quotas
from rig.control.elbv2.load_balancer import LoadBalancer

_ARN_KINDS = {"application": "app", "network": "net"}
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")


class LoadBalancers:
    """The part of the backend that keeps load balancers."""

    def create_load_balancer(
        self,
        name: str,
        security_groups: list[str],
        subnet_ids: list[str],
        subnet_mappings: list[dict[str, str]] | None = None,
        scheme: str | None = "internet-facing",
        loadbalancer_type: str | None = None,
        ip_address_type: str = "ipv4",
        tags: list[dict[str, str]] | None = None,
        enforce: str | None = None,
    ) -> LoadBalancer:
        kind = loadbalancer_type or "application"
        scheme = scheme or "internet-facing"
        subnets = self._subnets([*subnet_ids, *(mapping["SubnetId"] for mapping in subnet_mappings or [])], kind)
        self._check_name(name)
        groups = self._groups(security_groups, subnets[0].vpc_id, kind)
        wanted = (kind, scheme, ip_address_type, {subnet.id for subnet in subnets}, set(groups))
        if existing := self._load_balancer_named(name):
            return self._same_load_balancer(existing, wanted)
        self._check_room(kind)
        self._check_internet(scheme, subnets[0].vpc_id)
        balancer = LoadBalancer(
            arn=self._load_balancer_arn(kind, name),
            name=name,
            kind=kind,
            scheme=scheme,
            subnets=subnets,
            security_groups=groups,
            ip_address_type=ip_address_type,
            dns_name=self._dns_name(kind, name, scheme),
        )
        if enforce:
            balancer.enforces_groups_on_privatelink = enforce == "on"
        self._attach(balancer)
        self.load_balancers[balancer.arn] = balancer
        self.tagging_service.tag_resource(balancer.arn, tags)
        clock.call_later(registry.settings().delay("load_balancer"), balancer.become_active)
        return balancer

    def delete_load_balancer(self, arn: str) -> None:
        """Deleting what is gone succeeds, as on AWS."""
        balancer = self.load_balancers.get(arn)
        if balancer is None:
            return
        if balancer.attrs["deletion_protection.enabled"] == "true":
            raise Refused(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        # Both refusals carry the same words.
        # https://github.com/hashicorp/terraform-provider-aws/issues/5701
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
        if load_balancers.endpoint_service_of(arn) or self._is_target(arn):
            raise ResourceInUseError(
                f"Load balancer '{arn}' cannot be deleted because it is currently associated with another service"
            )
        del self.load_balancers[arn]
        self.forget_links()
        # Its interfaces outlive it for a while, and keep subnets and groups from being deleted.
        clock.call_later(
            registry.settings().delay("load_balancer_deletion"),
            lambda: self._release(list(balancer.interfaces.values())),
        )

    def set_security_groups(self, arn: str, sec_groups: list[str], enforce: str | None = None) -> LoadBalancer:
        balancer = self.load_balancer(arn)
        if balancer.is_network and not balancer.security_groups:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
            raise InvalidConfigurationRequest(
                "You cannot set security groups on a Network Load Balancer that was created without security groups."
            )
        if not sec_groups:
            raise InvalidConfigurationRequest("You must specify at least one security group for the load balancer.")
        balancer.security_groups = self._groups(sec_groups, balancer.vpc_id, balancer.type)
        for interface in balancer.interfaces.values():
            self.ec2_backend.modify_network_interface_attribute(interface.id, balancer.security_groups)
        if enforce:
            balancer.enforces_groups_on_privatelink = enforce == "on"
        return balancer

    def set_subnets(
        self, arn: str, subnets: list[str], subnet_mappings: list[dict[str, Any]]
    ) -> list[AvailabilityZone]:
        balancer = self.load_balancer(arn)
        wanted = self._subnets([*subnets, *(mapping["SubnetId"] for mapping in subnet_mappings)], balancer.type)
        ids = {subnet.id for subnet in wanted}
        if balancer.is_network:
            _check_moves(balancer, wanted)
        gone = [balancer.interfaces.pop(id_) for id_ in list(balancer.interfaces) if id_ not in ids]
        balancer.subnets = wanted
        self._attach(balancer)
        self._release(gone)
        return [AvailabilityZone(subnet) for subnet in wanted]

    def modify_load_balancer_attributes(self, arn: str, attrs: dict[str, Any]) -> dict[str, Any]:
        balancer = self.load_balancer(arn)
        attributes.check("Load balancer", attrs, balancer.attrs, f"load balancers with type '{balancer.type}'")
        balancer.attrs.update(attrs)
        return balancer.attrs

    def load_balancer(self, arn: str) -> LoadBalancer:
        balancer = self.load_balancers.get(arn)
        if balancer is None:
            raise LoadBalancerNotFoundError(f"Load balancer '{arn}' not found")
        return balancer

    def describe_load_balancers(self, arns: list[str] | None, names: list[str] | None) -> list[LoadBalancer]:
        if names and (missing := set(names) - {balancer.name for balancer in self.load_balancers.values()}):
            raise LoadBalancerNotFoundError(f"Load balancers '[{', '.join(sorted(missing))}]' not found")
        if arns:
            return [self.load_balancer(arn) for arn in dict.fromkeys(arns)]
        return [balancer for balancer in self.load_balancers.values() if not names or balancer.name in names]

    def _load_balancer_named(self, name: str) -> LoadBalancer | None:
        return next((balancer for balancer in self.load_balancers.values() if balancer.name == name), None)

    def _same_load_balancer(self, existing: LoadBalancer, wanted: tuple) -> LoadBalancer:
        """Creating is idempotent, as long as the settings are the same."""
        has = (
            existing.type,
            existing.scheme,
            existing.ip_address_type,
            {subnet.id for subnet in existing.subnets},
            set(existing.security_groups),
        )
        if has != wanted:
            raise Refused(
                "DuplicateLoadBalancerName",
                f"A load balancer with the same name '{existing.name}' exists, but with different settings",
            )
        return existing

    def _subnets(self, ids: list[str], kind: str) -> list[Subnet]:
        if not ids:
            raise ValidationError("At least one subnet must be specified")
        unknown = [id_ for id_ in ids if not any(id_ in zone for zone in self.ec2_backend.subnets.values())]
        if unknown:
            raise Refused("SubnetNotFound", f"The subnet ID '{unknown[0]}' is not found")
        subnets = [self.ec2_backend.get_subnet(id_) for id_ in dict.fromkeys(ids)]
        zones = {subnet.availability_zone for subnet in subnets}
        if len({subnet.vpc_id for subnet in subnets}) > 1:
            raise InvalidConfigurationRequest("The subnets must belong to the same VPC")
        if len(zones) < len(subnets):
            raise InvalidConfigurationRequest(
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
            )
        if kind == "application" and len(zones) < 2:
            raise ValidationError("At least two subnets in two different Availability Zones must be specified")
        return subnets

    def _groups(self, ids: list[str], vpc_id: str, kind: str) -> list[str]:
        if not ids and kind == "application":
            return [self.ec2_backend.get_default_security_group(vpc_id).id]
        for id_ in ids:
            group = self.ec2_backend.get_security_group_from_id(id_)
            if group is None or group.vpc_id != vpc_id:
                raise Refused("InvalidSecurityGroup", f"One or more security groups are invalid: '{id_}'")
        return list(ids)

    def _check_name(self, name: str) -> None:
        if len(name) > quotas.NAME_LENGTH:
            raise ValidationError(
                f"The load balancer name '{name}' cannot be longer than '{quotas.NAME_LENGTH}' characters"
            )
        if not _NAME.fullmatch(name):
            raise ValidationError(
                f"The load balancer name '{name}' can only contain characters that are alphanumeric characters and "
                "hyphens(-), and cannot begin or end with a hyphen(-)"
            )
        if name.startswith("internal-"):
            raise ValidationError(f"The load balancer name '{name}' cannot begin with 'internal-'")

    def _check_room(self, kind: str) -> None:
        room = {
            "application": quotas.APPLICATION_LOAD_BALANCERS_PER_REGION,
            "network": quotas.NETWORK_LOAD_BALANCERS_PER_REGION,
        }
        if sum(balancer.type == kind for balancer in self.load_balancers.values()) >= room[kind]:
            raise Refused("TooManyLoadBalancers", "The maximum number of load balancers has been reached")

    def _check_internet(self, scheme: str, vpc_id: str) -> None:
        gateways = self.ec2_backend.internet_gateways.values()
        if scheme == "internet-facing" and not any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in gateways):
            raise Refused("InvalidSubnet", f"VPC {vpc_id} has no internet gateway")

    def _load_balancer_arn(self, kind: str, name: str) -> str:
        return (
            f"arn:{self.partition}:elasticloadbalancing:{self.region_name}:{self.account_id}"
            f":loadbalancer/{_ARN_KINDS[kind]}/{name}/{mock_random.get_random_hex(16)}"
        )

    def _dns_name(self, kind: str, name: str, scheme: str) -> str:
        """name-hash.elb.region for a network load balancer; [internal-]name-number.region.elb for an application one.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#dns-name
        """
        if kind == "network":
            return regions.host(f"{name}-{mock_random.get_random_hex(16)}.elb", self.region_name)
        prefix = "internal-" if scheme == "internal" else ""
        suffix = regions.partition_of(self.region_name).dns_suffix
        return f"{prefix}{name}-{random.randint(10**8, 2 * 10**9)}.{self.region_name}.elb.{suffix}"

    def _attach(self, balancer: LoadBalancer) -> None:
        """An interface in each subnet that has none yet."""
        for subnet in balancer.subnets:
            if subnet.id not in balancer.interfaces:
                balancer.interfaces[subnet.id] = interfaces.allocate(
                    self.account_id,
                    self.region_name,
                    subnet.id,
                    balancer.security_groups or None,
                    f"ELB {balancer.short_name}",
                    "amazon-elb",
                    interface_type="network_load_balancer" if balancer.is_network else "interface",
                    public=balancer.scheme == "internet-facing",
                )

    def _release(self, gone: list[Any]) -> None:
        for interface in gone:
            interfaces.release(interface)
        snapshot.touch()


def _check_moves(balancer: LoadBalancer, wanted: list[Subnet]) -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html, "Considerations"."""
    ids, held = {subnet.id for subnet in wanted}, {subnet.id for subnet in balancer.subnets}
    leaving = {subnet.availability_zone for subnet in balancer.subnets if subnet.id not in ids}
    coming = {subnet.availability_zone for subnet in wanted if subnet.id not in held}
    if leaving & coming:
        raise InvalidConfigurationRequest(
            "Subnet changes within the same Availability Zone must be independent actions"
        )
    if leaving and load_balancers.has_live_endpoints(balancer.arn):
        raise InvalidConfigurationRequest(
            f"A subnet cannot be removed while load balancer '{balancer.arn}' has active VPC endpoint associations"
        )
