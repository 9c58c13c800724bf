# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an older botocore does not know yet. PRIVATE to the collection.

amazon.aws asks for botocore 1.35.0; an option that needs a newer one says so, and only when it is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import gather_sdk_versions
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError


@dataclass(frozen=True, kw_only=True)
class Feature:
    """An operation, or a parameter of it (dots lead inside: "DnsOptions.PrivateDnsPreference"), that an option needs.

    `since` is the first botocore that has it.
    """

    option: str
    operation: str
    since: str
    parameter: str | None = None

    @property
    def what(self) -> str:
        return f"{self.parameter} of {self.operation}" if self.parameter else self.operation


def require(client: Any, features: Iterable[Feature]) -> None:
    """Raises PrivateLinkError for the first feature that the client's own model of the API lacks. Calls nothing."""
    model = client.meta.service_model
    for feature in features:
        if not _has(model, feature):
            raise PrivateLinkError(
                where=feature.option,
                found=f"botocore {gather_sdk_versions()['botocore_version']} does not know {feature.what}",
                allowed=f"botocore {feature.since} or newer",
                remedy="update boto3 and botocore, or leave the option out",
            )


def _has(model: Any, feature: Feature) -> bool:
    if feature.operation not in model.operation_names:
        return False
    shape = model.operation_model(feature.operation).input_shape
    for name in feature.parameter.split(".") if feature.parameter else ():
        if shape.type_name == "list":
            shape = shape.member
        if name not in getattr(shape, "members", {}):
            return False
        shape = shape.members[name]
    return True
