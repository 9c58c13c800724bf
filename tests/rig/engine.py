"""Carries the World to the data plane, and what the data plane measured back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from rig.world import DataPlane, Report, World

_TICK_SECONDS = 0.2
_REST = 2  # times as long as the turn before
_LONGEST_REST_SECONDS = 1.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ControlPlane:
    """What the engine needs of it: all three calls happen under `lock`."""

    lock: AbstractContextManager[Any]
    world: Callable[[], World]
    take: Callable[[Report], None]
    generation: Callable[[], int]


class Engine:
    """A loop that turns every tick, and at once when `wake` is called. A world that is the same costs nothing."""

    def __init__(self, control: ControlPlane, data_plane: DataPlane) -> None:
        self._control = control
        self._data_plane = data_plane
        self._applied: World | None = None
        self._woken = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Returns when the loop has ended and the data plane is closed."""
        self._stopped = True
        self.wake()
        self._thread.join()

    def turn(self) -> None:
        """World out, report in, once."""
        with self._control.lock:
            world = self._control.world()
        if world is not self._applied:
            self._data_plane.apply(world)
            self._applied = world
        report = self._data_plane.report()
        with self._control.lock:
            self._control.take(report)

    def _run(self) -> None:
        while not self._stopped:
            self._woken.clear()
            begun = time.monotonic()
            try:
                self.turn()
            except Exception:  # a fault in one turn must not end the cloud; the next turn tries again
                _LOG.exception("the engine's turn failed")
                self._applied = None
            # A large cloud takes a while to look at, and is changed all the time while it is made: its API comes first.
            time.sleep(min(_REST * (time.monotonic() - begun), _LONGEST_REST_SECONDS))
            self._woken.wait(_TICK_SECONDS)
        self._data_plane.close()

    def waking(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        """`app`, with this engine woken by every request that changed something."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            before = self._control.generation()
            try:
                return app(environ, start_response)
            finally:
                if self._control.generation() != before:
                    self.wake()

        return answer
