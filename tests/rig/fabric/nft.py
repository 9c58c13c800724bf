"""The nft program: on the PATH, or unpacked from Debian's packages under .venv."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.fabric.namespaces import Network

_UNPACKED = Path(__file__).resolve().parents[3] / ".venv" / "debian" / "usr"
_SBIN = "/usr/sbin:/sbin"  # not on an ordinary user's PATH


class NftError(Exception):
    """nft refused a ruleset; the message is nft's own."""


def find() -> tuple[str, dict[str, str]] | None:
    """The program and the environment it needs, or None."""
    found = shutil.which("nft", path=f"{os.environ.get('PATH', '')}:{_SBIN}")
    if found:
        return found, dict(os.environ)
    unpacked = _UNPACKED / "sbin" / "nft"
    if unpacked.exists():
        libraries = next((_UNPACKED / "lib").glob("*-linux-gnu"), _UNPACKED / "lib")
        return str(unpacked), {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
    return None


class Nft:
    def __init__(self) -> None:
        found = find()
        if not found:
            raise NftError("nft is missing")
        self._program, self._environment = found

    def load(self, network: Network, ruleset: str) -> None:
        """Put `ruleset` in force in the namespace, all of it or nothing."""
        with network.inside():
            done = subprocess.run(
                [self._program, "-f", "-"],
                input=ruleset,
                text=True,
                capture_output=True,
                env=self._environment,
                check=False,
            )
        if done.returncode:
            raise NftError(done.stderr.strip())
