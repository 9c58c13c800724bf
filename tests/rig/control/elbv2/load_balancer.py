"""One load balancer: its name, state, interfaces and attributes."""

from __future__ import annotations

from typing import Any

from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.ec2.models.subnets import Subnet
from moto.elbv2.models import FakeListener, FakeLoadBalancer

from rig.control import snapshot
from rig.control.elbv2 import attributes


class LoadBalancer(FakeLoadBalancer):
    """An application or network load balancer, `provisioning` until it is not."""

    def __init__(
        self,
        *,
        arn: str,
        name: str,
        kind: str,
        scheme: str,
        subnets: list[Subnet],
        security_groups: list[str],
        ip_address_type: str,
        dns_name: str,
    ) -> None:
        self.arn = arn
        self.name = name
        self.type = kind
        self.scheme = scheme
        self.subnets = subnets
        self.vpc_id = subnets[0].vpc_id
        self.security_groups = security_groups
        self.ip_address_type = ip_address_type
        self.dns_name = dns_name
        self.state = "provisioning"
        self.created_time = iso_8601_datetime_with_milliseconds()
        self.listeners: dict[str, FakeListener] = {}
        self.attrs = dict(attributes.LOAD_BALANCER[kind])
        self.canonical_hosted_zone_id = "Z14GRHDCWA56QT" if kind == "application" else "Z31USIVHYNEOWT"
        self.interfaces: dict[str, Any] = {}  # by subnet id
        # Only an NLB made with security groups has the setting, and it is on unless told otherwise.
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        self.enforces_groups_on_privatelink = kind == "network" and bool(security_groups)

    @property
    def is_network(self) -> bool:
        return self.type == "network"

    @property
    def enforce_security_group_inbound_rules_on_private_link_traffic(self) -> str | None:
        if not (self.is_network and self.security_groups):
            return None
        return "on" if self.enforces_groups_on_privatelink else "off"

    @property
    def short_name(self) -> str:
        """net/name/id, as interfaces and metrics name it."""
        return self.arn.split(":loadbalancer/", 1)[1]

    def activate(self) -> None:
        """moto calls this on every look. Looking does not make a load balancer ready."""

    def become_active(self) -> None:
        self.state = "active"
        snapshot.touch()
