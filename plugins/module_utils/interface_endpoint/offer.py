# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a service offers to a consumer, as DescribeVpcEndpointServices tells it. Stdlib only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.policy import (
    FULL_ACCESS,
    same_meaning,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.rules import FAMILIES
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Wish


@dataclass(frozen=True, kw_only=True)
class Offer:
    """`zone_ids` is None where the SDK is too old to know ids: then `zone_names`, in our account's words, must do.

    A service of another region shows neither: github.com/hashicorp/terraform-provider-aws issue 44186.
    """

    service_name: str
    type: str
    acceptance_required: bool = False
    zone_ids: frozenset[str] | None = None
    zone_names: frozenset[str] = frozenset()
    private_dns_names: tuple[str, ...] = ()
    private_dns_verified: bool = True
    policy_supported: bool = True
    ip_address_types: frozenset[str] = frozenset({"ipv4"})

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> Offer:
        zone_ids = item.get("AvailabilityZoneIds")
        names = [entry["PrivateDnsName"] for entry in item.get("PrivateDnsNames") or ()]
        return cls(
            service_name=item["ServiceName"],
            type=item["ServiceType"][0]["ServiceType"],
            acceptance_required=item.get("AcceptanceRequired", False),
            zone_ids=frozenset(zone_ids) if zone_ids else None,
            zone_names=frozenset(item.get("AvailabilityZones") or ()),
            private_dns_names=tuple(names or filter(None, [item.get("PrivateDnsName")])),
            private_dns_verified=item.get("PrivateDnsNameVerificationState", "verified") == "verified",
            policy_supported=item.get("VpcEndpointPolicySupported", True),
            ip_address_types=frozenset(item.get("SupportedIpAddressTypes") or ("ipv4",)),
        )

    def zones(self, ids_by_name: Mapping[str, str]) -> frozenset[str] | None:
        """The ids of its zones; None when they are not told."""
        if self.zone_ids is not None:
            return self.zone_ids
        known = frozenset(ids_by_name[name] for name in self.zone_names if name in ids_by_name)
        return known if self.zone_names else None

    def refuse(self, wish: Wish) -> None:
        """Raises PrivateLinkError for what AWS would refuse about the wish, or worse, take and not do."""
        for where, found, allowed in self._mistakes(wish):
            raise PrivateLinkError(where=f"{wish.what}: {where}", found=found, allowed=allowed)

    def _mistakes(self, wish: Wish) -> Iterator[tuple[str, str, str]]:
        if not self.policy_supported and wish.policy is not None and not same_meaning(wish.policy, FULL_ACCESS):
            yield "policy", f"{self.service_name} takes none", "full access"
        missing = set(FAMILIES[wish.ip_address_type or "ipv4"]) - self.ip_address_types
        if missing and wish.ip_address_type:
            supported = " and ".join(sorted(self.ip_address_types))
            yield "ip_address_type", f"{wish.ip_address_type}, but {self.service_name} has {supported}", supported
        if wish.private_dns_enabled and not self.private_dns_names:
            yield "private_dns_enabled", f"{self.service_name} has no private DNS name", "false"
        if wish.private_dns_enabled and not self.private_dns_verified:
            name = ", ".join(self.private_dns_names)
            yield "private_dns_enabled", f"the provider has not verified {name} yet", "false, until it is verified"
