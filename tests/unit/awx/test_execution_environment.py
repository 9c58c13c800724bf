"""execution-environment.yml is what ansible-builder takes, and holds what this checkout needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from e2e.sandbox import ROOT

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def context(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ee") / "context"
    command = [BIN / "ansible-builder", "create", "-f", ROOT / "execution-environment.yml", "-c", folder]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return folder / "_build"


def test_the_checkout_in_it_can_be_installed(context, tmp_path):
    """As the image's Galaxy stage does, in the same folder, but for the dependencies: those are asked of Galaxy."""
    (ours,) = (
        one for one in yaml.safe_load((context / "requirements.yml").read_text())["collections"] if "type" in one
    )
    assert ours["type"] == "dir"
    command = [BIN / "ansible-galaxy", "collection", "install", ours["name"], "--no-deps", "-p", tmp_path]
    # Not where somebody has it installed already.
    elsewhere = {**os.environ, "HOME": str(tmp_path), "ANSIBLE_HOME": str(tmp_path / "home")}
    subprocess.run(command, check=True, capture_output=True, cwd=context, env=elsewhere)
    installed = tmp_path / "ansible_collections" / "twoway" / "privatelink"
    for part in ("playbooks/site.yml", "roles/network/tasks/main.yml", "plugins/modules/canary.py", "meta/runtime.yml"):
        assert (installed / part).read_bytes() == (ROOT / part).read_bytes()
    assert (installed / "plugins" / "action" / "canary.py").resolve().exists()


def test_it_asks_for_the_same_versions_as_the_checkout(context):
    asked = yaml.safe_load((context / "requirements.yml").read_text())["collections"]
    versions = {one["name"]: one["version"] for one in asked if "version" in one}
    wanted = yaml.safe_load((ROOT / "requirements.yml").read_text())["collections"]
    assert versions == {one["name"]: one["version"] for one in wanted}
    said = yaml.safe_load((ROOT / "execution-environment.yml").read_text())["dependencies"]
    pins = (ROOT / "requirements.txt").read_text() + (ROOT / "requirements-dev.txt").read_text()
    assert said["ansible_core"]["package_pip"] in pins
    assert said["ansible_runner"]["package_pip"] in pins


def test_a_collection_in_an_image_names_what_it_needs(context):
    """meta/execution-environment.yml, as ansible-builder reads it of collections that are in an image."""
    folder = ROOT / ".venv" / "collections"
    done = subprocess.run([BIN / "ansible-builder", "introspect", folder], check=True, capture_output=True, text=True)
    assert "boto3" in "".join(line for line in done.stdout.splitlines() if "twoway.privatelink" in line)
