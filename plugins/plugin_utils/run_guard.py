# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a run and its lock have to do with each other in Ansible's own processes. PRIVATE to the collection.

Ansible loads this file in ansible-playbook itself, which then forks for every task. So what is kept here is known to
all tasks, and the end of ansible-playbook, unless it is killed, is where locks are let go of, whatever has failed.
"""

from __future__ import annotations

import atexit
import datetime
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock.process import Process

FACT = "twoway_run_lock"
LOOK_SECONDS = 0.2  # between two looks whether ansible-playbook lives
PATIENCE = 15.0  # seconds that a run waits for its locks to go; AWS may have to be asked more than once
LONGEST_NOTE = 65536

_IN_WORKER = multiprocessing.parent_process() is not None
MAIN = os.getppid() if _IN_WORKER else os.getpid()
SINCE = datetime.datetime.now(datetime.UTC)
# Tasks write into it who keeps locks; ansible-playbook reads that when it ends.
_NOTES, _WRITER = os.pipe()


def owner() -> Process:
    """The run."""
    return Process.of(MAIN)


def note_keeper(keeper: str) -> None:
    os.write(_WRITER, f"{keeper}\n".encode())


def refuse_without_lock(variables: Mapping[str, Any]) -> None:
    """Raises PrivateLinkError when this run has had a lock, and nobody keeps it any more."""
    lock = (variables.get("ansible_facts") or {}).get(FACT) or {}
    keeper = Process.from_text(lock.get("keeper", ""))
    if keeper and lock.get("owner") == owner().text and not keeper.lives:
        raise PrivateLinkError(
            where=lock["name"],
            found="the lock of this run is gone",
            allowed="a run that has it, for another one may be at it by now",
            remedy="run again",
        )


@contextmanager
def ending_with_run() -> Iterator[None]:
    """A task whose ansible-playbook was killed ends too, with all it has started: the next run may begin at once."""
    if os.getpid() == MAIN or os.getppid() != MAIN:
        yield
        return
    done = threading.Event()
    threading.Thread(target=_watch, args=(done,), daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _watch(done: threading.Event) -> None:
    while not done.wait(LOOK_SECONDS):
        if os.getppid() != MAIN:
            if os.getpgrp() == os.getpid():
                os.killpg(os.getpid(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)


def end_keepers(keepers: Iterable[Process | None]) -> None:
    """Tells them that nobody needs their locks any more, and waits until they have let go."""
    alive = [keeper for keeper in keepers if keeper and keeper.lives]
    for keeper in alive:
        with suppress(ProcessLookupError):
            os.kill(keeper.pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while any(keeper.lives for keeper in alive) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS / 10)


def _let_go() -> None:
    """The run has ended."""
    if os.getpid() != MAIN:
        return
    os.close(_WRITER)
    os.set_blocking(_NOTES, False)
    with suppress(BlockingIOError):
        end_keepers(Process.from_text(line) for line in os.read(_NOTES, LONGEST_NOTE).decode().splitlines())


if not _IN_WORKER:
    atexit.register(_let_go)
