# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VPC endpoints: the consumer's half of PrivateLink. Stdlib only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import endpoint_state

# Nothing brings these back, and they carry no traffic: not counted as present.
# https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-endpoint-states
DEAD = ("rejected", "failed", "expired")
LEAVING = ("deleting", "deleted")


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """As AWS has it, or as a plan leaves it; what AWS alone decides is None or empty in a plan."""

    name: str | None
    type: str
    service_name: str | None
    vpc_id: str | None
    subnet_ids: tuple[str | None, ...] = ()
    security_group_ids: tuple[str | None, ...] = ()
    route_table_ids: tuple[str | None, ...] = ()
    private_dns_enabled: bool = False
    policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    endpoint_id: str | None = None
    state: str | None = None
    network_interface_ids: tuple[str, ...] = ()
    dns_entries: tuple[str, ...] = ()
    last_error: str | None = None

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Endpoint:
        tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}
        return cls(
            name=tags.get(NAME),
            type=item.get("VpcEndpointType", "Gateway"),
            service_name=item["ServiceName"],
            vpc_id=item["VpcId"],
            subnet_ids=tuple(sorted(item.get("SubnetIds", ()))),
            security_group_ids=tuple(sorted(group["GroupId"] for group in item.get("Groups", ()))),
            route_table_ids=tuple(sorted(item.get("RouteTableIds", ()))),
            private_dns_enabled=item.get("PrivateDnsEnabled", False),
            policy=item.get("PolicyDocument"),
            tags=tags,
            endpoint_id=item["VpcEndpointId"],
            state=endpoint_state(item["State"]),
            network_interface_ids=tuple(sorted(item.get("NetworkInterfaceIds", ()))),
            dns_entries=tuple(entry["DnsName"] for entry in item.get("DnsEntries", ()) if entry.get("DnsName")),
            last_error=_last_error(item),
        )

    @property
    def alive(self) -> bool:
        return self.state not in (*DEAD, *LEAVING)

    @property
    def dead(self) -> bool:
        return self.state in DEAD

    @property
    def dns_name(self) -> str | None:
        """The regional name, which leads to every zone: the shortest of the endpoint's own names."""
        own = [name for name in self.dns_entries if _head(name).startswith(f"{self.endpoint_id}-")]
        return min(own, key=len) if own else None

    @property
    def zonal_dns_names(self) -> dict[str, str]:
        """Availability zone (its name in this account) -> the name that leads to this zone alone.

        vpce-id-hash.service... is regional, vpce-id-hash-ap-northeast-1a.service... zonal:
        https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
        """
        regional = f"{_head(self.dns_name)}-" if self.dns_name else "-"
        heads = {name: _head(name) for name in self.dns_entries}
        return {head.removeprefix(regional): name for name, head in heads.items() if head.startswith(regional)}

    def as_diff(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "type": self.type,
            "service_name": self.service_name,
            "vpc_id": self.vpc_id,
            "subnet_ids": list(self.subnet_ids),
            "security_group_ids": list(self.security_group_ids),
            "route_table_ids": list(self.route_table_ids),
            "private_dns_enabled": self.private_dns_enabled,
            "policy": json.loads(self.policy) if self.policy else None,
            "tags": dict(sorted(self.tags.items())),
        }

    def as_result(self) -> dict[str, Any]:
        return {
            **self.as_diff(),
            "endpoint_id": self.endpoint_id,
            "state": self.state,
            "network_interface_ids": list(self.network_interface_ids),
            "dns_entries": list(self.dns_entries),
            "dns_name": self.dns_name,
            "zonal_dns_names": self.zonal_dns_names,
            "last_error": self.last_error,
        }


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Those of ours that bear one of the wanted names, dead, leaving and deleted ones too while AWS shows them."""

    items: tuple[Endpoint, ...] = ()

    @classmethod
    def of(cls, items: Iterable[Endpoint]) -> Endpoints:
        return cls(items=tuple(sorted(items, key=lambda one: (one.name or "", one.endpoint_id or ""))))

    def named(self, name: str) -> tuple[Endpoint, ...]:
        return tuple(one for one in self.items if one.name == name)

    def living(self) -> Endpoints:
        return Endpoints(items=tuple(one for one in self.items if one.alive))

    def staying(self) -> Endpoints:
        return Endpoints(items=tuple(one for one in self.items if one.state not in LEAVING))

    def as_diff(self) -> dict[str, Any]:
        """By name; a dead one next to its living namesake shows with its id and state."""
        shown = {}
        for one in self.items:
            key = f"{one.name} ({one.endpoint_id}, {one.state})" if one.dead else one.name or ""
            shown[key] = one.as_diff()
        return shown


def _head(name: str) -> str:
    """The first label. Those of S3 stand behind a wildcard."""
    return name.removeprefix("*.").partition(".")[0]


def _last_error(item: Mapping[str, Any]) -> str | None:
    error = item.get("LastError") or {}
    said = [error.get("Code"), error.get("Message"), item.get("FailureReason")]
    return ": ".join(part for part in said if part) or None
