"""The inventories of molecule/bring_your_own, laid over each other."""

from __future__ import annotations

from pathlib import Path

from e2e import playbook, sandbox

SCENARIO = sandbox.ROOT / "molecule" / "bring_your_own"
BASE = sandbox.ROOT / "inventories" / "sandbox"


def run(name: str, *overlays: str) -> playbook.Run:
    return playbook.run(name, inventory=sources(*overlays))


def sources(*overlays: str) -> list[Path]:
    return [BASE, SCENARIO / "inventory", *(SCENARIO / overlay for overlay in overlays)]
