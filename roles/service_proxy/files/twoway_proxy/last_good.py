"""The last good parameters on disk: what a proxy starts with when SSM cannot be read."""

import json
from collections.abc import Mapping
from pathlib import Path

from .envoy.files import write_atomically


class LastGood:
    """Readable by the agent's user only: the door's private key is among them."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "last-good.json"
        self.parameters: Mapping[str, str] = self._load()

    def _load(self) -> Mapping[str, str]:
        try:
            return dict(json.loads(self._path.read_text()))
        except (OSError, ValueError, TypeError):
            return {}

    def keep(self, parameters: Mapping[str, str]) -> None:
        if parameters != self.parameters:
            self.parameters = parameters
            write_atomically(self._path, json.dumps(parameters))
