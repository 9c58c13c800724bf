"""The backend of Application Auto Scaling, for ECS services."""

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeScalableTarget
from moto.ecs.exceptions import ServiceNotFoundException
from moto.ecs.models import ecs_backends

from rig.control import clock, snapshot, target_tracking
from rig.control.application_autoscaling.errors import LimitExceededException, ObjectNotFoundException
from rig.control.application_autoscaling.tracking import Tracking

# https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-quotas.html
POLICIES_PER_TARGET = 50
_MINUTE = 60


class Scaling(ApplicationAutoscalingBackend):
    def register_scalable_target(
        self,
        namespace: str,
        r_id: str,
        dimension: str,
        min_capacity: int | None,
        max_capacity: int | None,
        role_arn: str,
        suspended_state: Any,
    ) -> FakeScalableTarget:
        """Brings what is there within the bounds at once.

        https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        """
        if namespace != "ecs":
            raise NotImplementedError(f"scaling of {namespace}")
        known = self.targets.get(dimension, {}).get(r_id)
        low = min_capacity if min_capacity is not None else known and known.min_capacity
        high = max_capacity if max_capacity is not None else known and known.max_capacity
        if low is None or high is None:
            raise AWSValidationException("MinCapacity and MaxCapacity are required to register a scalable target")
        if low > high:
            raise AWSValidationException("Maximum capacity cannot be less than minimum capacity")
        target = super().register_scalable_target(namespace, r_id, dimension, low, high, role_arn, suspended_state)
        self.scale(target, self.service(target).desired_count)
        if known is None:
            self._look_later(target)
        return target

    def deregister_scalable_target(self, namespace: str, r_id: str, dimension: str) -> None:
        """Its policies and their alarms go with it."""
        self._require(r_id, dimension)
        for policy in self.policies_of(r_id, dimension):
            self.delete_scaling_policy(policy.policy_name, namespace, r_id, dimension)
        super().deregister_scalable_target(namespace, r_id, dimension)

    def put_scaling_policy(
        self,
        policy_name: str,
        service_namespace: str,
        resource_id: str,
        scalable_dimension: str,
        policy_body: dict[str, Any],
        policy_type: str | None,
    ) -> Tracking:
        self._require(resource_id, scalable_dimension)
        if policy_type != "TargetTrackingScaling":
            raise NotImplementedError(f"scaling policies of type {policy_type}")
        key = Tracking.formulate_key(service_namespace, resource_id, scalable_dimension, policy_name)
        former = self.policies.get(key)
        if former is None and len(self.policies_of(resource_id, scalable_dimension)) >= POLICIES_PER_TARGET:
            raise LimitExceededException("The number of scaling policies of the scalable target has been reached")
        policy = Tracking(
            account_id=self.account_id,
            region_name=self.region_name,
            policy_name=policy_name,
            service_namespace=service_namespace,
            resource_id=resource_id,
            scalable_dimension=scalable_dimension,
            policy_type=policy_type,
            policy_body=policy_body,
        )
        if former:
            former.delete_alarms(self.account_id, self.region_name)
            policy.policy_arn = former.policy_arn
        self.policies[key] = policy
        return policy

    def delete_scaling_policy(
        self, policy_name: str, service_namespace: str, resource_id: str, scalable_dimension: str
    ) -> None:
        key = Tracking.formulate_key(service_namespace, resource_id, scalable_dimension, policy_name)
        if key not in self.policies:
            raise ObjectNotFoundException(
                f"No scaling policy found for service namespace: {service_namespace}, resource ID: {resource_id}, "
                f"scalable dimension: {scalable_dimension}, policy name: {policy_name}"
            )
        super().delete_scaling_policy(policy_name, service_namespace, resource_id, scalable_dimension)

    def policies_of(self, resource_id: str, dimension: str) -> list[Tracking]:
        return [
            policy
            for policy in self.policies.values()
            if (policy.resource_id, policy.scalable_dimension) == (resource_id, dimension)
        ]

    def service(self, target: FakeScalableTarget) -> Any:
        _kind, cluster, name = target.resource_id.split("/")
        return ecs_backends[self.account_id][self.region_name].service(cluster, name)

    def scale(self, target: FakeScalableTarget, wanted: int) -> int:
        """The count there is afterwards."""
        service = self.service(target)
        count = max(target.min_capacity, min(target.max_capacity, wanted))
        if service.status == "ACTIVE" and count != service.desired_count:
            _kind, cluster, name = target.resource_id.split("/")
            request = {"cluster": cluster, "service": name, "desiredCount": count}
            ecs_backends[self.account_id][self.region_name].update_service(request)
            snapshot.touch()
        return service.desired_count

    def _require(self, resource_id: str, dimension: str) -> None:
        if not self._scalable_target_exists(resource_id, dimension):
            raise ObjectNotFoundException(
                f"No scalable target found for service namespace: ecs, resource ID: {resource_id}, "
                f"scalable dimension: {dimension}"
            )

    def _look_later(self, target: FakeScalableTarget) -> None:
        """Every minute, as long as it is registered."""

        def look() -> None:
            if self.targets.get(target.scalable_dimension, {}).get(target.resource_id) is target:
                self._track(target)
                self._look_later(target)

        clock.call_later(_MINUTE, look)

    def _track(self, target: FakeScalableTarget) -> None:
        try:
            current = self.service(target).desired_count
        except ServiceNotFoundException:
            return
        policies = self.policies_of(target.resource_id, target.scalable_dimension)
        wanted = target_tracking.wanted(policies, current)
        if wanted != current:
            count = self.scale(target, wanted)
            if count != current:
                for policy in policies:
                    policy.acted(count > current)


Scaling.__module__ = "moto.applicationautoscaling.models"  # moto finds a backend's urls by its module
