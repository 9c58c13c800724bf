# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An endpoint service: load balancers published to other VPCs. Stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    Connection,
    Connections,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.notifications import Notification
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.private_dns import PrivateDns

# A region that is Deleting, Deleted or Closed takes no new endpoints.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SupportedRegionDetail.html
PRESENT_REGION = ("Pending", "Available", "Failed")
SERVICE_OWNER = "ServiceOwner"


@dataclass(frozen=True, kw_only=True)
class EndpointService:
    """As AWS has it, or as a plan leaves it; what AWS alone decides is None or empty in a plan.

    `connections`, `notifications` and `load_balancer_zones` (names of the zones that its load balancers have) are None
    where they were not read. `regions` are states by name. `also` are others of its name, where all of them are to go.
    """

    name: str | None
    acceptance_required: bool
    load_balancer_arns: tuple[str | None, ...] = ()
    gateway_load_balancer_arns: tuple[str | None, ...] = ()
    supported_ip_address_types: tuple[str, ...] = ()
    regions: Mapping[str, str] = field(default_factory=dict)
    private_dns: PrivateDns | None = None
    payer_responsibility: str | None = None
    allowed_principals: tuple[str, ...] = ()
    notifications: tuple[Notification, ...] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    service_id: str | None = None
    service_name: str | None = None
    service_type: str | None = None
    state: str | None = None
    availability_zone_ids: tuple[str, ...] = ()
    availability_zones: tuple[str, ...] = ()
    load_balancer_zones: tuple[str, ...] | None = None
    base_endpoint_dns_names: tuple[str, ...] = ()
    connections: Connections | None = None
    also: tuple[EndpointService, ...] = ()

    @classmethod
    def from_boto(cls, item: Mapping[str, Any], principals: Iterable[str] = (), **read: Any) -> EndpointService:
        """`read`: what other calls told, by the names of the fields."""
        tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}
        types = [entry["ServiceType"] for entry in item.get("ServiceType", ())]
        return cls(
            name=tags.get(NAME),
            acceptance_required=item["AcceptanceRequired"],
            load_balancer_arns=_sorted(item, "NetworkLoadBalancerArns"),
            gateway_load_balancer_arns=_sorted(item, "GatewayLoadBalancerArns"),
            supported_ip_address_types=_sorted(item, "SupportedIpAddressTypes"),
            regions=_regions(item),
            private_dns=PrivateDns.from_boto(item),
            payer_responsibility=item.get("PayerResponsibility"),
            allowed_principals=tuple(sorted(principals)),
            tags=tags,
            service_id=item["ServiceId"],
            service_name=item["ServiceName"],
            service_type=types[0] if types else None,
            state=item["ServiceState"],
            availability_zone_ids=_sorted(item, "AvailabilityZoneIds"),
            availability_zones=_sorted(item, "AvailabilityZones"),
            base_endpoint_dns_names=_sorted(item, "BaseEndpointDnsNames"),
            **read,
        )

    @property
    def leaving(self) -> bool:
        return self.state in ("Deleting", "Deleted")

    @property
    def supported_regions(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, state in self.regions.items() if state in PRESENT_REGION))

    @property
    def private_dns_name(self) -> str | None:
        return self.private_dns.name if self.private_dns else None

    @property
    def missing_zones(self) -> tuple[str, ...]:
        """Zones that its load balancers have and it does not offer."""
        return tuple(zone for zone in self.load_balancer_zones or () if zone not in self.availability_zones)

    @property
    def provider_id(self) -> str | None:
        """The account it belongs to, which AWS tells by the ARNs of its load balancers alone."""
        arns = (*self.load_balancer_arns, *self.gateway_load_balancer_arns)
        return arns[0].split(":")[4] if arns and arns[0] and arns[0].count(":") >= 5 else None

    def as_diff(self) -> dict[str, Any]:
        others = {"also": [one.as_diff() for one in self.also]} if self.also else {}
        lists = (
            "load_balancer_arns",
            "gateway_load_balancer_arns",
            "supported_ip_address_types",
            "supported_regions",
            "allowed_principals",
            "availability_zones",
        )
        notifications = None if self.notifications is None else [one.as_diff() for one in self.notifications]
        return {
            "name": self.name,
            "acceptance_required": self.acceptance_required,
            **{name: list(getattr(self, name)) for name in lists},
            "private_dns_name": self.private_dns_name,
            "private_dns_verified": self.private_dns is not None and self.private_dns.state == "verified",
            "payer_responsibility": self.payer_responsibility,
            "connection_notifications": notifications,
            "tags": dict(sorted(self.tags.items())),
            **others,
        }

    def as_result(self) -> dict[str, Any]:
        notifications = None if self.notifications is None else [one.as_result() for one in self.notifications]
        return {
            **{key: value for key, value in self.as_diff().items() if key != "private_dns_verified"},
            "private_dns_verification": self.private_dns.as_result() if self.private_dns else None,
            "connection_notifications": notifications,
            "region_states": dict(sorted(self.regions.items())),
            "availability_zone_ids": list(self.availability_zone_ids),
            "base_endpoint_dns_names": list(self.base_endpoint_dns_names),
            "service_id": self.service_id,
            "service_name": self.service_name,
            "service_type": self.service_type,
            "state": self.state,
        }

    def live_connections(self) -> tuple[Connection, ...]:
        return tuple(item for item in (self.connections or Connections()).items if item.live)


def _regions(item: Mapping[str, Any]) -> dict[str, str]:
    """Its own, which an older botocore does not tell, stands in its name: com.amazonaws.vpce.<region>.<id>."""
    told = {entry["Region"]: entry["ServiceState"] for entry in item.get("SupportedRegions", ())}
    return {item["ServiceName"].split(".")[-2]: "Available", **told}


def _sorted(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(sorted(item.get(key, ())))
