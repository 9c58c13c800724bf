"""The sandbox's link in another region: built, asked both ways and taken down, as it is at home."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e import clouds, playbook, sandbox
from rig.control.everywhere import zones_of

HOME, HOME_ZONES = "ap-northeast-1", "apne1-az1, apne1-az4"
REGION = "eu-west-2"


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sandbox's own with another region in it, beside a cloud."""
    place = tmp_path_factory.mktemp("inventory")
    there = place / "there"
    shutil.copytree(sandbox.ROOT / "inventories" / "sandbox", there)
    zones = ", ".join(zone.zone_id for zone in zones_of(REGION)[:2])
    for file in there.rglob("*.yml"):
        file.write_text(file.read_text().replace(HOME_ZONES, zones).replace(HOME, REGION))
    with clouds.up(place / "cloud", metrics_scale=1 / 60):
        yield there


def test_a_link_stands_and_goes_there(inventory: Path):
    built = playbook.run("site.yml", inventory=[inventory])
    assert built.returncode == 0, built.output
    assert set(re.findall(r"^ok +(inbound|outbound|refused)\b", built.output, re.MULTILINE)) == {
        "inbound",
        "outbound",
        "refused",
    }, built.output
    again = playbook.run("site.yml", inventory=[inventory])
    assert (again.returncode, again.changed) == (0, ()), again.output
    gone = playbook.run("playbooks/teardown.yml", inventory=[inventory])
    assert gone.returncode == 0, gone.output
