"""One cloud for the whole directory: every test begins with the same link in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rig.pki import Pki
from rig.world import World
from unit.rig.fabric import worlds
from unit.rig.fabric.cloud import Agent, Cloud, with_agent


@pytest.fixture(scope="session")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fabric")


@pytest.fixture(scope="session")
def pki(state_dir: Path) -> Pki:
    return Pki(state_dir / "pki")


@pytest.fixture(scope="session")
def ca(pki: Pki) -> str:
    return str(pki.service.path)


@pytest.fixture(scope="session")
def running_cloud(state_dir: Path) -> Iterator[Cloud]:
    cloud = Cloud(state_dir)
    yield cloud
    cloud.close()


@pytest.fixture(scope="session")
def base(running_cloud: Cloud, pki: Pki) -> World:
    """The link, with an agent on either side."""
    world = worlds.link(pki.service.issue([f"*.{worlds.DOMAIN}"]))
    world = with_agent(world, "client", running_cloud)
    return with_agent(world, "insider", running_cloud)


@pytest.fixture
def cloud(running_cloud: Cloud, base: World) -> Cloud:
    """The cloud, in the state that `base` says."""
    running_cloud.apply(base)
    running_cloud.wait_healthy(worlds.STABLE, worlds.BALANCERS)
    return running_cloud


@pytest.fixture
def client(cloud: Cloud) -> Agent:
    """In the public VPC."""
    return cloud.agent("client")


@pytest.fixture
def insider(cloud: Cloud) -> Agent:
    """In the isolated VPC, at the same address."""
    return cloud.agent("insider")
