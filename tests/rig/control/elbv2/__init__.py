"""Elastic Load Balancing v2 as AWS answers it where moto's differs: network load balancers, health, refusals."""

from __future__ import annotations

import moto.elb.urls
import moto.elbv2.models

from rig.control.elbv2.backend import LoadBalancing
from rig.control.elbv2.responses import LoadBalancingResponse
from rig.control.elbv2.target_group import TargetGroup
from rig.control.settings import Settings
from rig.control.snapshot import touch


def install(_settings: Settings) -> None:
    moto.elbv2.models.elbv2_backends.backend = LoadBalancing
    moto.elbv2.models.FakeTargetGroup = TargetGroup  # what moto's checked creation makes
    # Classic and v2 share one url; its handler looks this name up for each request.
    moto.elb.urls.ELBV2Response = LoadBalancingResponse
    touch()
