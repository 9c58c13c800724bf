"""Tags of the resources that this extension adds to EC2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE

from rig.control.ec2.errors import refuse


def install() -> None:
    """DescribeTags filters by resource type: AWS's words where moto has its own."""
    EC2_PREFIX_TO_RESOURCE.update({"nat": "natgateway", "eipalloc": "elastic-ip", "pl": "prefix-list"})


def requested(params: Mapping[str, Any], resource_type: str) -> dict[str, str]:
    """The tags that TagSpecifications asks for at creation."""
    tags: dict[str, str] = {}
    for specification in params.get("TagSpecifications") or ():
        if specification.get("ResourceType") != resource_type:
            found = specification.get("ResourceType")
            refuse("InvalidParameterValue", f"'{found}' is not a valid taggable resource type for this operation.")
        tags.update({tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags", ())})
    return tags


def rendered(tags: Mapping[str, str]) -> Sequence[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
