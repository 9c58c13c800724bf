"""A network of one's own for a test: real ports, real addresses, a real /etc/resolv.conf, and nothing left behind.

The proxies are tested with the ports and the refused networks they have in
production, so 443 must be free and a public address must be at hand. A forked
child gets a network and a mount namespace for that, as root or as anybody.
"""

from __future__ import annotations

import asyncio
import ctypes
import functools
import inspect
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyroute2 import IPRoute

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_MOUNTS, _NEW_USER, _NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
LONGEST_SECONDS = 40
PUBLIC = ("203.0.113.10", "203.0.113.11", "203.0.113.12")
PRIVATE = ("10.0.0.10", "169.254.169.254", "100.64.0.10", "172.16.0.10", "192.168.0.10")


def own_network(test: Callable[..., Any] | None = None, *, seconds: float = LONGEST_SECONDS) -> Callable[..., Any]:
    """Runs the test, async or not, in a child with a network of its own."""
    if test is None:
        return functools.partial(own_network, seconds=seconds)

    @functools.wraps(test)
    def run(tmp_path: Path, **fixtures: Any) -> None:
        arguments = {"tmp_path": tmp_path, **fixtures}
        wanted = {name: arguments[name] for name in inspect.signature(test).parameters}
        failure = _in_child(tmp_path, functools.partial(test, **wanted), seconds)
        if failure:
            raise AssertionError(f"in its own network:\n{failure}")

    parameters = dict(inspect.signature(test).parameters)
    parameters.setdefault("tmp_path", inspect.Parameter("tmp_path", inspect.Parameter.POSITIONAL_OR_KEYWORD))
    run.__signature__ = inspect.Signature(list(parameters.values()))  # type: ignore[attr-defined]
    return run


def _in_child(directory: Path, test: Callable[[], Any], seconds: float) -> str:
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside pytest-xdist's threads: the child has none
        child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read) as pipe:
            failure = pipe.read()
        _pid, status = os.waitpid(child, 0)
        return failure or ("" if status == 0 else f"the child ended with status {status}")
    os.close(read)
    failure = ""
    try:
        _enter(directory)
        result = test()
        if inspect.isawaitable(result):
            asyncio.run(asyncio.wait_for(result, seconds))
    except BaseException:
        failure = traceback.format_exc()
    finally:
        os.write(write, failure.encode())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _enter(directory: Path) -> None:
    uid, gid = os.getuid(), os.getgid()
    if _LIBC.unshare(_NEW_NETWORK | _NEW_MOUNTS):  # not privileged: become root of a user namespace
        _check(_LIBC.unshare(_NEW_USER | _NEW_NETWORK | _NEW_MOUNTS), "unshare: user namespaces must be permitted")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    with IPRoute() as network:
        network.link("set", index=1, state="up")
        for address in PUBLIC + PRIVATE:
            network.addr("add", index=1, address=address, prefixlen=32)
    resolv = directory / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\n")
    _check(_LIBC.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "mount --make-rprivate")
    target = os.path.realpath("/etc/resolv.conf")
    _check(_LIBC.mount(str(resolv).encode(), target.encode(), None, _MS_BIND, None), "mount --bind resolv.conf")


def _check(result: int, what: str) -> None:
    if result:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
