"""Sandboxes of a test's own, besides the one that TWOWAY_SANDBOX_DIR names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rig import launch

from . import sandbox


@contextmanager
def up(directory: Path, **options: Any) -> Iterator[None]:
    """An empty cloud that keeps its state in `directory`; `e2e.sandbox` and all playbooks speak of it meanwhile."""
    wanted = launch.Options(state_dir=directory, **options)
    launch.down(wanted)
    shutil.rmtree(directory, ignore_errors=True)
    launch.up(wanted)
    before = os.environ.get("TWOWAY_SANDBOX_DIR")
    os.environ["TWOWAY_SANDBOX_DIR"] = str(directory)
    sandbox.forget_clients()
    try:
        yield
    finally:
        launch.down(wanted)
        if before is None:
            del os.environ["TWOWAY_SANDBOX_DIR"]
        else:
            os.environ["TWOWAY_SANDBOX_DIR"] = before
