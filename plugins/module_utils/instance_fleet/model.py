# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An Auto Scaling group with its launch template, as data. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.refresh import Refresh
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.scaling import (
    Policies,
    desired_policies,
)

DRAIN = "drain"  # the lifecycle hook that an instance's agent knows by this name
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
DRAIN_TIMEOUTS = (30, 7200)


@dataclass(frozen=True, kw_only=True)
class Template:
    """`user_data` in base64, as EC2 keeps it. `root_device` is the root volume's name, "" where it is not encrypted."""

    image_id: str
    instance_type: str
    instance_profile_arn: str | None
    security_group_ids: tuple[str | None, ...]
    user_data: str
    root_device: str
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
            self.root_device,
        )

    def as_diff(self) -> dict[str, Any]:
        return {
            "image_id": self.image_id,
            "instance_type": self.instance_type,
            "instance_profile_arn": self.instance_profile_arn,
            "security_group_ids": list(self.security_group_ids),
            "encrypted_root_device": self.root_device or None,
            "user_data_sha256": hashlib.sha256(self.user_data.encode()).hexdigest(),
            "tags": dict(sorted(self.tags.items())),
        }


@dataclass(frozen=True, kw_only=True)
class Group:
    """`version` of the launch template is what new instances come from; `drain_timeout` is None where nothing waits."""

    min_size: int
    max_size: int
    subnet_ids: tuple[str | None, ...]
    target_group_arns: tuple[str | None, ...]
    grace_period: int
    drain_timeout: int | None = None
    version: str = ""
    policies: Policies | None = None  # None where nobody asked for any
    tags: Mapping[str, str] = field(default_factory=dict)
    instance_ids: tuple[str, ...] = ()
    outdated: bool = False  # has instances of an older template, or would launch them
    refresh: Refresh | None = None  # the one under way, or the one that is waited for

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
            "drain_timeout": self.drain_timeout,
            "launch_template_version": self.version,
            "scaling_policies": self.policies.as_diff() if self.policies else None,
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


def desired_fleet(params: Mapping[str, Any], root_device: str) -> Fleet:
    """Raises PrivateLinkError for a drain_timeout that no hook can have."""
    least, most = DRAIN_TIMEOUTS
    drain_timeout = params["drain_timeout"]
    if drain_timeout is not None and not least <= drain_timeout <= most:
        raise PrivateLinkError(where="drain_timeout", found=str(drain_timeout), allowed=f"{least} to {most} seconds")
    tags = wanted_tags(params["name"], params["tags"])
    template = Template(
        image_id=params["image_id"],
        instance_type=params["instance_type"],
        instance_profile_arn=known(params["instance_profile_arn"]),
        security_group_ids=known_all(params["security_group_ids"]) or (),
        user_data=b64encode((params["user_data"] or "").encode()).decode(),
        root_device=root_device,
        tags=tags,
    )
    group = Group(
        min_size=params["min_size"],
        max_size=params["max_size"],
        subnet_ids=known_all(params["subnet_ids"]) or (),
        target_group_arns=known_all(params["target_group_arns"]) or (),
        grace_period=params["health_check_grace_period"],
        drain_timeout=drain_timeout,
        policies=desired_policies(params["scaling_policies"]),
        tags=tags,
    )
    return Fleet(name=params["name"], template=template, group=group)
