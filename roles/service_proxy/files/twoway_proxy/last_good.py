"""The last good parameters on disk: what a proxy starts with when SSM cannot be read."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from .envoy.files import write_atomically


class LastGood:
    """Readable by the agent's user only: the door's private key is among them. The file's time is the last read's."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "last-good.json"
        self.parameters: Mapping[str, str] = self._load()

    def _load(self) -> Mapping[str, str]:
        try:
            return dict(json.loads(self._path.read_text()))
        except (OSError, ValueError, TypeError):
            return {}

    @property
    def read_at(self) -> float | None:
        return self._path.stat().st_mtime if self._path.exists() else None

    def keep(self, parameters: Mapping[str, str], read_at: float | None) -> None:
        if parameters != self.parameters or not self._path.exists():
            self.parameters = parameters
            write_atomically(self._path, json.dumps(parameters))
        if read_at is not None:
            os.utime(self._path, (read_at, read_at))
