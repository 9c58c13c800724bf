"""Elastic Container Service on Fargate: tasks that really run, and services that keep them running."""

from __future__ import annotations

import moto.ecs.models
import moto.ecs.urls

from rig.control.ecs.backend import Containers
from rig.control.ecs.responses import ContainersResponse
from rig.control.settings import Settings
from rig.control.snapshot import touch


def install(_settings: Settings) -> None:
    moto.ecs.models.ecs_backends.backend = Containers
    moto.ecs.urls.url_paths["{0}/$"] = ContainersResponse.dispatch
    touch()
