"""What workloads use of the machine, told by /proc: each with all that it has started."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rig.world import Usage

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int
    ticks: int
    pages: int


def measure(processes: Mapping[str, int]) -> dict[str, Usage]:
    """Of each process and its descendants. One that has just ended is left out."""
    children: dict[int, list[_Process]] = defaultdict(list)
    found: dict[int, _Process] = {}
    for process in _running() if processes else ():
        found[process.pid] = process
        children[process.parent].append(process)
    return {id_: _sum(_tree(found[pid], children)) for id_, pid in processes.items() if pid in found}


def _running() -> Iterator[_Process]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue  # it has just ended
        # proc(5): the name, in brackets, may hold anything; state, ppid, ... follow it.
        fields = text.rpartition(")")[2].split()
        ticks = sum(int(field) for field in fields[11:15])  # user and system time, and of children that have ended
        yield _Process(int(text.partition(" ")[0]), int(fields[1]), ticks, int(fields[21]))


def _tree(root: _Process, children: Mapping[int, list[_Process]]) -> Iterator[_Process]:
    yield root
    for child in children.get(root.pid, ()):
        yield from _tree(child, children)


def _sum(tree: Iterator[_Process]) -> Usage:
    processes = list(tree)
    return Usage(
        cpu_seconds=sum(process.ticks for process in processes) / _TICKS,
        memory_bytes=sum(process.pages for process in processes) * _PAGE,
    )
