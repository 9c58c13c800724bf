"""systemd units, as far as an instance's user data needs them."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

DIRECTORY = Path("/etc/systemd/system")
_STOP_SECONDS = 5.0


class UnitError(Exception):
    """What systemctl would print."""


@dataclass(frozen=True)
class Unit:
    """The settings of a unit's [Service] section, each with all its values in order."""

    name: str
    settings: dict[str, list[str]]

    @classmethod
    def load(cls, name: str) -> Unit:
        name = name if "." in name else f"{name}.service"
        path = DIRECTORY / name
        if not path.exists():
            raise UnitError(f"Unit {name} not found.")
        settings: dict[str, list[str]] = defaultdict(list)
        for line in path.read_text().replace("\\\n", " ").splitlines():
            key, equals, value = line.strip().partition("=")
            if equals and not key.startswith(("#", ";")):
                settings[key.strip()].append(value.strip())
        return cls(name, settings)

    def commands(self, key: str) -> list[list[str]]:
        """A leading "-" forgives failure in systemd; nothing here depends on it."""
        return [shlex.split(value.lstrip("-@:+!")) for value in self.settings.get(key, ()) if value]

    def setting(self, key: str, default: str = "") -> str:
        return (self.settings.get(key) or [default])[-1]

    def environment(self) -> dict[str, str]:
        lines = [word for value in self.settings.get("Environment", ()) for word in shlex.split(value)]
        for path in (Path(value.lstrip("-")) for value in self.settings.get("EnvironmentFile", ())):
            if path.exists():
                lines += [line for line in path.read_text().splitlines() if "=" in line and not line.startswith("#")]
        pairs = (line.partition("=") for line in lines)
        return {**os.environ, **{key: value.strip('"') for key, _equals, value in pairs}}

    @property
    def restarts(self) -> bool:
        return self.setting("Restart", "no") in ("always", "on-failure", "on-abnormal", "on-abort")

    @property
    def restart_seconds(self) -> float:
        value = self.setting("RestartSec", "0.1")
        return float(value[:-2]) / 1000 if value.endswith("ms") else float(value.rstrip("s"))


class Service:
    """A unit that is running, or failed, or stopped."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def is_active(self) -> bool:
        running = self._process is not None and self._process.returncode is None
        return running or bool(self._keeper and not self._keeper.done())

    async def start(self) -> None:
        """Returns when the main process is there; that of a oneshot unit, when it is done."""
        if self.is_active:
            return
        for command in self.unit.commands("ExecStartPre"):
            if await (await self._spawn(command)).wait():
                raise UnitError(f"Job for {self.unit.name} failed: {shlex.join(command)}")
        if self.unit.setting("Type") == "oneshot":
            await self._run_once()
            return
        self._process = await self._spawn(self.unit.commands("ExecStart")[-1])
        self._keeper = asyncio.create_task(self._keep())

    async def _run_once(self) -> None:
        for command in self.unit.commands("ExecStart"):
            if await (await self._spawn(command)).wait():
                raise UnitError(f"Job for {self.unit.name} failed: {shlex.join(command)}")

    async def _keep(self) -> None:
        """Restart the main process for as long as the unit wants it."""
        while self._process:
            code = await self._process.wait()
            if not self.unit.restarts or (code == 0 and self.unit.setting("Restart") == "on-failure"):
                return
            print(f"{self.unit.name}: main process exited ({code}), restarting", flush=True)
            await asyncio.sleep(self.unit.restart_seconds)
            self._process = await self._spawn(self.unit.commands("ExecStart")[-1])

    async def _spawn(self, command: list[str]) -> asyncio.subprocess.Process:
        directory = self.unit.setting("WorkingDirectory").lstrip("-") or "/"
        try:
            return await asyncio.create_subprocess_exec(
                *command, cwd=directory, env=self.unit.environment(), start_new_session=True
            )
        except OSError as error:
            raise UnitError(f"{self.unit.name}: {command[0]}: {error.strerror}") from error

    async def stop(self) -> None:
        if self._keeper:
            self._keeper.cancel()
        if not self._process or self._process.returncode is not None:
            return
        _signal(self._process, signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)
        except TimeoutError:
            _signal(self._process, signal.SIGKILL)
            await self._process.wait()

    async def reload(self) -> None:
        for command in self.unit.commands("ExecReload"):
            expanded = [str(self._process.pid) if word == "$MAINPID" and self._process else word for word in command]
            await (await self._spawn(expanded)).wait()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """To the unit's whole session, as systemd does."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
