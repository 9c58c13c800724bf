"""execution-environment.yml is what ansible-builder takes, and holds what this checkout needs."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from e2e.sandbox import ROOT
from packaging.requirements import Requirement

BIN = Path(sys.executable).parent
REAL = ROOT / ".venv" / "collections" / "ansible_collections"
# What python3 is in a base image.
PYTHONS = {"quay.io/centos/centos:stream10": "3.12"}


@pytest.fixture(scope="module")
def context(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ee") / "context"
    command = [BIN / "ansible-builder", "create", "-f", ROOT / "execution-environment.yml", "-c", folder]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return folder / "_build"


@pytest.fixture(scope="module")
def collections(context, tmp_path_factory) -> Path:
    """The checkout, installed as the image's Galaxy stage does; beside it, what Galaxy would be asked for."""
    into = tmp_path_factory.mktemp("galaxy")
    asked = yaml.safe_load((context / "requirements.yml").read_text())["collections"]
    (ours,) = (one for one in asked if "type" in one)
    assert ours["type"] == "dir"
    command = [BIN / "ansible-galaxy", "collection", "install", ours["name"], "--no-deps", "-p", into]
    # Not where somebody has it installed already.
    elsewhere = {**os.environ, "HOME": str(into), "ANSIBLE_HOME": str(into / "home")}
    subprocess.run(command, check=True, capture_output=True, cwd=context, env=elsewhere)
    installed = into / "ansible_collections"
    left = {"twoway.privatelink", *(one["name"] for one in asked if one != ours)}
    while left:
        namespace, name = left.pop().split(".")
        if not (installed / namespace / name).exists():
            (installed / namespace).mkdir(exist_ok=True)
            (installed / namespace / name).symlink_to(REAL / namespace / name)
        manifest = json.loads((installed / namespace / name / "MANIFEST.json").read_text())
        left |= manifest["collection_info"]["dependencies"].keys()
    return into


@pytest.fixture(scope="module")
def collected(context, collections, tmp_path_factory) -> dict[str, list[str]]:
    """What the image's builder stage, by the very line that it runs, collects of collections and of the user's own."""
    (line,) = (
        line for line in (context.parent / "Dockerfile").read_text().splitlines() if "introspect.py introspect" in line
    )
    written = {"pip": tmp_path_factory.mktemp("pip") / "list", "bindep": tmp_path_factory.mktemp("bindep") / "list"}
    kept = [one for one in shlex.split(line.partition(" introspect ")[2]) if not one.startswith("--write-")]
    options = [*kept, *(f"--write-{kind}={path}" for kind, path in written.items())]
    command = [sys.executable, context / "scripts" / "introspect.py", "introspect", collections, *options]
    subprocess.run(command, check=True, capture_output=True, cwd=context)
    return {
        kind: [one.partition("  #")[0] for one in path.read_text().splitlines()] if path.exists() else []
        for kind, path in written.items()
    }


def test_what_is_collected_can_be_installed(collected, tmp_path):
    """All of it together, beside what the image has before, from wheels, for there is no compiler in it."""
    told = yaml.safe_load((ROOT / "execution-environment.yml").read_text())
    before = [told["dependencies"][name]["package_pip"] for name in ("ansible_core", "ansible_runner")]
    python = PYTHONS[told["images"]["base_image"]["name"]]
    # pip takes wheels for the Python that it is told, but reads markers with its own.
    needed = [Requirement(line) for line in (*before, *collected["pip"])]
    needed = [one for one in needed if not one.marker or one.marker.evaluate({"python_version": python})]
    for one in needed:
        one.marker = None
    report = tmp_path / "report"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", report]
    command += ["--python-version", python, "--only-binary", ":all:", "--target", tmp_path / "none"]
    done = subprocess.run([*command, *map(str, needed)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, "\n".join(line for line in done.stderr.splitlines() if line.startswith("ERROR"))
    metadata = [one["metadata"] for one in json.loads(report.read_text())["install"]]
    installed = {one["name"].lower(): one["version"] for one in metadata}
    pinned = {one.name: str(one.specifier).removeprefix("==") for one in needed if "==" in str(one.specifier)}
    assert pinned.keys() == {"ansible-core", "ansible-runner", "boto3", "botocore"}
    assert pinned.items() <= installed.items()


def test_no_package_of_the_system_is_collected(collected):
    """The image is built without bindep's profile test."""
    wanted = [line for line in collected["bindep"] if not re.search(r"\[([^]]* )?test\b", line)]
    assert wanted == []


def test_the_checkout_in_it_can_be_installed(collections):
    installed = collections / "ansible_collections" / "twoway" / "privatelink"
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
