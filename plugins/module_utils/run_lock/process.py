# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which process has a lock, and whether it lives. PRIVATE to the collection; stdlib only.

A number alone is given to another process sooner or later, and two containers have the same ones. So a process is told
by its machine (host, boot, and namespace of processes, which a container has to itself), its number, and its start.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")
NAMESPACE = Path("/proc/self/ns/pid")
PROCESSES = Path("/proc")
START_FIELD = 22  # of /proc/<pid>/stat: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
NOT_TOLD = "not told"
DEAD = ("Z", "X")  # ended, and its parent has not asked for it yet


@dataclass(frozen=True, kw_only=True)
class Process:
    machine: str
    pid: int
    start: str

    @classmethod
    def of(cls, pid: int) -> Process:
        return cls(machine=this_machine(), pid=pid, start=start_of(pid) or "")

    @classmethod
    def from_text(cls, text: str) -> Process | None:
        """None for what is none."""
        machine, pid, start = [*text.split("|"), "", ""][:3]
        return cls(machine=machine, pid=int(pid), start=start) if machine and pid.isdigit() and start else None

    @property
    def text(self) -> str:
        return f"{self.machine}|{self.pid}|{self.start}"

    @property
    def lives(self) -> bool | None:
        """None on another machine, of which nobody knows."""
        return start_of(self.pid) == self.start if self.machine == this_machine() else None


def this_machine() -> str:
    told = [socket.gethostname()]
    with suppress(OSError):
        told += [BOOT.read_text().strip(), str(NAMESPACE.readlink())]
    return "/".join(told)


def start_of(pid: int) -> str | None:
    """When it started, in whatever words; None when it has ended. Without /proc, as on macOS, its number has to do."""
    if PROCESSES.joinpath("self", "stat").exists():
        return _start_in_proc(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass  # somebody else's, and alive
    return NOT_TOLD


def _start_in_proc(pid: int) -> str | None:
    try:
        stat = PROCESSES.joinpath(str(pid), "stat").read_text()
    except OSError:
        return None
    # The name, second and in brackets, may hold spaces and brackets itself.
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in DEAD else fields[START_FIELD - 4]
