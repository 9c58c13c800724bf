# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Connections: endpoints as the provider of an endpoint service sees them. Stdlib only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

# The model says PendingAcceptance, the answers and filters say pendingAcceptance.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html
STATES = (
    "pendingAcceptance",
    "pending",
    "available",
    "deleting",
    "deleted",
    "rejected",
    "failed",
    "expired",
    "partial",
)
BY_LOWER_CASE = {state.lower(): state for state in STATES}
LIVE = ("pendingAcceptance", "pending", "available", "partial")
ACCEPTED = ("pending", "available", "partial")
UNKNOWN = "(not known yet)"
GONE = ("rejected", "deleting", "deleted", "failed", "expired")
ENDPOINT_CHARGES = "vpc-endpoint-charges"


def endpoint_state(said: str) -> str:
    return BY_LOWER_CASE.get(said.lower(), said)


@dataclass(frozen=True, kw_only=True)
class Connection:
    """An endpoint in the eyes of the provider. What AWS alone decides is None or empty in a plan.

    `connection_id` and `tags` are of the connection, which belongs to the provider; the endpoint's own tags are the
    consumer's, and not shown. `payer` is None where AWS tells nothing: then the service's rule holds.
    """

    endpoint_id: str | None
    state: str
    service_id: str | None = None
    connection_id: str | None = None
    owner_id: str | None = None
    region: str | None = None
    ip_address_type: str | None = None
    created: str | None = None
    payer: str | None = None
    load_balancer_arns: tuple[str, ...] = ()
    gateway_load_balancer_arns: tuple[str, ...] = ()
    dns_names: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Connection:
        created = item.get("CreationTimestamp")
        payers = {one["Scope"]: one["PayerResponsibilityType"] for one in item.get("PayerResponsibilities", ())}
        return cls(
            endpoint_id=item["VpcEndpointId"],
            state=endpoint_state(item["VpcEndpointState"]),
            service_id=item["ServiceId"],
            connection_id=item.get("VpcEndpointConnectionId"),
            owner_id=item.get("VpcEndpointOwner"),
            region=item.get("VpcEndpointRegion"),
            ip_address_type=item.get("IpAddressType"),
            created=created.isoformat() if created else None,
            payer=payers.get(ENDPOINT_CHARGES),
            load_balancer_arns=tuple(sorted(item.get("NetworkLoadBalancerArns", ()))),
            gateway_load_balancer_arns=tuple(sorted(item.get("GatewayLoadBalancerArns", ()))),
            dns_names=tuple(one["DnsName"] for one in item.get("DnsEntries", ()) if one.get("DnsName")),
            tags={tag["Key"]: tag["Value"] for tag in item.get("Tags", ())},
        )

    @property
    def live(self) -> bool:
        """It keeps its service from being deleted."""
        return self.state in LIVE

    def as_diff(self) -> dict[str, Any]:
        return {"state": self.state, "payer_responsibility": self.payer}

    def as_result(self) -> dict[str, Any]:
        lists = ("load_balancer_arns", "gateway_load_balancer_arns", "dns_names")
        texts = ("endpoint_id", "service_id", "connection_id", "owner_id", "region", "ip_address_type", "created")
        return {
            **{name: getattr(self, name) for name in texts},
            **self.as_diff(),
            **{name: list(getattr(self, name)) for name in lists},
            "tags": dict(sorted(self.tags.items())),
        }


@dataclass(frozen=True, kw_only=True)
class Connections:
    """Some connections, by endpoint id."""

    items: tuple[Connection, ...] = ()

    @classmethod
    def of(cls, items: Iterable[Connection]) -> Connections:
        return cls(items=tuple(sorted(items, key=lambda item: item.endpoint_id or "")))

    def get(self, endpoint_id: str | None) -> Connection | None:
        return next((item for item in self.items if item.endpoint_id == endpoint_id), None)

    def where(self, wanted: Callable[[Connection], bool]) -> Connections:
        return Connections(items=tuple(item for item in self.items if wanted(item)))

    def changed(self, endpoint_ids: Iterable[str | None], **values: Any) -> Connections:
        """These with other values, added where they are not seen yet."""
        ids = tuple(endpoint_ids)
        unseen = Connection(endpoint_id=None, state=UNKNOWN)
        changed = [replace(self.get(one) or unseen, endpoint_id=one, **values) for one in ids]
        return Connections.of([*(item for item in self.items if item.endpoint_id not in ids), *changed])

    def as_diff(self) -> dict[str, Any]:
        return {item.endpoint_id or UNKNOWN: item.as_diff() for item in self.items}

    def as_result(self) -> list[dict[str, Any]]:
        return [item.as_result() for item in self.items]
