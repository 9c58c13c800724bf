"""The machine as the sandbox sees it: its own mounts over the host's, gone with the sandbox."""

from __future__ import annotations

import os
from pathlib import Path

from rig.fabric import addresses, kernel

RUN = Path("/run/rig")
NETWORKS = RUN / "netns"
HOST = RUN / "host"  # the host's own directories, where others lie over them
RUNTIME = Path("/opt/twoway/runtime")
# What an instance finds empty, and writes to.
INSTANCE_DIRECTORIES = tuple(
    Path(path)
    for path in (
        "/etc/twoway",
        "/etc/systemd/system",
        "/opt/twoway",
        "/var/lib/twoway",
        "/var/log/twoway",
    )
)
_FILES = {
    "/etc/resolv.conf": f"nameserver {addresses.RESOLVER}\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
    # Nothing but DNS: the host's own name services would look around its namespaces.
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


def prepare() -> None:
    """Make the calling process's mount namespace the sandbox's, with room for what rigs and instances put there."""
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.tmpfs("/run")
    for directory in (RUN, NETWORKS, HOST):
        directory.mkdir()
    for path in ("/etc", "/opt", "/var/lib", "/var/log"):
        _regrow(Path(path))
    Path("/etc/systemd").unlink(missing_ok=True)
    for directory in INSTANCE_DIRECTORIES:
        directory.mkdir(parents=True, exist_ok=True)
    for file, content in _FILES.items():
        Path(file).unlink(missing_ok=True)
        Path(file).write_text(content)


def clear_run() -> None:
    """An instance's own /run: empty, but for what the links in /etc lead to."""
    host = os.open(HOST, os.O_PATH)
    kernel.tmpfs("/run")
    HOST.mkdir(parents=True)
    kernel.bind(f"/proc/self/fd/{host}", HOST)
    os.close(host)


def _regrow(directory: Path) -> None:
    """Put a tmpfs over `directory` that holds links to what was there: so it can be added to without being root."""
    behind = HOST / directory.name
    behind.mkdir()
    kernel.bind(directory, behind)
    kernel.tmpfs(directory)
    for entry in behind.iterdir():
        (directory / entry.name).symlink_to(entry)
