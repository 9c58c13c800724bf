"""Tags of the resources that this extension adds to EC2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import moto.ec2.models
import moto.ec2.models.tags
import moto.ec2.utils
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, EC2_RESOURCE_TO_PREFIX

from rig.control.ec2.errors import refuse

CONNECTION, CONNECTION_PREFIX = "vpc-endpoint-connection", "vpce-con"

_get_prefix = moto.ec2.utils.get_prefix


def install() -> None:
    """DescribeTags filters by resource type: AWS's words where moto has its own. moto knows no connections."""
    EC2_PREFIX_TO_RESOURCE.update({"nat": "natgateway", "eipalloc": "elastic-ip", "pl": "prefix-list"})
    EC2_PREFIX_TO_RESOURCE[CONNECTION_PREFIX] = CONNECTION
    EC2_RESOURCE_TO_PREFIX[CONNECTION] = CONNECTION_PREFIX
    for module in (moto.ec2.utils, moto.ec2.models, moto.ec2.models.tags):
        module.get_prefix = prefix_of


def prefix_of(resource_id: str) -> str:
    return CONNECTION_PREFIX if resource_id.startswith(f"{CONNECTION_PREFIX}-") else _get_prefix(resource_id)


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
