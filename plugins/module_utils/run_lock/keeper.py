# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A process that keeps a lock for as long as a run lives, and then lets go of it. PRIVATE to the collection.

Of a run only ansible-playbook itself lives from its first task to its last, and that runs no code of a module's. It may
be killed at any moment, with all that would have let go of the lock.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.lease import Lease
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.model import LostError
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock.process import Process

LOOKS = 0.2  # seconds between two looks whether the run lives
ORPHANS_END = 0.5  # seconds that tasks of a run which was killed live on: plugin_utils/run_guard.py
FIRST_OF_OTHERS = 3  # the first descriptor after those of input, output and errors


def start(owner: Process, lease: Callable[[], Lease]) -> Process:
    """A process of its own that holds what `lease` returns there, until `owner` ends or it is told to (SIGTERM)."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            if os.fork() == 0:
                ended = _told_to_end()
                os.write(tell, str(os.getpid()).encode())  # from now on it may be told to
                _alone()
                _keep(owner, lease(), ended)
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told) as answer:
        os.waitpid(child, 0)
        return Process.of(int(answer.read()))


def _alone() -> None:
    """Whoever waits for the end of a pipe of ours would wait for us; whoever ends all of the run ends us by SIGTERM."""
    for descriptor in [int(entry.name) for entry in Path("/dev/fd").iterdir()]:
        if descriptor >= FIRST_OF_OTHERS:
            with suppress(OSError):
                os.close(descriptor)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(FIRST_OF_OTHERS):
        os.dup2(nowhere, descriptor)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)


def _told_to_end() -> list[int]:
    """Empty until somebody has."""
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    return ended


def _keep(owner: Process, lease: Lease, ended: list[int]) -> None:
    while not ended and owner.lives:
        time.sleep(LOOKS)
        try:
            lease.keep()
        except LostError:
            return
        except PrivateLinkError:
            continue  # AWS may answer the next time
    if not ended:
        time.sleep(ORPHANS_END)
        if not lease.is_ours():
            return
    lease.release()
