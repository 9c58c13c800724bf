# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An Auto Scaling group with its launch template, as data. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags


@dataclass(frozen=True, kw_only=True)
class Template:
    """`user_data` in base64, as EC2 keeps it."""

    image_id: str
    instance_type: str
    instance_profile_arn: str | None
    security_group_ids: tuple[str | None, ...]
    user_data: str
    tags: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    version: int = 0

    @property
    def content(self) -> tuple[Any, ...]:
        """What a new version is made for."""
        return (
            self.image_id,
            self.instance_type,
            self.instance_profile_arn,
            self.security_group_ids,
            self.user_data,
        )

    def as_diff(self) -> dict[str, Any]:
        return {
            "image_id": self.image_id,
            "instance_type": self.instance_type,
            "instance_profile_arn": self.instance_profile_arn,
            "security_group_ids": list(self.security_group_ids),
            "user_data_sha256": hashlib.sha256(self.user_data.encode()).hexdigest(),
            "tags": dict(sorted(self.tags.items())),
        }


@dataclass(frozen=True, kw_only=True)
class Group:
    min_size: int
    max_size: int
    subnet_ids: tuple[str | None, ...]
    target_group_arns: tuple[str | None, ...]
    grace_period: int
    tags: Mapping[str, str] = field(default_factory=dict)
    instance_ids: tuple[str, ...] = ()
    outdated: bool = False  # has instances of an older template, and nothing is replacing them

    @property
    def size(self) -> tuple[Any, ...]:
        """What UpdateAutoScalingGroup changes."""
        return (self.min_size, self.max_size, self.subnet_ids, self.grace_period)

    def as_diff(self) -> dict[str, Any]:
        return {
            "min_size": self.min_size,
            "max_size": self.max_size,
            "subnet_ids": list(self.subnet_ids),
            "target_group_arns": list(self.target_group_arns),
            "health_check_grace_period": self.grace_period,
            "instances": "of an older template" if self.outdated else "of the latest template",
            "tags": dict(sorted(self.tags.items())),
        }


@dataclass(frozen=True, kw_only=True)
class Fleet:
    name: str
    template: Template | None = None
    group: Group | None = None

    def as_diff(self) -> dict[str, Any]:
        parts = {"launch_template": self.template, "auto_scaling_group": self.group}
        return {"name": self.name, **{key: part.as_diff() for key, part in parts.items() if part}}


def desired_fleet(params: Mapping[str, Any]) -> Fleet:
    tags = wanted_tags(params["name"], params["tags"])
    template = Template(
        image_id=params["image_id"],
        instance_type=params["instance_type"],
        instance_profile_arn=known(params["instance_profile_arn"]),
        security_group_ids=known_all(params["security_group_ids"]) or (),
        user_data=b64encode((params["user_data"] or "").encode()).decode(),
        tags=tags,
    )
    group = Group(
        min_size=params["min_size"],
        max_size=params["max_size"],
        subnet_ids=known_all(params["subnet_ids"]) or (),
        target_group_arns=known_all(params["target_group_arns"]) or (),
        grace_period=params["health_check_grace_period"],
        tags=tags,
    )
    return Fleet(name=params["name"], template=template, group=group)
