"""The tests' own cloud: a data plane in a process of its own, and clients inside it."""

from __future__ import annotations

import json
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rig import launch
from rig.world import Report, Workload, World

_HERE = Path(__file__).parent
_PATIENCE_SECONDS = 20.0


class Cloud:
    """A Plane at the other end of a pipe. Its workloads include `agents`, which do what a test asks of them."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.log = state_dir / "rig.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                launch.confined(sys.executable, str(_HERE / "worker.py"), str(state_dir)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=launch.environment(),
            )

    def apply(self, world: World) -> None:
        self._ask("apply", world)

    def report(self) -> Report:
        return self._ask("report")

    def visit(self, url: str, **more: Any) -> dict[str, Any]:
        """A request from the Internet."""
        return self._ask("visit", {"url": url, **more})

    def printed(self) -> dict[str, list[str]]:
        return self._ask("printed")

    def wait_until(self, holds: Callable[[Report], Any], what: str) -> Report:
        """The first report for which `holds` is true."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not holds(report := self.report()):
            assert time.monotonic() < deadline, f"{what} did not come about: {report}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.02)
        return report

    def wait_healthy(self, *target_groups: str) -> None:
        def healthy(report: Report) -> bool:
            states = {key[0]: status.state for key, status in report.targets.items()}
            return all(states.get(arn) == "healthy" for arn in target_groups)

        self.wait_until(healthy, f"health of {target_groups}")

    def eventually(self, ask: Callable[[], Any], expected: Any) -> None:
        """`ask` answers `expected`, if not at once."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (answer := ask()) != expected:
            assert time.monotonic() < deadline, f"{answer}, not {expected}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.02)

    def agent(self, name: str) -> Agent:
        return Agent(self.state_dir / f"{name}.sock")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()

    def _ask(self, verb: str, *arguments: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        pickle.dump((verb, arguments), self.process.stdin)
        self.process.stdin.flush()
        try:
            is_answer, answer = pickle.load(self.process.stdout)
        except EOFError:
            raise AssertionError(f"the cloud ended:\n{self.log.read_text()[-3000:]}") from None
        assert is_answer, f"{verb}: {answer}\n{self.log.read_text()[-3000:]}"
        return answer


class Agent:
    """A client inside the cloud: calls the functions of agent.py from its own interface."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            """The function's result, or the name of its failure."""
            with socket.socket(socket.AF_UNIX) as sock:
                self._connect(sock)
                with sock.makefile("rw") as stream:
                    stream.write(json.dumps([verb, arguments, named]) + "\n")
                    stream.flush()
                    answer = json.loads(stream.read())
            return answer.get("result", answer.get("error"))

        return call

    def _connect(self, sock: socket.socket) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return sock.connect(str(self._path))
            except OSError:
                assert time.monotonic() < deadline, f"no agent at {self._path}"
                time.sleep(0.02)


def with_agent(world: World, name: str, cloud: Cloud, **fields: Any) -> World:
    """`world` with an agent behind the interface eni-`name`."""
    command = ("python3", str(_HERE / "agent.py"), str(cloud.state_dir / f"{name}.sock"))
    agent = Workload(
        **{
            "id": name,
            "kind": "task",
            "account_id": "111111111111",
            "region": "ap-northeast-1",
            "interface_id": f"eni-{name}",
            "image": "twoway/probe"
            if name == "client"
            else "222222222222.dkr.ecr.ap-northeast-1.amazonaws.com/twoway/probe",
            "command": command,
            **fields,
        }
    )
    return replace(world, workloads=(*world.workloads, agent))
