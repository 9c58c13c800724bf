"""Application Auto Scaling of ECS services: bounds that hold at once, and target tracking that acts on its alarms."""

from __future__ import annotations

import moto.applicationautoscaling.models
import moto.applicationautoscaling.urls

from rig.control.application_autoscaling.backend import Scaling
from rig.control.application_autoscaling.responses import ScalingResponse
from rig.control.settings import Settings


def install(_settings: Settings) -> None:
    moto.applicationautoscaling.models.applicationautoscaling_backends.backend = Scaling
    moto.applicationautoscaling.urls.url_paths["{0}/$"] = ScalingResponse.dispatch
