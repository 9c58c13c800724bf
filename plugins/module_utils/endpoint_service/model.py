# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An endpoint service: load balancers published to other VPCs. Stdlib only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME, Owner, wanted_tags
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    Connection,
    Connections,
)

# "*", or an ARN without a path: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
PRINCIPAL = re.compile(r"\*|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+|arn:aws[a-z-]*:organizations::.+")


@dataclass(frozen=True, kw_only=True)
class EndpointService:
    """As AWS has it, or as a plan leaves it; what AWS alone decides is None in a plan."""

    name: str | None
    acceptance_required: bool
    load_balancer_arns: tuple[str | None, ...] = ()
    gateway_load_balancer_arns: tuple[str, ...] = ()
    supported_ip_address_types: tuple[str, ...] = ()
    allowed_principals: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    service_id: str | None = None
    service_name: str | None = None
    state: str | None = None
    availability_zone_ids: tuple[str, ...] = ()
    availability_zones: tuple[str, ...] = ()
    base_endpoint_dns_names: tuple[str, ...] = ()
    connections: Connections | None = None

    @classmethod
    def from_boto(
        cls, item: Mapping[str, Any], principals: Iterable[str] = (), connections: Connections | None = None
    ) -> EndpointService:
        tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}
        return cls(
            name=tags.get(NAME),
            acceptance_required=item["AcceptanceRequired"],
            load_balancer_arns=_sorted(item, "NetworkLoadBalancerArns"),
            gateway_load_balancer_arns=_sorted(item, "GatewayLoadBalancerArns"),
            supported_ip_address_types=_sorted(item, "SupportedIpAddressTypes"),
            allowed_principals=tuple(sorted(principals)),
            tags=tags,
            service_id=item["ServiceId"],
            service_name=item["ServiceName"],
            state=item["ServiceState"],
            availability_zone_ids=_sorted(item, "AvailabilityZoneIds"),
            availability_zones=_sorted(item, "AvailabilityZones"),
            base_endpoint_dns_names=_sorted(item, "BaseEndpointDnsNames"),
            connections=connections,
        )

    @property
    def leaving(self) -> bool:
        return self.state in ("Deleting", "Deleted")

    def as_diff(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "acceptance_required": self.acceptance_required,
            "load_balancer_arns": list(self.load_balancer_arns),
            "supported_ip_address_types": list(self.supported_ip_address_types),
            "allowed_principals": list(self.allowed_principals),
            "tags": dict(sorted(self.tags.items())),
        }

    def as_result(self) -> dict[str, Any]:
        lists = ("gateway_load_balancer_arns", "availability_zone_ids", "availability_zones", "base_endpoint_dns_names")
        return {
            **self.as_diff(),
            **{name: list(getattr(self, name)) for name in lists},
            "service_id": self.service_id,
            "service_name": self.service_name,
            "state": self.state,
        }

    def live_connections(self) -> tuple[Connection, ...]:
        return tuple(item for item in (self.connections or Connections()).items if item.live)


@dataclass(frozen=True, kw_only=True)
class Desired:
    """What the task asks for. None means: leave it as it is."""

    name: str
    owner: Owner
    present: bool
    force: bool
    acceptance_required: bool
    load_balancer_arns: tuple[str | None, ...] | None
    supported_ip_address_types: tuple[str, ...] | None
    allowed_principals: tuple[str, ...] | None
    purge_allowed_principals: bool
    tags: Mapping[str, str]
    purge_tags: bool
    wait: bool
    wait_timeout: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Desired:
        return cls(
            name=params["name"],
            owner=Owner.from_tags(params["tags"]),
            present=params["state"] == "present",
            force=params["force"],
            acceptance_required=params["acceptance_required"],
            load_balancer_arns=known_all(params["load_balancer_arns"]),
            supported_ip_address_types=known_all(params["supported_ip_address_types"]),
            allowed_principals=_principals(params["allowed_principals"]),
            purge_allowed_principals=params["purge_allowed_principals"],
            tags=wanted_tags(params["name"], params["tags"]),
            purge_tags=params["purge_tags"],
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
        )

    @property
    def what(self) -> str:
        return f"endpoint service {self.name}"

    @property
    def unknown(self) -> tuple[str, ...]:
        return unknown_options(load_balancer_arns=self.load_balancer_arns or ())


def _sorted(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(sorted(item.get(key, ())))


def _principals(values: Iterable[str] | None) -> tuple[str, ...] | None:
    if values is None:
        return None
    for index, value in enumerate(values):
        if not PRINCIPAL.fullmatch(value):
            raise PrivateLinkError(
                where=f"allowed_principals[{index}]",
                found=value or "no value",
                allowed='an ARN or "*"',
                remedy=f"an account is written arn:aws:iam::{value}:root" if value.isdigit() else None,
            )
    return tuple(sorted(set(values)))
