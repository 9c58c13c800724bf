"""The Envoy process: started, restarted with growing pauses, ended."""

import asyncio
import ctypes
import json
import logging
import signal
import time
from pathlib import Path

from .. import journal
from ..compiled import Resource
from .files import write_atomically

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_STEADY_SECONDS = 30.0


def _die_with_the_agent() -> None:
    """An Envoy that outlived a killed agent would share the port with its successor, and serve old routes."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Envoy:
    def __init__(self, binary: Path, bootstrap: Path, drain_seconds: float) -> None:
        # No hot restart: its shared memory is one per machine, and routes change without it.
        drain = ("--drain-strategy", "immediate", "--drain-time-s", str(max(1, round(drain_seconds))))
        flush = ("--file-flush-interval-msec", "1000")  # of the access logs: whoever reads them need not wait for 10 s
        quiet = ("--disable-hot-restart", "--log-level", "warning")
        self._command = (str(binary), "-c", str(bootstrap), *quiet, *drain, *flush)
        self._bootstrap = bootstrap
        self._process: asyncio.subprocess.Process | None = None
        self._ending = asyncio.Event()

    async def run(self, bootstrap: Resource) -> None:
        """Keeps Envoy running until `end`."""
        write_atomically(self._bootstrap, json.dumps(bootstrap))
        pause = 0.0
        while not self._ending.is_set():
            started = time.monotonic()
            # In a session of its own: what ends the agent's process group must not end Envoy before it has drained.
            self._process = await asyncio.create_subprocess_exec(
                *self._command, preexec_fn=_die_with_the_agent, start_new_session=True
            )
            code = await self._process.wait()
            if self._ending.is_set():
                return
            pause = 0.2 if time.monotonic() - started > _STEADY_SECONDS else min(max(0.2, pause * 2), 15.0)
            journal.say(logging.ERROR, "Envoy ended by itself and is started again", code=code, pause_seconds=pause)
            try:
                await asyncio.wait_for(self._ending.wait(), pause)
            except TimeoutError:
                continue

    async def end(self) -> None:
        self._ending.set()
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
