"""Process and mount namespaces of a workload: nothing that it starts or mounts outlives it."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from rig.fabric import kernel, machine
from rig.fabric.workloads.order import Order


def run(program: Callable[[], int]) -> int:
    """Run `program` as the first process of a process namespace; returns its exit code.

    Its end, and the end of the calling process, is the end of everything in there.
    """
    kernel.unshare(kernel.CLONE_NEWPID | kernel.CLONE_NEWNS)
    child = os.fork()
    if not child:
        kernel.die_with_parent()
        kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
        kernel.mount("proc", "/proc", "proc")
        os._exit(program())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: os.kill(child, received))
    _child, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def furnish(order: Order) -> None:
    """The files that are the workload's own."""
    descriptor, path = tempfile.mkstemp(dir=machine.RUN)
    with os.fdopen(descriptor, "w") as file:
        file.write(order.resolv_conf)
    Path(path).chmod(0o644)
    kernel.bind(path, "/etc/resolv.conf")
    Path(path).unlink()
    if order.program == "boot":
        for directory in machine.INSTANCE_DIRECTORIES:
            kernel.tmpfs(directory)
        machine.RUNTIME.mkdir()
        kernel.bind(order.runtime, machine.RUNTIME)
        machine.clear_run()
