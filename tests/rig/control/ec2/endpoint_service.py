"""An endpoint service: what a provider publishes, and what consumers see of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rig import regions
from rig.control import clock, registry
from rig.control.ec2 import backends, dns_records, ids, load_balancers, tagging, zones
from rig.control.ec2.principals import Caller, Permission
from rig.control.ec2.supported_regions import SupportedRegions

if TYPE_CHECKING:
    from rig.control.ec2.endpoint import Endpoint

# An endpoint in one of these states keeps its service from being deleted.
LIVE_STATES = frozenset({"pendingAcceptance", "pending", "available", "partial"})


@dataclass(kw_only=True)
class EndpointService:
    """`zone_ids` are those the load balancers had when the service was made or last modified:
    a zone added to a load balancer later is not offered until ModifyVpcEndpointServiceConfiguration
    is called again (https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html)."""

    account_id: str
    region: str
    load_balancer_arns: list[str]
    acceptance_required: bool = True
    gateway_load_balancers: bool = False
    supported_ip_address_types: list[str] = field(default_factory=lambda: ["ipv4"])
    other_regions: list[str] = field(default_factory=list)
    id: str = field(default_factory=lambda: ids.new("vpce-svc"))
    state: str = "Available"
    payer: str | None = None
    permissions: list[Permission] = field(default_factory=list)
    private_dns: PrivateDns | None = None
    zone_ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supported_regions = SupportedRegions(self.region, self.other_regions)
        self.refresh_zones()

    @property
    def name(self) -> str:
        return f"com.amazonaws.vpce.{self.region}.{self.id}"

    @property
    def type(self) -> str:
        return "GatewayLoadBalancer" if self.gateway_load_balancers else "Interface"

    @property
    def base_dns_name(self) -> str:
        return f"{self.id}.{self.region}.vpce.{regions.partition_of(self.region).dns_suffix}"

    @property
    def verified_private_dns_name(self) -> str | None:
        return self.private_dns.name if self.private_dns and self.private_dns.state == "verified" else None

    @property
    def tags(self) -> dict[str, str]:
        return dict(backends.of(self.account_id, self.region).tags.get(self.id, {}))

    @property
    def live_connections(self) -> list[Endpoint]:
        return [entry for entry in backends.endpoints() if entry.service is self and entry.state in LIVE_STATES]

    @property
    def regions_in_use(self) -> set[str]:
        return {endpoint.region for endpoint in self.live_connections}

    def refresh_zones(self) -> None:
        names = {zone.name: zone.zone_id for zone in zones.of_account(self.account_id, self.region)}
        used = {name for arn in self.load_balancer_arns for name in load_balancers.zone_names(arn)}
        self.zone_ids = sorted(names[name] for name in used)

    def admits(self, caller: Caller) -> bool:
        """Whether the caller may make an endpoint; the owner's account always may."""
        return caller.account_id == self.account_id or any(entry.admits(caller) for entry in self.permissions)

    def reached_from(self, region: str) -> bool:
        return region == self.region or self.supported_regions.admits(region)

    def configuration(self) -> dict[str, Any]:
        """As DescribeVpcEndpointServiceConfigurations shows it to its owner."""
        arns = "GatewayLoadBalancerArns" if self.gateway_load_balancers else "NetworkLoadBalancerArns"
        return {
            "ServiceType": [{"ServiceType": self.type}],
            "ServiceId": self.id,
            "ServiceName": self.name,
            "ServiceState": self.state,
            "AvailabilityZoneIds": self.zone_ids,
            "AvailabilityZones": self.zone_names(self.account_id),
            "AcceptanceRequired": self.acceptance_required,
            "ManagesVpcEndpoints": False,
            arns: self.load_balancer_arns,
            "SupportedIpAddressTypes": self.supported_ip_address_types,
            "BaseEndpointDnsNames": [self.base_dns_name],
            "PrivateDnsName": self.private_dns.name if self.private_dns else None,
            "PrivateDnsNameConfiguration": self.private_dns.configuration() if self.private_dns else {},
            "PayerResponsibility": self.payer,
            "Tags": tagging.rendered(self.tags),
            "SupportedRegions": self.supported_regions.rendered(self.regions_in_use),
            "RemoteAccessEnabled": self.supported_regions.remote,
        }

    def detail(self, viewer_account_id: str, viewer_region: str) -> dict[str, Any]:
        """As DescribeVpcEndpointServices shows it, with the zone names of the account that asks.

        Another region sees none of its zones: github.com/hashicorp/terraform-provider-aws issue 44186.
        """
        dns, near = self.private_dns, viewer_region == self.region
        return {
            "ServiceName": self.name,
            "ServiceId": self.id,
            "ServiceType": [{"ServiceType": self.type}],
            "ServiceRegion": self.region,
            "AvailabilityZoneIds": self.zone_ids if near else [],
            "AvailabilityZones": self.zone_names(viewer_account_id) if near else [],
            "Owner": self.account_id,
            "BaseEndpointDnsNames": [self.base_dns_name],
            "PrivateDnsName": dns.name if dns else None,
            "PrivateDnsNames": [{"PrivateDnsName": dns.name}] if dns else [],
            "PrivateDnsNameVerificationState": dns.state if dns else None,
            "VpcEndpointPolicySupported": False,
            "AcceptanceRequired": self.acceptance_required,
            "ManagesVpcEndpoints": False,
            "PayerResponsibility": self.payer,
            "Tags": tagging.rendered(self.tags) if viewer_account_id == self.account_id else [],
            "SupportedIpAddressTypes": self.supported_ip_address_types,
        }

    def zone_names(self, account_id: str) -> Sequence[str]:
        known = zones.of_account(account_id, self.region)
        return sorted(zone.name for zone in known if zone.zone_id in self.zone_ids)


@dataclass(kw_only=True)
class PrivateDns:
    """A private DNS name is usable once AWS has found a TXT record in public DNS that proves its ownership.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    name: str
    state: str = "pendingVerification"
    value: str = field(default_factory=lambda: f"vpce:{secrets.token_urlsafe(15)}")
    label: str = field(default_factory=lambda: f"_{secrets.token_hex(10)}")

    @property
    def record_name(self) -> str:
        return f"{self.label}.{self.name.removeprefix('*.')}"

    def start_verification(self) -> None:
        self.state = "pendingVerification"
        clock.call_later(registry.settings().delay("private_dns_verification"), self._verify)

    def configuration(self) -> dict[str, str]:
        return {"State": self.state, "Type": "TXT", "Value": self.value, "Name": self.label}

    def _verify(self) -> None:
        self.state = "verified" if dns_records.has_txt(self.record_name, self.value) else "failed"
