"""The lists of services that are measured, and the edits an operator makes to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from e2e import services

Entries = list[dict[str, Any]]


def of(count: int) -> Entries:
    """So many services, each with a canary: two target groups, two task definitions, two ECS services."""
    return [_entry(f"bench-{number:04}") for number in range(count)]


def _entry(name: str) -> dict[str, Any]:
    canary = {"image": f"{services.image(name)}:1.1.0", "weight": 10}
    return {"name": name, "image": f"{services.image(name)}:1.0.0", "port": 8443, "canary": canary}


def same(entries: Entries) -> Entries:
    return entries


def changed(entries: Entries) -> Entries:
    """Another image for the one in the middle."""
    middle = len(entries) // 2
    return [
        {**entry, "image": entry["image"].replace(":1.0.0", ":1.0.1")} if index == middle else entry
        for index, entry in enumerate(entries)
    ]


def added(entries: Entries) -> Entries:
    return [*entries, _entry("bench-new")]


def removed(entries: Entries) -> Entries:
    return [entry for entry in entries if entry["name"] != "bench-new"]


# In order: each starts from what the one before has left.
PHASES: dict[str, Callable[[Entries], Entries]] = {
    "create": same,
    "noop": same,
    "change": changed,
    "add": added,
    "remove": removed,
}
