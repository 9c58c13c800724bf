# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VPC endpoints: the consumer's half of PrivateLink. Stdlib only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import endpoint_state

INTERFACE, GATEWAY, LOAD_BALANCED = "Interface", "Gateway", "GatewayLoadBalancer"

# Nothing brings these back, and they carry no traffic: not counted as present.
# https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-endpoint-states
DEAD = ("rejected", "failed", "expired")
LEAVING = ("deleting", "deleted")


@dataclass(frozen=True, kw_only=True)
class Address:
    """Of a network interface in one subnet. As a wish, None leaves the choice to AWS."""

    ipv4: str | None = None
    ipv6: str | None = None

    def met_by(self, found: Address) -> bool:
        return self.ipv4 in (None, found.ipv4) and self.ipv6 in (None, found.ipv6)

    def as_dict(self) -> dict[str, str | None]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Interface:
    """A network interface of an endpoint."""

    interface_id: str
    subnet_id: str
    address: Address

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Interface:
        ipv6 = [entry["Ipv6Address"] for entry in item.get("Ipv6Addresses", ())]
        return cls(
            interface_id=item["NetworkInterfaceId"],
            subnet_id=item["SubnetId"],
            address=Address(ipv4=item.get("PrivateIpAddress"), ipv6=ipv6[0] if ipv6 else None),
        )


