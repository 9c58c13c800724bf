"""The modules in this process, against the rig's control plane: what the unit tests stand on."""

from __future__ import annotations

import pytest
from unit.plugins.conftest import cloud, control_plane, run, sdk_made_once
from unit.plugins.modules.conftest import Site, certificate_arn, engine, make_site

__all__ = ["certificate_arn", "cloud", "control_plane", "engine", "run", "sdk_made_once", "site"]


@pytest.fixture
def site(cloud, engine) -> Site:  # noqa: F811
    """With addresses for a thousand tasks and as many again."""
    return make_site(cloud, prefix=20)
