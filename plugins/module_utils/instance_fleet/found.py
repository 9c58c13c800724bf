# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS's words for a fleet, in ours. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.model import (
    DRAIN,
    TERMINATING,
    Group,
    Template,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.refresh import Refresh
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.scaling import (
    TRACKING,
    Policies,
    Policy,
)


def is_leaving(item: Mapping[str, Any]) -> bool:
    """`Status` is there only while a group is being deleted."""
    return bool(item.get("Status"))


def template(version: Mapping[str, Any], tags: Mapping[str, str]) -> Template:
    data = version["LaunchTemplateData"]
    return Template(
        image_id=data.get("ImageId", ""),
        instance_type=data.get("InstanceType", ""),
        instance_profile_arn=data.get("IamInstanceProfile", {}).get("Arn"),
        security_group_ids=known_all(data.get("SecurityGroupIds", [])) or (),
        user_data=data.get("UserData", ""),
        root_device=_encrypted(data.get("BlockDeviceMappings", [])),
        tags=tags,
        id=version["LaunchTemplateId"],
        version=version["VersionNumber"],
    )


def is_outdated(item: Mapping[str, Any], version: int) -> bool:
    """Whether an instance that stays is of another version than the latest, or a new one would be."""
    named = [_version(item)] if _version(item).isdigit() else []
    staying = (one for one in item.get("Instances", []) if not one["LifecycleState"].startswith("Terminat"))
    launched = (one.get("LaunchTemplate", {}).get("Version") for one in staying)
    return any(one is not None and str(one) != str(version) for one in (*launched, *named))


def group(
    item: Mapping[str, Any],
    tags: Mapping[str, str],
    *,
    outdated: bool,
    hooks: Sequence[Mapping[str, Any]],
    policies: Sequence[Mapping[str, Any]] | None,
    refresh: Refresh | None,
) -> Group:
    subnets = [subnet_id for subnet_id in item.get("VPCZoneIdentifier", "").split(",") if subnet_id]
    return Group(
        min_size=item["MinSize"],
        max_size=item["MaxSize"],
        subnet_ids=known_all(subnets) or (),
        target_group_arns=known_all(item.get("TargetGroupARNs", [])) or (),
        grace_period=item["HealthCheckGracePeriod"],
        drain_timeout=_drain_timeout(hooks),
        version=_version(item),
        policies=_policies(policies),
        tags=tags,
        outdated=outdated,
        instance_ids=tuple(sorted(instance["InstanceId"] for instance in item.get("Instances", []))),
        refresh=refresh,
    )


def _version(item: Mapping[str, Any]) -> str:
    return str(item.get("LaunchTemplate", {}).get("Version", ""))


def _drain_timeout(hooks: Sequence[Mapping[str, Any]]) -> int | None:
    """None unless the hook holds instances that are to end, and lets them go when nobody says so."""
    for hook in hooks:
        if hook["LifecycleHookName"] == DRAIN and hook["LifecycleTransition"] == TERMINATING:
            return hook["HeartbeatTimeout"] if hook["DefaultResult"] == "CONTINUE" else None
    return None


def _policies(items: Sequence[Mapping[str, Any]] | None) -> Policies | None:
    """Those that track a target: others are somebody else's."""
    if items is None:
        return None
    tracking = [Policy.from_boto(item) for item in items if item["PolicyType"] == TRACKING]
    return Policies(by_name={policy.name: policy for policy in tracking})


def _encrypted(mappings: Sequence[Mapping[str, Any]]) -> str:
    """The name of the encrypted device, "" when there is none."""
    return next((one["DeviceName"] for one in mappings if one.get("Ebs", {}).get("Encrypted")), "")
