# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asks of an endpoint service. Stdlib only, but for the SDK features it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, wanted_tags
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.notifications import (
    Notification,
    wanted_notifications,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.principals import checked_principals
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.private_dns import checked_name


@dataclass(frozen=True, kw_only=True)
class Desired:
    """None means: leave it as it is. `region` is the service's own."""

    name: str
    owner: Owner
    region: str
    present: bool
    force: bool
    acceptance_required: bool
    load_balancer_arns: tuple[str | None, ...] | None
    gateway_load_balancer_arns: tuple[str | None, ...] | None
    follow_zones: bool
    supported_ip_address_types: tuple[str, ...] | None
    supported_regions: tuple[str, ...] | None
    private_dns_name: str | None
    verify_private_dns: bool
    payer_responsibility: str | None
    confirm_payer_responsibility: bool
    allowed_principals: tuple[str, ...] | None
    purge_allowed_principals: bool
    reject_on_principal_removal: bool
    notifications: tuple[Notification, ...] | None
    purge_notifications: bool
    tags: Mapping[str, str]
    purge_tags: bool
    wait: bool
    wait_timeout: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any], region: str) -> Desired:
        regions = params["supported_regions"]
        return cls(
            name=params["name"],
            owner=Owner.from_tags(params["tags"]),
            region=region,
            present=params["state"] == "present",
            force=params["force"],
            acceptance_required=params["acceptance_required"],
            load_balancer_arns=_some(params, "load_balancer_arns"),
            gateway_load_balancer_arns=_some(params, "gateway_load_balancer_arns"),
            follow_zones=params["follow_zones"],
            supported_ip_address_types=_some(params, "supported_ip_address_types"),
            # AWS lists the service's own region among them, asked to or not, and does not let it be removed.
            supported_regions=None if regions is None else tuple(sorted({*regions, region})),
            private_dns_name=checked_name(params["private_dns_name"]),
            verify_private_dns=params["verify_private_dns"],
            payer_responsibility=params["payer_responsibility"],
            confirm_payer_responsibility=params["confirm_payer_responsibility"],
            allowed_principals=checked_principals(params["allowed_principals"]),
            purge_allowed_principals=params["purge_allowed_principals"],
            reject_on_principal_removal=params["reject_on_principal_removal"],
            notifications=wanted_notifications(params["connection_notifications"]),
            purge_notifications=params["purge_connection_notifications"],
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
        return unknown_options(
            load_balancer_arns=self.load_balancer_arns or (),
            gateway_load_balancer_arns=self.gateway_load_balancer_arns or (),
        )

    def principals_after(self, found: tuple[str, ...]) -> tuple[str, ...]:
        """Who may connect once the task is done, when `found` may now."""
        if self.allowed_principals is None:
            return found
        kept = () if self.purge_allowed_principals else found
        return tuple(sorted({*self.allowed_principals, *kept}))


def _some(params: Mapping[str, Any], option: str) -> tuple[str | None, ...] | None:
    """Of a list that AWS does not let be empty; None when it was not given."""
    values = known_all(params[option])
    if values is not None and not values and params["state"] == "present":
        raise PrivateLinkError(where=option, found="an empty list", allowed="at least one, or leave the option out")
    return values
