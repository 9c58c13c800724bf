"""Auto Scaling: groups whose instances really run."""

from __future__ import annotations

import moto.autoscaling.models
import moto.autoscaling.urls

from rig.control.autoscaling.backend import Scaling
from rig.control.autoscaling.group import Group
from rig.control.autoscaling.responses import ScalingResponse
from rig.control.settings import Settings
from rig.control.snapshot import touch


def install(_settings: Settings) -> None:
    moto.autoscaling.models.autoscaling_backends.backend = Scaling
    moto.autoscaling.models.FakeAutoScalingGroup = Group  # what moto's checked creation makes
    moto.autoscaling.urls.url_paths["{0}/$"] = ScalingResponse.dispatch
    touch()
