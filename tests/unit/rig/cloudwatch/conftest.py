from __future__ import annotations

import math

import pytest
from rig.control import clock


@pytest.fixture
def cloudwatch(cloud):
    return cloud.client("isolated", "cloudwatch")


@pytest.fixture
def minute(cloud) -> float:
    """The beginning of a minute that has just begun."""
    cloud.clock.advance(60 - clock.wall() % 60)
    return math.floor(clock.wall())
