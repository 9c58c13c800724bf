from __future__ import annotations

from rig.control.settings import Settings


def install(settings: Settings) -> None:
    """Nothing to extend yet."""
