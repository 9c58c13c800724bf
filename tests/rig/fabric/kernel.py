"""The few system calls that Python 3.11 does not offer."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 0x2

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def unshare(kind: int) -> None:
    """Move the calling thread into a new namespace of `kind`."""
    _call("unshare", kind)


def enter(descriptor: int, kind: int = CLONE_NEWNET) -> None:
    """Move the calling thread into the namespace that `descriptor` holds open."""
    _call("setns", descriptor, kind)


def mount(source: str | Path, target: str | Path, kind: str = "", flags: int = 0, options: str = "") -> None:
    encoded = (os.fsencode(source), os.fsencode(target), kind.encode(), flags, options.encode())
    _call("mount", *encoded)


def bind(source: str | Path, target: str | Path) -> None:
    mount(source, target, flags=MS_BIND | MS_REC)


def tmpfs(target: str | Path, mode: str = "755") -> None:
    mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, f"mode={mode}")


def unmount(target: str | Path) -> None:
    _call("umount2", os.fsencode(target), MNT_DETACH)


def die_with_parent() -> None:
    """Have the kernel kill the calling process when the thread that made it ends."""
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def give_way() -> None:
    """Have the calling thread, and all that it starts, wait for its turn instead of taking it from who runs.

    Of dozens of processes on a few processors each then finds more to do when its turn comes: that is a third more
    requests a second through a link.
    """
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
