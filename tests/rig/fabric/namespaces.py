"""Network namespaces and what is inside them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyroute2 import IPRoute

from rig.fabric import kernel

_OWN = "/proc/thread-self/ns/net"


class Network:
    """A network namespace, alive for as long as this object is open.

    With a `path` it is also bound to the file system, for a process that finds
    namespaces by name (Envoy).
    """

    def __init__(self, descriptor: int, path: Path | None = None) -> None:
        self.descriptor = descriptor
        self.path = path
        self._links = threading.local()

    @classmethod
    def create(cls, path: Path | None = None) -> Network:
        home = os.open(_OWN, os.O_RDONLY)
        try:
            kernel.unshare(kernel.CLONE_NEWNET)
            descriptor = os.open(_OWN, os.O_RDONLY)
            if path:
                path.touch()
                kernel.mount(_OWN, path, flags=kernel.MS_BIND)
        finally:
            kernel.enter(home)
            os.close(home)
        network = cls(descriptor, path)
        network.links.link("set", index=1, state="up")
        return network

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The calling thread, and whatever it starts or opens, is in this namespace."""
        home = os.open(_OWN, os.O_RDONLY)
        try:
            kernel.enter(self.descriptor)
            yield
        finally:
            kernel.enter(home)
            os.close(home)

    @property
    def links(self) -> IPRoute:
        """Netlink, from here. pyroute2 opens a socket for each thread that asks, where that thread happens to be."""
        if not hasattr(self._links, "socket"):
            with self.inside():
                self._links.socket = IPRoute()
        return self._links.socket

    def sysctl(self, name: str, value: str) -> None:
        # /proc/sys/net shows the namespace of the thread that opens the file.
        with self.inside():
            Path("/proc/sys/net", name.replace(".", "/")).write_text(value)

    def index(self, interface: str) -> int:
        return self.links.link_lookup(ifname=interface)[0]

    def close(self) -> None:
        if hasattr(self._links, "socket"):
            self._links.socket.close()
        os.close(self.descriptor)
        if self.path:
            kernel.unmount(self.path)
            self.path.unlink()
