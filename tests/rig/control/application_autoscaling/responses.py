"""Pages that end, which moto's do not beyond the second."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse, _build_policy, _build_target

_PAGE = 50


class ScalingResponse(ApplicationAutoScalingResponse):
    def describe_scalable_targets(self) -> str:
        self._validate_params()
        targets = self.applicationautoscaling_backend.describe_scalable_targets(
            self._get_param("ServiceNamespace"), self._get_param("ResourceIds"), self._get_param("ScalableDimension")
        )
        return self._page("ScalableTargets", targets, _build_target)

    def describe_scaling_policies(self) -> str:
        policies = self.applicationautoscaling_backend.policies.values()
        namespace, resource = self._get_param("ServiceNamespace"), self._get_param("ResourceId")
        found = [
            policy
            for policy in policies
            if policy.service_namespace == namespace and resource in (None, policy.resource_id)
        ]
        return self._page("ScalingPolicies", found, _build_policy)

    def _page(self, key: str, items: Sequence[Any], build: Callable[[Any], Any]) -> str:
        size = min(self._get_int_param("MaxResults") or _PAGE, _PAGE)
        start = int(self._get_param("NextToken") or 0)
        shown = items[start : start + size]
        more = {"NextToken": str(start + size)} if len(items) > start + size else {}
        return json.dumps({key: [build(item) for item in shown], **more})
