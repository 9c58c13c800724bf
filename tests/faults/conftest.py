"""A sandbox of its own for the killed runs."""

import os
import subprocess
import sys

import pytest
from e2e import foreign, sandbox

DIRECTORY = sandbox.ROOT / "build" / "faults"


@pytest.fixture(scope="session", autouse=True)
def cloud():
    os.environ["TWOWAY_SANDBOX_DIR"] = str(DIRECTORY)
    rig = [sys.executable, "-m", "rig"]
    wanted = os.environ | {"PYTHONPATH": str(sandbox.ROOT / "tests")}
    subprocess.run([*rig, "up", "--state-dir", str(DIRECTORY)], check=True, env=wanted)
    try:
        foreign.make()
        yield
    finally:
        subprocess.run([*rig, "down", "--state-dir", str(DIRECTORY)], check=True, env=wanted)
