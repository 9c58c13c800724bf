"""Runs a command to its end and tells what it took."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import sandbox

USAGE = Path(__file__).parent / "usage.py"


@dataclass(frozen=True, kw_only=True)
class Done:
    """`cpu_s` is of the command and all it waited for; `peak_rss_mb` that of the largest of these processes."""

    returncode: int
    wall_s: float
    cpu_s: float
    peak_rss_mb: float
    output: str


def run(command: Sequence[str], env: Mapping[str, str]) -> Done:
    """From the root of the project, standard error with standard output."""
    with tempfile.NamedTemporaryFile("r") as told:
        done = subprocess.run(
            [sys.executable, "-S", str(USAGE), told.name, *command],
            cwd=sandbox.ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return Done(returncode=done.returncode, output=done.stdout, **json.load(told))
