"""The agent as systemd runs it: a process of its own, with its settings file."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp

from . import parameter_store

SOURCES = Path(__file__).parents[3] / "roles" / "service_proxy" / "files"
AWS_ENVIRONMENT = {
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{parameter_store.PORT}",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}
_LIBC = ctypes.CDLL(None)


def die_with_the_test() -> None:
    _LIBC.prctl(1, signal.SIGKILL)


class AgentProcess:
    def __init__(self, directory: Path, proxy: str, sources: Path = SOURCES, **settings: Any) -> None:
        self.directory = directory
        self._sources = sources
        self.settings = {
            "proxy": proxy,
            "link": "tokyo",
            "region": "ap-northeast-1",
            "poll_seconds": 0.2,
            "check_seconds": 0.3,
            "unhealthy_seconds": 0.5,
            "drain_seconds": 5,
            **{name: str(directory / name) for name in ("state_dir", "run_dir", "log_dir")},
            **settings,
        }
        self.log = directory / "agent.log"
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> AgentProcess:
        await self.start()
        return self

    async def __aexit__(self, *failure: object) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def start(self) -> None:
        path = self.directory / "proxy.json"
        path.write_text(json.dumps(self.settings))
        environment = {**os.environ, **AWS_ENVIRONMENT, "PYTHONPATH": str(self._sources)}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "twoway_proxy", str(path),
                env=environment, stdout=log, stderr=log, preexec_fn=die_with_the_test, start_new_session=True,
            )  # fmt: skip

    async def healthy(self, port: int | None = None, seconds: float = 20) -> None:
        """Returns when /healthz is 200, or that of one port."""
        await self._health(200, port, seconds)

    async def unhealthy(self, port: int | None = None, seconds: float = 20) -> str:
        """Returns what /healthz says when it is 503."""
        return await self._health(503, port, seconds)

    async def terminate(self) -> None:
        """The whole process group, as a service manager less careful than KillMode=mixed would."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGTERM)

    async def kill(self) -> None:
        assert self._process
        self._process.kill()
        await self._process.wait()

    async def kill_envoy(self) -> None:
        """And returns when the agent has seen it."""
        for child in self._children():
            os.kill(child, signal.SIGKILL)
        async with asyncio.timeout(10):
            while "Envoy ended by itself" not in self.log.read_text():
                await asyncio.sleep(0.02)

    def memory_mb(self) -> float:
        """The most that the agent's own process ever held; Envoy is another one."""
        assert self._process
        return _status_mb(self._process.pid, "VmHWM")

    def envoy_memory_mb(self) -> float:
        """The most that Envoy ever held."""
        return _status_mb(self.envoy(), "VmHWM")

    def envoy_resident_mb(self) -> float:
        """What Envoy holds now."""
        return _status_mb(self.envoy(), "VmRSS")

    async def stats(self, pattern: str) -> dict[str, int]:
        """Envoy's counters and gauges whose names match."""
        connector = aiohttp.UnixConnector(path=str(Path(self.settings["run_dir"]) / "admin.sock"))
        url = f"http://envoy/stats?filter={pattern}"
        async with aiohttp.ClientSession(connector=connector) as session, session.get(url) as answer:
            pairs = (line.split(": ") for line in (await answer.text()).splitlines())
            return {name: int(value) for name, value in pairs if value.isdigit()}

    def envoy(self) -> int:
        """Its process id."""
        (envoy,) = self._children()
        return envoy

    def _children(self) -> list[int]:
        assert self._process
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(child) for child in listed.split()]

    async def ended(self, seconds: float = 15) -> int:
        assert self._process
        return await asyncio.wait_for(self._process.wait(), seconds)

    def lines(self, name: str) -> list[dict[str, Any]]:
        path = Path(self.settings["log_dir"]) / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    async def line(self, name: str, **wanted: Any) -> dict[str, Any]:
        """The first line of a log that has these fields, awaited: Envoy flushes its logs every 10 s, or when asked."""
        async with asyncio.timeout(15):
            while True:
                for line in self.lines(name):
                    if wanted.items() <= line.items():
                        return line
                await self._reopen_logs()
                await asyncio.sleep(0.1)

    async def _reopen_logs(self) -> None:
        connector = aiohttp.UnixConnector(path=str(Path(self.settings["run_dir"]) / "admin.sock"))
        async with aiohttp.ClientSession(connector=connector) as session, session.post("http://envoy/reopen_logs"):
            return

    async def _health(self, status: int, port: int | None, seconds: float) -> str:
        url, said = f"http://127.0.0.1:8080/healthz{f'/{port}' if port else ''}", ""
        try:
            async with asyncio.timeout(seconds), aiohttp.ClientSession() as session:
                while True:
                    try:
                        async with session.get(url) as answer:
                            said = await answer.text()
                            if answer.status == status:
                                return said
                    except aiohttp.ClientError as problem:
                        said = str(problem)
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"never {status}, last: {said}\n{self.log.read_text()}") from None


def _status_mb(pid: int, what: str) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().split(f"{what}:")[1].split()[0]) / 1024
