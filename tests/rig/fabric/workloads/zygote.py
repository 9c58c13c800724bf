"""The process that all workloads are forked from: everything they need is imported already.

Runs as `python -m rig.fabric.workloads.zygote FD`, and speaks over the socket FD:
an Order with a network namespace and an output pipe comes in, JSON events go out.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable

from rig.fabric import kernel
from rig.fabric.workloads import confinement, instance, responder, startup
from rig.fabric.workloads.order import Order

MESSAGE_SIZE = 1 << 18


def main() -> None:
    kernel.die_with_parent()
    kernel.adopt_orphans()
    kernel.give_way()
    control = socket.socket(fileno=int(sys.argv[1]))
    woken, wake = os.pipe()
    for descriptor in (woken, wake):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    running: dict[int, str] = {}
    while True:
        ready = select.select([control, woken], [], [])[0]
        if woken in ready:
            os.read(woken, 4096)
        _reap(control, running)
        if control in ready:
            message, descriptors, *_rest = socket.recv_fds(control, MESSAGE_SIZE, 2)
            if not message:
                return
            order = Order.decode(message)
            running[_fork(order, control, *descriptors)] = order.id


def _reap(control: socket.socket, running: dict[int, str]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        if id_ := running.pop(pid, None):
            code = os.waitstatus_to_exitcode(status)
            _tell(control, id_, state="exited", code=128 - code if code < 0 else code)


def _fork(order: Order, control: socket.socket, network: int, output: int) -> int:
    pid = os.fork()
    if not pid:
        code = 1
        try:
            code = _become(order, control, network, output)
        except startup.StartFailure as failure:
            _tell(control, order.id, state="failed", reason=str(failure))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    os.close(network)
    os.close(output)
    _tell(control, order.id, state="started", pid=pid)
    return pid


def _become(order: Order, control: socket.socket, network: int, output: int) -> int:
    """The life of a workload, in its own process. Returns its exit code, or does not return."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    kernel.enter(network)
    for stream in (1, 2):
        os.dup2(output, stream)

    def ready() -> None:
        _tell(control, order.id, state="running")

    startup.check(order.reaches)
    if order.program == "respond":
        return responder.run(order, ready)
    return confinement.run(lambda: _confined(order, ready))


def _confined(order: Order, ready: Callable[[], None]) -> int:
    confinement.furnish(order)
    if order.program == "run":
        ready()
        os.execvpe(order.command[0], order.command, order.environment)
    return instance.run(order, ready)


def _tell(control: socket.socket, id_: str, **event: object) -> None:
    control.send(json.dumps({"id": id_, **event}).encode())


if __name__ == "__main__":
    main()
