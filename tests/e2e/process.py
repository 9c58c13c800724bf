"""Runs a command to its end and tells what it took."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import sandbox


@dataclass(frozen=True, kw_only=True)
class Done:
    """`peak_rss_mb` is that of the largest process: the command's own or one that it has waited for."""

    returncode: int
    wall_s: float
    peak_rss_mb: float
    output: str


def run(command: Sequence[str], env: Mapping[str, str]) -> Done:
    """From the root of the project, standard error with standard output."""
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=sandbox.ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _pid, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.monotonic() - started
        output.seek(0)
        return Done(
            returncode=process.returncode,
            wall_s=wall_s,
            peak_rss_mb=usage.ru_maxrss / 1024,
            output=output.read().decode(errors="replace"),
        )
