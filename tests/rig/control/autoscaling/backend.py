"""The backend of Auto Scaling: requests only say what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend, TerminateInstanceActivity
from moto.ec2.models.launch_templates import LaunchTemplateVersion

from rig.control import snapshot
from rig.control.autoscaling import policies, rolling
from rig.control.autoscaling import refresh as refreshing
from rig.control.autoscaling.group import Group, Member
from rig.control.autoscaling.refresh import Refresh


class Scaling(AutoScalingBackend):
    """moto's backend, with groups that launch instances in their own time."""

    def create_auto_scaling_group(self, name: str, **settings: Any) -> Group:
        if name in self.autoscaling_groups:
            raise AutoscalingClientError(
                "AlreadyExists",
                f"AutoScalingGroup by this name already exists - A group with the name {name} already exists",
            )
        if not (settings.get("launch_template") or settings.get("mixed_instances_policy")):
            raise NotImplementedError("Auto Scaling groups without a launch template")
        if not settings.get("vpc_zone_identifier"):
            raise NotImplementedError("Auto Scaling groups without subnets")
        self._check_target_groups(settings.get("target_group_arns") or [])
        return super().create_auto_scaling_group(name=name, **settings)

    def update_auto_scaling_group(self, name: str, **settings: Any) -> Group:
        group = self.group(name)
        desired = settings.pop("desired_capacity", None)
        lowest = group.min_size if settings.get("min_size") is None else settings["min_size"]
        highest = group.max_size if settings.get("max_size") is None else settings["max_size"]
        if desired is None:
            # The bounds move the wish along.
            desired = min(max(group.desired_capacity, lowest), highest)
        group.min_size, group.max_size = lowest, highest
        super().update_auto_scaling_group(name=name, desired_capacity=desired, **settings)
        return group

    def delete_auto_scaling_group(self, group_name: str, force: bool = False) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html"""
        group = self.group(group_name)
        if group.staying and not force:
            raise AutoscalingClientError(
                "ResourceInUse",
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) "
                "still in the group.",
            )
        if group.members and not force:
            raise AutoscalingClientError(
                "ScalingActivityInProgress",
                "You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.",
            )
        group.min_size = group.desired_capacity = 0
        group.status, group.forced = "Delete in progress", True
        for name in list(group.policies):
            policies.delete(group, name)
        if not group.members:
            del self.autoscaling_groups[group_name]
        snapshot.touch()

    def group(self, name: str) -> Group:
        if name not in self.autoscaling_groups:
            raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
        return self.autoscaling_groups[name]

    def set_desired_capacity(self, group_name: str, desired_capacity: int | None) -> None:
        self.group(group_name).set_desired_capacity(desired_capacity)

    def set_instance_health(self, instance_id: str, health_status: str) -> None:
        self._member(instance_id).health_status = health_status

    def terminate_instance(self, instance_id: str, should_decrement: bool) -> TerminateInstanceActivity:
        member = self._member(instance_id)
        group = member.auto_scaling_group
        before = group.desired_capacity
        if should_decrement:
            group.set_desired_capacity(before - 1)
        member.health_status = "Unhealthy"
        return TerminateInstanceActivity(member.instance, before)

    def notify_terminate_instances(self, instance_ids: list[str]) -> None:
        """EC2 ended instances: the next look at the group replaces them."""
        snapshot.touch()

    def attach_load_balancer_target_groups(self, group_name: str, target_group_arns: list[str]) -> None:
        group = self.group(group_name)
        self._check_target_groups(target_group_arns)
        group.append_target_groups(target_group_arns)
        targets = [{"Id": member.instance_id} for member in group.staying if member.lifecycle_state == "InService"]
        for arn in target_group_arns:
            self.elbv2_backend.register_targets(arn, targets)

    def detach_load_balancer_target_groups(self, group_name: str, target_group_arns: list[str]) -> None:
        """The instances go on running; a target group that is gone already takes nothing with it."""
        group = self.group(group_name)
        group.target_group_arns = [arn for arn in group.target_group_arns if arn not in target_group_arns]
        targets = [{"Id": member.instance_id} for member in group.staying if member.lifecycle_state == "InService"]
        for arn in target_group_arns:
            if arn in self.elbv2_backend.target_groups:
                self.elbv2_backend.deregister_targets(arn, targets)

    def start_instance_refresh(
        self, group_name: str, preferences: Mapping[str, Any], configuration: Mapping[str, Any]
    ) -> Refresh:
        group = self.group(group_name)
        if group.refresh:
            raise AutoscalingClientError(
                "InstanceRefreshInProgress", "An Instance Refresh is already in progress and blocks the execution"
            )
        refreshing.check(preferences)
        if preferences.get("AutoRollback"):
            self._require_reversible(group, configuration)
        wanted = self._wanted_version(group, configuration)
        target = wanted or group.saved_version
        skip = bool(preferences.get("SkipMatching"))
        outgoing = {member.instance_id for member in group.staying if not (skip and member.version is target)}
        refresh = Refresh(
            group_name=group_name,
            outgoing=outgoing,
            preferences=preferences,
            desired_configuration=configuration,
            wanted_version=wanted,
        )
        group.refreshes.insert(0, refresh)
        snapshot.touch()
        return refresh

    def _wanted_version(self, group: Group, configuration: Mapping[str, Any]) -> LaunchTemplateVersion | None:
        if configuration.get("MixedInstancesPolicy"):
            raise NotImplementedError("instance refreshes to a mixed instances policy")
        wanted = configuration.get("LaunchTemplate")
        if not wanted:
            return None
        ec2 = self.ec2_backend
        by_id = wanted.get("LaunchTemplateId")
        template = (
            ec2.get_launch_template(by_id) if by_id else ec2.get_launch_template_by_name(wanted["LaunchTemplateName"])
        )
        return template.get_version(wanted.get("Version") or "$Default")

    def _require_reversible(self, group: Group, configuration: Mapping[str, Any]) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html"""
        if not configuration.get("LaunchTemplate"):
            raise ValidationError("A desired configuration is needed to roll back")
        if group.launch_template_version in ("$Latest", "$Default"):
            raise ValidationError(
                "Rolling back is not supported: the Auto Scaling group uses the launch template's "
                f"{group.launch_template_version} version"
            )

    def rollback_instance_refresh(self, group_name: str) -> Refresh:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RollbackInstanceRefresh.html"""
        group = self.group(group_name)
        refresh = self._under_way(group)
        try:
            self._require_reversible(group, refresh.desired_configuration)
        except ValidationError as error:
            raise AutoscalingClientError("IrreversibleInstanceRefresh", error.message) from error
        if not refresh.rollback:
            rolling.roll_back(group, refresh, "Rolled back due to user request.")
            snapshot.touch()
        return refresh

    def cancel_instance_refresh(self, group_name: str) -> Refresh:
        refresh = self._under_way(self.group(group_name))
        refresh.end("Cancelled", "Cancelled due to user request.")
        return refresh

    def _under_way(self, group: Group) -> Refresh:
        if group.refresh is None:
            raise AutoscalingClientError(
                "ActiveInstanceRefreshNotFound",
                "No in progress or pending Instance Refresh found for Auto Scaling group",
            )
        return group.refresh

    def _member(self, instance_id: str) -> Member:
        for group in self.autoscaling_groups.values():
            for member in group.members:
                if member.instance_id == instance_id:
                    return member
        raise ValidationError(f"Instance Id not found - No managed instance found for instance ID: {instance_id}")

    def _check_target_groups(self, arns: list[str]) -> None:
        if any(arn not in self.elbv2_backend.target_groups for arn in arns):
            raise ValidationError("Provided Target Groups may not be valid. Please ensure they exist and try again.")


Scaling.__module__ = "moto.autoscaling.models"  # moto finds a backend's urls by its module
