# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The private DNS name of an endpoint service, and the proof that its domain is ours. Stdlib only.

https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

VERIFIED, FAILED = "verified", "failed"
LONGEST = 255
NAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, kw_only=True)
class PrivateDns:
    """A name, and the TXT record that AWS wants to find in public DNS. In a plan all but the name is None."""

    name: str
    state: str | None = None
    record_type: str | None = None
    record_label: str | None = None
    record_value: str | None = None

    @classmethod
    def from_boto(cls, item: Mapping[str, Any]) -> PrivateDns | None:
        """Of a service configuration; None when it has no private DNS name."""
        if not item.get("PrivateDnsName"):
            return None
        proof = item.get("PrivateDnsNameConfiguration") or {}
        return cls(
            name=item["PrivateDnsName"],
            state=proof.get("State"),
            record_type=proof.get("Type"),
            record_label=proof.get("Name"),
            record_value=proof.get("Value"),
        )

    @property
    def record_name(self) -> str | None:
        """AWS tells the label alone; it stands in front of the domain, of which a wildcard is no part."""
        return f"{self.record_label}.{self.name.removeprefix('*.')}" if self.record_label else None

    @property
    def to_publish(self) -> str:
        return f"{self.record_type} {self.record_name} = {self.record_value}"

    def as_result(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "record_type": self.record_type,
            "record_name": self.record_name,
            "record_value": self.record_value,
        }


def checked_name(value: str | None) -> str | None:
    """The option's value. Raises PrivateLinkError unless it is a domain name, or empty to have none."""
    if value and (len(value) > LONGEST or not NAME.fullmatch(value)):
        raise PrivateLinkError(
            where="private_dns_name",
            found=value,
            allowed='a lowercase domain name, the first label may be *, or "" for none',
        )
    return value
