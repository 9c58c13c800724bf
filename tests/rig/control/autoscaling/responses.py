"""Actions of the Auto Scaling API that moto answers differently from AWS, or not at all."""

from __future__ import annotations

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from rig.control.autoscaling import hooks, policies
from rig.control.autoscaling.group import Group


class ScalingResponse(AutoScalingResponse):
    """One method an action; all others are moto's."""

    def create_auto_scaling_group(self) -> ActionResult:
        """Hooks that come with the group hold its first instances, too."""
        answer = super().create_auto_scaling_group()
        for wanted in self._get_param("LifecycleHookSpecificationList", []):
            hooks.put(self._group(), wanted)
        return answer

    def delete_auto_scaling_group(self) -> ActionResult:
        self.autoscaling_backend.delete_auto_scaling_group(
            self._get_param("AutoScalingGroupName"), force=bool(self._get_bool_param("ForceDelete", False))
        )
        return EmptyResult()

    def describe_scaling_activities(self) -> ActionResult:
        name = self._get_param("AutoScalingGroupName")
        groups = (
            [self.autoscaling_backend.group(name)] if name else self.autoscaling_backend.autoscaling_groups.values()
        )
        return ActionResult({"Activities": [activity for group in groups for activity in group.activities]})

    def start_instance_refresh(self) -> ActionResult:
        if self._get_param("Strategy", "Rolling") != "Rolling":
            raise NotImplementedError("instance refresh strategies other than Rolling")
        refresh = self.autoscaling_backend.start_instance_refresh(
            self._get_param("AutoScalingGroupName"),
            self._get_param("Preferences", {}),
            self._get_param("DesiredConfiguration", {}),
        )
        return ActionResult({"InstanceRefreshId": refresh.id})

    def cancel_instance_refresh(self) -> ActionResult:
        refresh = self.autoscaling_backend.cancel_instance_refresh(self._get_param("AutoScalingGroupName"))
        return ActionResult({"InstanceRefreshId": refresh.id})

    def describe_instance_refreshes(self) -> ActionResult:
        group = self.autoscaling_backend.group(self._get_param("AutoScalingGroupName"))
        ids = self._get_param("InstanceRefreshIds", [])
        if ids and set(ids) - {refresh.id for refresh in group.refreshes}:
            raise ValidationError("Instance refresh id not found")
        shown = [refresh.view() for refresh in group.refreshes if not ids or refresh.id in ids]
        return ActionResult({"InstanceRefreshes": shown})

    def rollback_instance_refresh(self) -> ActionResult:
        refresh = self.autoscaling_backend.rollback_instance_refresh(self._get_param("AutoScalingGroupName"))
        return ActionResult({"InstanceRefreshId": refresh.id})

    def put_lifecycle_hook(self) -> ActionResult:
        hooks.put(self._group(), self._get_params())
        return EmptyResult()

    def describe_lifecycle_hooks(self) -> ActionResult:
        names = self._get_param("LifecycleHookNames", [])
        found = [hook.view() for name, hook in self._group().hooks.items() if not names or name in names]
        return ActionResult({"LifecycleHooks": found})

    def delete_lifecycle_hook(self) -> ActionResult:
        hooks.delete(self._group(), self._get_param("LifecycleHookName"))
        return EmptyResult()

    def complete_lifecycle_action(self) -> ActionResult:
        hooks.complete(self._group(), self._get_params())
        return EmptyResult()

    def record_lifecycle_action_heartbeat(self) -> ActionResult:
        hooks.heartbeat(self._group(), self._get_params())
        return EmptyResult()

    def _group(self) -> Group:
        return self.autoscaling_backend.group(self._get_param("AutoScalingGroupName"))

    def put_scaling_policy(self) -> ActionResult:
        policy = policies.put(self.autoscaling_backend, self._group(), self._get_params())
        return ActionResult({"PolicyARN": policy.arn, "Alarms": policy.view()["Alarms"]})

    def describe_policies(self) -> ActionResult:
        name, wanted = self._get_param("AutoScalingGroupName"), self._get_param("PolicyNames", [])
        groups = [self._group()] if name else list(self.autoscaling_backend.autoscaling_groups.values())
        found = [policy.view() for group in groups for policy in group.policies.values()]
        return ActionResult({"ScalingPolicies": [one for one in found if not wanted or one["PolicyName"] in wanted]})

    def delete_policy(self) -> ActionResult:
        policies.delete(self._group(), self._get_param("PolicyName"))
        return EmptyResult()

    def attach_instances(self) -> ActionResult:
        raise NotImplementedError("instances that the group did not launch")

    detach_instances = enter_standby = exit_standby = attach_instances
    put_warm_pool = create_launch_configuration = attach_instances
