# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Connections: endpoints as the provider of an endpoint service sees them. Stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner

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


def endpoint_state(said: str) -> str:
    return BY_LOWER_CASE.get(said.lower(), said)


@dataclass(frozen=True, kw_only=True)
class Connection:
    """An endpoint in the eyes of the provider. `owner_id` and the rest are None in a plan."""

    endpoint_id: str | None
    state: str
    owner_id: str | None = None
    region: str | None = None
    ip_address_type: str | None = None
    created: str | None = None

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Connection:
        created = item.get("CreationTimestamp")
        return cls(
            endpoint_id=item["VpcEndpointId"],
            state=endpoint_state(item["VpcEndpointState"]),
            owner_id=item.get("VpcEndpointOwner"),
            region=item.get("VpcEndpointRegion"),
            ip_address_type=item.get("IpAddressType"),
            created=created.isoformat() if created else None,
        )

    @property
    def live(self) -> bool:
        """It keeps its service from being deleted."""
        return self.state in LIVE

    def as_result(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Connections:
    """The connections that are asked about, by endpoint id; those not seen are left out."""

    items: tuple[Connection, ...] = ()

    @classmethod
    def of(cls, items: Iterable[Connection]) -> Connections:
        return cls(items=tuple(sorted(items, key=lambda item: item.endpoint_id or "")))

    def get(self, endpoint_id: str | None) -> Connection | None:
        return next((item for item in self.items if item.endpoint_id == endpoint_id), None)

    def moved(self, endpoint_ids: Iterable[str | None], state: str) -> Connections:
        """These in `state`, added where they are not seen yet."""
        moved = [
            replace(self.get(endpoint_id) or Connection(endpoint_id=endpoint_id, state=state), state=state)
            for endpoint_id in endpoint_ids
        ]
        kept = [item for item in self.items if item.endpoint_id not in endpoint_ids]
        return Connections.of([*kept, *moved])

    def as_diff(self) -> dict[str, str]:
        return {item.endpoint_id or UNKNOWN: item.state for item in self.items}

    def as_result(self) -> list[dict[str, Any]]:
        return [item.as_result() for item in self.items]


@dataclass(frozen=True, kw_only=True)
class Desired:
    """Which endpoints to accept or to reject on which service."""

    accepted: bool
    endpoint_ids: tuple[str | None, ...]
    service_id: str | None
    service_name_tag: str | None
    owner: Owner | None
    wait: bool
    wait_timeout: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Desired:
        tags = params["tags"]
        if params["name"] and not tags:
            raise PrivateLinkError(
                where="tags", found="nothing", allowed="the service's privatelink: tags", remedy="or give service_id"
            )
        return cls(
            accepted=params["state"] == "accepted",
            endpoint_ids=known_all(params["endpoint_ids"]) or (),
            service_id=known(params["service_id"]),
            service_name_tag=params["name"],
            owner=Owner.from_tags(tags) if tags else None,
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
        )

    @property
    def service(self) -> str:
        return self.service_id or self.service_name_tag or UNKNOWN

    @property
    def unknown(self) -> tuple[str, ...]:
        service = {} if self.service_name_tag else {"service_id": self.service_id}
        return unknown_options(endpoint_ids=self.endpoint_ids, **service)
