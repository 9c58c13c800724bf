"""The workloads that run: the zygote's other end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rig.fabric import kernel
from rig.fabric.namespaces import Network
from rig.fabric.workloads.order import Order
from rig.world import Workload, WorkloadStatus

_STOP_SECONDS = 3.0  # between SIGTERM and SIGKILL; 30 on ECS
_MESSAGE_SIZE = 1 << 18
_FLUSH_SECONDS = 0.2
_LAST_WORDS_SECONDS = 1.0  # something that it left behind may hold its output open

Sink = Callable[[Workload, Sequence[str]], None]


@dataclass
class _Member:
    workload: Workload
    status: WorkloadStatus = field(default_factory=lambda: WorkloadStatus(state="starting"))
    pid: int | None = None
    stop_at: float | None = None
    lines: list[str] = field(default_factory=list)
    silent: asyncio.Event = field(default_factory=asyncio.Event)


class Crew:
    """Starts and ends workloads. Its event loop follows them; `start`, `end` and `statuses` are for any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, log: Path, sink: Sink) -> None:
        self._loop = loop
        self._sink = sink
        self._members: dict[str, _Member] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._scribe = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scribe")  # one: lines stay in order
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(True)
        with theirs, log.open("ab") as output:
            self._zygote = subprocess.Popen(
                [sys.executable, "-m", "rig.fabric.workloads.zygote", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[theirs.fileno()],
                preexec_fn=kernel.die_with_parent,
            )
        loop.call_soon_threadsafe(loop.add_reader, self._control, self._hear)
        loop.call_soon_threadsafe(self._tick)

    def start(self, order: Order, workload: Workload, network: Network) -> None:
        reading, writing = os.pipe()
        self._members[order.id] = member = _Member(workload)
        self._loop.call_soon_threadsafe(self._keep, self._follow(member, reading))
        socket.send_fds(self._control, [order.encode()], [network.descriptor, writing])
        os.close(writing)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def end(self, id_: str) -> None:
        """SIGTERM now, SIGKILL after a while. `is_gone` says when it is over."""
        member = self._members.get(id_)
        if member and member.stop_at is None:
            member.stop_at = time.monotonic() + _STOP_SECONDS
            _signal(member, signal.SIGTERM)

    def is_gone(self, id_: str) -> bool:
        member = self._members.get(id_)
        return member is None or member.status.state == "exited"

    def forget(self, id_: str) -> None:
        self._members.pop(id_, None)

    def statuses(self) -> dict[str, WorkloadStatus]:
        return {id_: member.status for id_, member in list(self._members.items())}

    def processes(self) -> dict[str, int]:
        """The first process of each that runs."""
        return {id_: member.pid for id_, member in list(self._members.items()) if member.pid}

    def close(self) -> None:
        """End all of them. They outlive the zygote, if not the sandbox."""
        for member in list(self._members.values()):
            _signal(member, signal.SIGKILL)
        self._zygote.kill()
        self._zygote.wait()

    def _hear(self) -> None:
        event = json.loads(self._control.recv(_MESSAGE_SIZE) or b"{}")
        member = self._members.get(event.get("id", ""))
        if not member:
            return
        match event["state"]:
            case "started":
                member.pid = event["pid"]
                if member.stop_at:
                    _signal(member, signal.SIGTERM)
            case "running":
                member.status = WorkloadStatus(state="running")
            case "failed":
                member.status = replace(member.status, reason=event["reason"])  # over once it has exited, too
            case "exited":
                member.pid = None
                self._keep(self._bury(member, event["code"]))

    async def _bury(self, member: _Member, code: int) -> None:
        """A workload is over when its last words are where they belong."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(member.silent.wait(), _LAST_WORDS_SECONDS)
        await self._flush(member)
        reason = member.status.reason
        member.status = WorkloadStatus(state="exited", exit_code=None if reason else code, reason=reason)

    async def _follow(self, member: _Member, reading: int) -> None:
        """Collect what the workload prints, until it and all it started have ended."""
        reader = asyncio.StreamReader(limit=1 << 20)
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            await self._loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
            while line := await reader.readline():
                member.lines.append(line.decode(errors="replace").rstrip("\n"))
        member.silent.set()

    async def _flush(self, member: _Member) -> None:
        """Returns when everything printed so far is with the sink, what an earlier call took along included."""
        lines, member.lines = member.lines, []
        await self._loop.run_in_executor(self._scribe, self._sink, member.workload, lines)

    def _tick(self) -> None:
        for member in list(self._members.values()):
            if member.stop_at and time.monotonic() > member.stop_at:
                _signal(member, signal.SIGKILL)
            if member.lines:
                self._keep(self._flush(member))
        self._loop.call_later(_FLUSH_SECONDS, self._tick)


def _signal(member: _Member, number: signal.Signals) -> None:
    """To the workload's session. A confined one hands SIGTERM on to its first process, and dies whole of SIGKILL."""
    if member.pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member.pid, number)
