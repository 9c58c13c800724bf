"""The World as the control plane sees it, rebuilt only when something changed.

Every request that may change the cloud, and everything that happens by itself,
calls `touch`. Between two touches `world` hands out one and the same object, so
the engine can tell an unchanged cloud by identity.
"""

from __future__ import annotations

from importlib import import_module

from rig.control import clock
from rig.world import World

# Each offers `snapshot.parts()`: fields of World by name. None writes a field that another one writes.
PARTS = ("ec2", "elbv2", "ecs", "autoscaling")

_generation = 0
_built = -1
_world = World()


def touch() -> None:
    """Something changed: the next `world` is a new one."""
    global _generation
    _generation += 1


def generation() -> int:
    return _generation


def world() -> World:
    """The cloud at this instant. Call it under the lock."""
    global _built, _world
    if clock.run_due():
        touch()
    if _built != _generation:
        fresh = _build()
        # Many requests change nothing that the data plane could see (tags, alarms, parameters).
        _world = _world if fresh == _world else fresh
        _built = _generation
    return _world


def _build() -> World:
    fields: dict[str, tuple] = {}
    for package in PARTS:
        for name, things in import_module(f"rig.control.{package}.snapshot").parts().items():
            fields[name] = fields.get(name, ()) + tuple(things)
    return World(**fields)
