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
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from rig.fabric import kernel
from rig.fabric.namespaces import Network
from rig.fabric.workloads.order import Order
from rig.world import WorkloadStatus

_STOP_SECONDS = 3.0  # between SIGTERM and SIGKILL; 30 on ECS
_MESSAGE_SIZE = 1 << 18
_FLUSH_SECONDS = 0.2

Sink = Callable[[str, Sequence[str]], None]  # workload id, lines


@dataclass
class _Member:
    order: Order
    status: WorkloadStatus = field(default_factory=lambda: WorkloadStatus(state="starting"))
    pid: int | None = None
    stop_at: float | None = None


class Crew:
    """Starts and ends workloads. Its event loop follows them; `start`, `end` and `statuses` are for any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, log: Path, sink: Sink) -> None:
        self._loop = loop
        self._sink = sink
        self._members: dict[str, _Member] = {}
        self._lines: dict[str, list[str]] = {}
        self._followers: set[Future[None]] = set()
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

    def start(self, order: Order, network: Network) -> None:
        reading, writing = os.pipe()
        self._members[order.id] = _Member(order)
        socket.send_fds(self._control, [order.encode()], [network.descriptor, writing])
        os.close(writing)
        follower = asyncio.run_coroutine_threadsafe(self._follow(order.id, reading), self._loop)
        self._followers.add(follower)
        follower.add_done_callback(self._followers.discard)

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

    def close(self) -> None:
        """The zygote's children are confined or die with it only when the sandbox does: so kill them by name."""
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
                member.status = WorkloadStatus(state="exited", reason=event["reason"])
            case "exited":
                code = None if member.status.reason else event["code"]
                member.status = WorkloadStatus(state="exited", exit_code=code, reason=member.status.reason)
                member.pid = None

    def _tick(self) -> None:
        for member in list(self._members.values()):
            if member.stop_at and time.monotonic() > member.stop_at:
                _signal(member, signal.SIGKILL)
        for id_ in list(self._lines):
            if lines := self._lines.pop(id_):
                self._loop.run_in_executor(None, self._sink, id_, lines)
        self._loop.call_later(_FLUSH_SECONDS, self._tick)

    async def _follow(self, id_: str, reading: int) -> None:
        """Collect what the workload prints, until it and all it started have ended."""
        reader = asyncio.StreamReader(limit=1 << 20)
        with contextlib.closing(os.fdopen(reading, "rb", buffering=0)) as pipe:
            await self._loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
            while line := await reader.readline():
                self._lines.setdefault(id_, []).append(line.decode(errors="replace").rstrip("\n"))


def _signal(member: _Member, number: signal.Signals) -> None:
    """To the workload's session. A confined one hands SIGTERM on to its first process, and dies whole of SIGKILL."""
    if member.pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member.pid, number)
