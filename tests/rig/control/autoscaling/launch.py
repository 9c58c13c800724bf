"""One instance of a group, made from its launch template."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.types import Base64EncodedString
from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.utils import convert_tag_spec, filter_iam_instance_profiles

from rig.control import credentials
from rig.control.autoscaling.group import Group, Member
from rig.control.ec2 import instances, interfaces

ASG_TAG = "aws:autoscaling:groupName"


class LaunchFailure(Exception):
    """Why EC2 would not launch the instance."""


def launch(ec2: Any, group: Group, subnet_id: str) -> Member:
    """A pending instance with its interface, profile, groups and tags. Raises LaunchFailure."""
    version = group.version
    profile = version.data.get("IamInstanceProfile") or {}
    try:
        if profile:
            filter_iam_instance_profiles(ec2.account_id, ec2.partition, profile.get("Arn"), profile.get("Name"))
        interface = _interface(ec2, group, subnet_id, version)
        instance = _instance(ec2, group, version, interface)
    except ServiceException as error:
        raise LaunchFailure(f"{error.message} Launching EC2 instance failed.") from error
    instance._placement.zone = interface.subnet.availability_zone
    if profile:
        ec2.associate_iam_instance_profile(instance.id, profile.get("Name"), profile.get("Arn"))
    role = instances.role_name(ec2, instance)
    keys = credentials.issue(ec2.account_id, role, instance.id, region=ec2.region_name) if role else None
    return Member(group, instance, version, keys)


def security_groups(ec2: Any, subnet_id: str, version: LaunchTemplateVersion) -> list[str]:
    """The template's groups, or the VPC's default one."""
    nics = version.data.get("NetworkInterfaces") or [{}]
    ids = version.data.get("SecurityGroupIds") or nics[0].get("Groups") or nics[0].get("SecurityGroupId")
    return list(ids or [ec2.get_default_security_group(ec2.get_subnet(subnet_id).vpc_id).id])


def user_data(version: LaunchTemplateVersion) -> str:
    """What the instance runs at first boot, decoded. moto keeps later versions undecoded, as plain text."""
    encoded = version.data.get("UserData")
    return Base64EncodedString(str(encoded)).decode() if encoded else ""


def _interface(ec2: Any, group: Group, subnet_id: str, version: LaunchTemplateVersion) -> Any:
    interface = interfaces.allocate(
        ec2.account_id, ec2.region_name, subnet_id, security_groups(ec2, subnet_id, version), "", "amazon-autoscaling"
    )
    # An instance's own interface is the customer's, not the service's.
    interface.requester_managed, interface.requester_id, interface.managed_attachment = False, None, None
    interface.delete_on_termination = True
    return interface


def _instance(ec2: Any, group: Group, version: LaunchTemplateVersion, interface: Any) -> Instance:
    encoded = version.data.get("UserData")
    tags = convert_tag_spec(version.data.get("TagSpecifications") or []).get("instance", {})
    tags |= group.get_propagated_tags() | {
        ASG_TAG: group.name,
        "aws:ec2launchtemplate:id": version.template.id,
        "aws:ec2launchtemplate:version": str(version.number),
    }
    reservation = ec2.run_instances(
        version.image_id,
        1,
        Base64EncodedString(str(encoded)) if encoded else None,
        [],
        instance_type=version.instance_type or "t3.micro",
        is_instance_type_default=True,
        region_name=ec2.region_name,
        security_group_ids=[eni_group.id for eni_group in interface.group_set],
        nics=[{"DeviceIndex": 0, "NetworkInterfaceId": interface.id}],
        key_name=version.data.get("KeyName"),
        metadata_options=version.data.get("MetadataOptions") or {},
        associate_public_ip=False,
        tags={"instance": tags},
    )
    return reservation.instances[0]