@dataclass(frozen=True, kw_only=True)
class DnsOptions:
    """None is AWS's choice; of a wish: leave it as it is."""

    dns_record_ip_type: str | None = None
    private_dns_only_for_inbound_resolver_endpoint: bool | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {option: value for option, value in vars(self).items() if value is not None}

    def over(self, found: DnsOptions) -> DnsOptions:
        """What comes of this wish, where `found` is."""
        return replace(found, **self.given)

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """As AWS has it, or as a plan leaves it; what AWS alone decides is None or empty in a plan.

    `addresses`, by subnet, are known only where somebody has asked for the network interfaces.
    """

    name: str | None
    type: str
    service_name: str | None
    vpc_id: str | None
    subnet_ids: tuple[str | None, ...] = ()
    security_group_ids: tuple[str | None, ...] = ()
    route_table_ids: tuple[str | None, ...] = ()
    service_region: str | None = None
    private_dns_enabled: bool = False
    dns_options: DnsOptions = DnsOptions()
    ip_address_type: str | None = None
    addresses: Mapping[str, Address] = field(default_factory=dict)
    policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    endpoint_id: str | None = None
    state: str | None = None
    owner_id: str | None = None
    created: str | None = None
    requester_managed: bool = False
    payers: Mapping[str, str] = field(default_factory=dict)
    network_interface_ids: tuple[str, ...] = ()
    dns_entries: tuple[str, ...] = ()
    hosted_zone_ids: Mapping[str, str] = field(default_factory=dict)
    last_error: str | None = None

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Endpoint:
        tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}
        created = item.get("CreationTimestamp")
        names = [entry for entry in item.get("DnsEntries", ()) if entry.get("DnsName")]
        return cls(
            name=tags.get(NAME),
            type=item.get("VpcEndpointType", "Gateway"),
            service_name=item.get("ServiceName"),
            vpc_id=item["VpcId"],
            subnet_ids=tuple(sorted(item.get("SubnetIds", ()))),
            security_group_ids=tuple(sorted(group["GroupId"] for group in item.get("Groups", ()))),
            route_table_ids=tuple(sorted(item.get("RouteTableIds", ()))),
            service_region=item.get("ServiceRegion"),
            private_dns_enabled=item.get("PrivateDnsEnabled", False),
            dns_options=_dns_options(item.get("DnsOptions") or {}),
            ip_address_type=item.get("IpAddressType"),
            policy=item.get("PolicyDocument"),
            tags=tags,
            endpoint_id=item["VpcEndpointId"],
            state=endpoint_state(item["State"]),
            owner_id=item.get("OwnerId"),
            created=created.isoformat() if created else None,
            requester_managed=item.get("RequesterManaged", False),
            payers={one["Scope"]: one["PayerResponsibilityType"] for one in item.get("PayerResponsibilities", ())},
            network_interface_ids=tuple(sorted(item.get("NetworkInterfaceIds", ()))),
            dns_entries=tuple(entry["DnsName"] for entry in names),
            hosted_zone_ids={entry["DnsName"]: entry["HostedZoneId"] for entry in names if entry.get("HostedZoneId")},
            last_error=_last_error(item),
        )

    def at(self, interfaces: Iterable[Interface], subnet_ids: Collection[str]) -> Endpoint:
        """The same, knowing the addresses it has in these subnets."""
        own = [one for one in interfaces if one.interface_id in self.network_interface_ids]
        return replace(self, addresses={one.subnet_id: one.address for one in own if one.subnet_id in subnet_ids})

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
            "service_region": self.service_region,
            "private_dns_enabled": self.private_dns_enabled,
            "dns_options": self.dns_options.as_dict(),
            "ip_address_type": self.ip_address_type,
            "addresses": {subnet_id: one.as_dict() for subnet_id, one in sorted(self.addresses.items())},
            "policy": json.loads(self.policy) if self.policy else None,
            "tags": dict(sorted(self.tags.items())),
        }

    def as_result(self) -> dict[str, Any]:
        return {
            **self.as_diff(),
            "endpoint_id": self.endpoint_id,
            "state": self.state,
            "owner_id": self.owner_id,
            "created": self.created,
            "requester_managed": self.requester_managed,
            "payers": dict(self.payers),
            "network_interface_ids": list(self.network_interface_ids),
            "dns_entries": list(self.dns_entries),
            "dns_name": self.dns_name,
            "hosted_zone_id": self.hosted_zone_ids.get(self.dns_name) if self.dns_name else None,
            "zonal_dns_names": self.zonal_dns_names,
            "last_error": self.last_error,
        }


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Those a task is about, dead, leaving and deleted ones too while AWS shows them.

    `interfaces` are the network interfaces that are still there of endpoints that are gone.
    """

    items: tuple[Endpoint, ...] = ()
    interfaces: tuple[str, ...] = ()

    @classmethod
    def of(cls, items: Iterable[Endpoint]) -> Endpoints:
        return cls(items=tuple(sorted(items, key=lambda one: (one.name or "", one.type, one.endpoint_id or ""))))

    def living(self) -> Endpoints:
        return Endpoints(items=tuple(one for one in self.items if one.alive))

    def staying(self) -> Endpoints:
        return Endpoints(items=tuple(one for one in self.items if one.state not in LEAVING))

    def as_diff(self) -> dict[str, Any]:
        """By name; a gateway with its type where both types have the name, a dead one with its id and state."""
        both = {one.name for one in self.items if one.type == GATEWAY} & {
            one.name for one in self.items if one.type == INTERFACE
        }
        return {_key(one, one.name in both): one.as_diff() for one in self.items}


def _key(endpoint: Endpoint, shared: bool) -> str:
    if endpoint.dead:
        return f"{endpoint.name} ({endpoint.endpoint_id}, {endpoint.state})"
    return f"{endpoint.name} ({endpoint.type})" if shared and endpoint.type == GATEWAY else endpoint.name or ""


def _dns_options(item: Mapping[str, Any]) -> DnsOptions:
    return DnsOptions(
        dns_record_ip_type=item.get("DnsRecordIpType"),
        private_dns_only_for_inbound_resolver_endpoint=item.get("PrivateDnsOnlyForInboundResolverEndpoint"),
    )


def _head(name: str) -> str:
    """The first label. Those of S3 stand behind a wildcard."""
    return name.removeprefix("*.").partition(".")[0]


def _last_error(item: Mapping[str, Any]) -> str | None:
    error = item.get("LastError") or {}
    said = [error.get("Code"), error.get("Message"), item.get("FailureReason")]
    return ": ".join(part for part in said if part) or None
