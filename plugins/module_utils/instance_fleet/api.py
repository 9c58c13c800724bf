# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's and Auto Scaling's calls for a fleet. PRIVATE to the collection."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_specifications,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.model import (
    DRAIN,
    TERMINATING,
    Group,
    Template,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.instance_fleet.scaling import TRACKING, Policy

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachLoadBalancerTargetGroups.html
TARGET_GROUPS_AT_ONCE = 10


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(["InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateName.NotFoundException"])


class MissingGroup(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        # Auto Scaling has no code of its own for this: a ValidationError "AutoScalingGroup name not found".
        return is_boto3_error_code("ValidationError")


@aws_call("describe launch template {name}")
def template(client: Any, name: str) -> dict[str, Any] | None:
    filters = [{"Name": "launch-template-name", "Values": [name]}]
    found = client.describe_launch_templates(Filters=filters, aws_retry=True)["LaunchTemplates"]
    return found[0] if found else None


@aws_call("describe the latest version of launch template {template_id}")
def latest(client: Any, template_id: str) -> dict[str, Any]:
    answer = client.describe_launch_template_versions(
        LaunchTemplateId=template_id, Versions=["$Latest"], aws_retry=True
    )
    return answer["LaunchTemplateVersions"][0]


@aws_call("describe Auto Scaling group {name}")
def group(client: Any, name: str) -> dict[str, Any] | None:
    answer = client.describe_auto_scaling_groups(AutoScalingGroupNames=[name], aws_retry=True)
    return answer["AutoScalingGroups"][0] if answer["AutoScalingGroups"] else None


@aws_call("describe image {image_id}")
def image(client: Any, image_id: str) -> dict[str, Any] | None:
    """None when there is none of this id that we may use."""
    filters = [{"Name": "image-id", "Values": [image_id]}]
    found = client.describe_images(Filters=filters, aws_retry=True)["Images"]
    return found[0] if found else None


@aws_call("describe instance refreshes of {name}")
def refreshes(client: Any, name: str, ids: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The newest first."""
    which = {"InstanceRefreshIds": list(ids)} if ids else {}
    return client.describe_instance_refreshes(AutoScalingGroupName=name, aws_retry=True, **which)["InstanceRefreshes"]


@aws_call("describe lifecycle hooks of {name}")
def hooks(client: Any, name: str) -> list[dict[str, Any]]:
    return client.describe_lifecycle_hooks(AutoScalingGroupName=name, aws_retry=True)["LifecycleHooks"]


@aws_call("describe scaling policies of {name}")
def policies(client: Any, name: str) -> list[dict[str, Any]]:
    return client.describe_policies(AutoScalingGroupName=name, aws_retry=True)["ScalingPolicies"]


def _data(template: Template) -> dict[str, Any]:
    return {
        "ImageId": template.image_id,
        "InstanceType": template.instance_type,
        "IamInstanceProfile": {"Arn": template.instance_profile_arn},
        "SecurityGroupIds": list(template.security_group_ids),
        "UserData": template.user_data,
        "BlockDeviceMappings": [{"DeviceName": template.root_device, "Ebs": {"Encrypted": True, "VolumeType": "gp3"}}],
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"},
    }


@aws_call("create launch template {name}")
def create_template(client: Any, name: str, template: Template, token: str) -> None:
    client.create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData=_data(template),
        TagSpecifications=boto3_tag_specifications(dict(template.tags), ["launch-template"]),
        ClientToken=token,
        aws_retry=True,
    )


@aws_call("create a version of launch template {name}")
def create_version(client: Any, name: str, template: Template) -> int:
    """Its number."""
    made = client.create_launch_template_version(
        LaunchTemplateName=name, LaunchTemplateData=_data(template), ClientToken=uuid.uuid4().hex, aws_retry=True
    )
    return made["LaunchTemplateVersion"]["VersionNumber"]


@Missing.deletion_error_handler("delete launch template {name}")
def delete_template(client: Any, name: str) -> bool:
    client.delete_launch_template(LaunchTemplateName=name, aws_retry=True)
    return True


def _size(group: Group) -> dict[str, Any]:
    return {
        "MinSize": group.min_size,
        "MaxSize": group.max_size,
        "VPCZoneIdentifier": ",".join(str(subnet_id) for subnet_id in group.subnet_ids),
        "HealthCheckType": "ELB",
        "HealthCheckGracePeriod": group.grace_period,
    }


def _tags(name: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    kind = {"ResourceId": name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True}
    return [{"Key": key, "Value": value, **kind} for key, value in sorted(tags.items())]


def _hook(timeout: int) -> dict[str, Any]:
    return {
        "LifecycleHookName": DRAIN,
        "LifecycleTransition": TERMINATING,
        "HeartbeatTimeout": timeout,
        "DefaultResult": "CONTINUE",
    }


def _launch(name: str, version: int) -> dict[str, str]:
    return {"LaunchTemplateName": name, "Version": str(version)}


@aws_call("create Auto Scaling group {name}")
def create_group(client: Any, name: str, group: Group, version: int) -> None:
    hook = [_hook(group.drain_timeout)] if group.drain_timeout is not None else []
    client.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate=_launch(name, version),
        TargetGroupARNs=list(group.target_group_arns),
        LifecycleHookSpecificationList=hook,
        Tags=_tags(name, group.tags),
        **_size(group),
        aws_retry=True,
    )


@aws_call("let instances of {name} drain before they end")
def put_hook(client: Any, name: str, timeout: int) -> None:
    client.put_lifecycle_hook(AutoScalingGroupName=name, aws_retry=True, **_hook(timeout))


@aws_call("name the version that Auto Scaling group {name} launches")
def pin(client: Any, name: str, version: int) -> None:
    client.update_auto_scaling_group(AutoScalingGroupName=name, LaunchTemplate=_launch(name, version), aws_retry=True)


@aws_call("update Auto Scaling group {name}")
def update_group(client: Any, name: str, group: Group) -> None:
    client.update_auto_scaling_group(AutoScalingGroupName=name, **_size(group), aws_retry=True)


@aws_call("attach target groups to Auto Scaling group {name}")
def attach(client: Any, name: str, arns: Sequence[str]) -> None:
    client.attach_load_balancer_target_groups(AutoScalingGroupName=name, TargetGroupARNs=list(arns), aws_retry=True)


@aws_call("detach target groups from Auto Scaling group {name}")
def detach(client: Any, name: str, arns: Sequence[str]) -> None:
    client.detach_load_balancer_target_groups(AutoScalingGroupName=name, TargetGroupARNs=list(arns), aws_retry=True)


@aws_call("put a scaling policy of {name}")
def put_policy(client: Any, name: str, policy: Policy) -> None:
    client.put_scaling_policy(
        AutoScalingGroupName=name,
        PolicyName=policy.name,
        PolicyType=TRACKING,
        TargetTrackingConfiguration=policy.configuration(),
        aws_retry=True,
    )


@aws_call("delete a scaling policy of {name}")
def delete_policy(client: Any, name: str, policy_name: str) -> None:
    client.delete_policy(AutoScalingGroupName=name, PolicyName=policy_name, aws_retry=True)


@aws_call("replace the instances of Auto Scaling group {name}")
def refresh(client: Any, name: str, version: int, preferences: Mapping[str, Any]) -> str:
    """The id of the refresh. With a desired configuration, since nothing else can be rolled back."""
    started = client.start_instance_refresh(
        AutoScalingGroupName=name,
        DesiredConfiguration={"LaunchTemplate": _launch(name, version)},
        Preferences=dict(preferences),
        aws_retry=True,
    )
    return started["InstanceRefreshId"]


class NoRefresh(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ActiveInstanceRefreshNotFound")


@NoRefresh.deletion_error_handler("cancel the instance refresh of Auto Scaling group {name}")
def cancel_refresh(client: Any, name: str) -> bool:
    client.cancel_instance_refresh(AutoScalingGroupName=name, aws_retry=True)
    return True


@MissingGroup.deletion_error_handler("delete Auto Scaling group {name}")
def delete_group(client: Any, name: str) -> bool:
    client.delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True, aws_retry=True)
    return True


@aws_call("tag Auto Scaling group {name}")
def set_group_tags(client: Any, name: str, tags: Mapping[str, str]) -> None:
    client.create_or_update_tags(Tags=_tags(name, tags), aws_retry=True)


@aws_call("untag Auto Scaling group {name}")
def unset_group_tags(client: Any, name: str, keys: Sequence[str]) -> None:
    kind = {"ResourceId": name, "ResourceType": "auto-scaling-group"}
    client.delete_tags(Tags=[{"Key": key, **kind} for key in keys], aws_retry=True)


@aws_call("tag launch template {template_id}")
def set_template_tags(client: Any, template_id: str, tags: Mapping[str, str]) -> None:
    client.create_tags(Resources=[template_id], Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True)


@aws_call("untag launch template {template_id}")
def unset_template_tags(client: Any, template_id: str, keys: Sequence[str]) -> None:
    client.delete_tags(Resources=[template_id], Tags=[{"Key": key} for key in keys], aws_retry=True)
