"""The first process of an EC2 instance: runs the user data, then keeps its units running."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

from rig.fabric.workloads.order import Order
from rig.fabric.workloads.units import Service, Unit, UnitError

SOCKET = Path("/run/systemd/private")
_USER_DATA = Path("/run/cloud-init/user-data")


def run(order: Order, ready: Callable[[], None]) -> int:
    """The instance's whole life; returns when it was told to shut down."""
    os.environ.clear()
    os.environ.update(order.environment)
    os.chdir("/")
    asyncio.run(Init(order.user_data).live(ready))
    return 0


class Init:
    def __init__(self, user_data: str) -> None:
        self._user_data = user_data
        self._services: dict[str, Service] = {}

    async def live(self, ready: Callable[[], None]) -> None:
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        SOCKET.parent.mkdir(parents=True)
        await asyncio.start_unix_server(self._serve, SOCKET)
        ready()
        boot = asyncio.create_task(self._boot())
        await stopped.wait()
        boot.cancel()
        await asyncio.gather(*(service.stop() for service in self._services.values()))

    async def _boot(self) -> None:
        """As cloud-init: user data that starts with "#!" runs once, as root."""
        if not self._user_data.startswith("#!"):
            return
        _USER_DATA.parent.mkdir(parents=True)
        _USER_DATA.write_text(self._user_data)
        process = await asyncio.create_subprocess_exec("/bin/bash", str(_USER_DATA))
        if code := await process.wait():
            print(f"user data ended with {code}", flush=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One systemctl command: its arguments in, (exit code, text) out."""
        verb, *names = json.loads(await reader.readline())
        try:
            code, text = await self._obey(verb, names)
        except UnitError as error:
            code, text = 1, str(error)
        writer.write(json.dumps([code, text]).encode())
        writer.close()

    async def _obey(self, verb: str, words: list[str]) -> tuple[int, str]:
        names = [word for word in words if not word.startswith("-")]
        match verb:
            case "daemon-reload" | "reset-failed" | "mask" | "unmask":
                return 0, ""
            case "is-active" | "status":
                states = ["active" if self._service(name).is_active else "inactive" for name in names]
                return (0 if "active" in states else 3), "\n".join(states)
            case "enable" | "disable":
                for name in names if "--now" in words else ():
                    await (self._service(name).start() if verb == "enable" else self._service(name).stop())
            case "start" | "stop" | "reload":
                for name in names:
                    await getattr(self._service(name), verb)()
            case "restart" | "try-restart" | "reload-or-restart":
                for name in names:
                    await self._service(name).stop()
                    await self._fresh(name).start()
            case _:
                raise UnitError(f"Unknown command verb {verb}: the sandbox's systemctl does not know it.")
        return 0, ""

    def _service(self, name: str) -> Service:
        """The unit as it was when it was last started, else as it is now."""
        unit = Unit.load(name)
        held = self._services.get(unit.name)
        return held if held and held.is_active else self._fresh(name)

    def _fresh(self, name: str) -> Service:
        unit = Unit.load(name)
        self._services[unit.name] = Service(unit)
        return self._services[unit.name]
