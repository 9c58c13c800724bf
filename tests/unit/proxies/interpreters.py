"""CPythons besides the one that runs the tests: those whose http.client asks a proxy in HTTP/1.0, until 3.12."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

OLD = ("3.9", "3.11")
_PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"


@functools.cache
def find(version: str) -> Path | None:
    """A CPython of this minor version, on the path or among pyenv's."""
    found = [shutil.which(f"python{version}"), *sorted(_PYENV.glob(f"{version}.*/bin/python3"))]
    return next((Path(each) for each in found if each and _is(each, version)), None)


def missing(version: str) -> str:
    return f"no CPython {version} on the path or in {_PYENV}: install one, `pyenv install {version}` say"


def _is(python: str | Path, version: str) -> bool:
    """A shim of pyenv's may be on the path without anything behind it."""
    command = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == version
