"""What the proxies call, on loopback: SSM's GetParametersByPath with the faults it can have, S3's GetObject,
CloudWatch's PutMetricData, PutLogEvents of its Logs, and Auto Scaling's CompleteLifecycleAction."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

PORT = 4566


class FakeParameterStore:
    """`fault` makes it throttle ("throttled") or fail ("down"); None is well. S3 denies the first `refusals` reads.

    Auto Scaling takes a completion only while the instance `waits` for it.
    """

    def __init__(self) -> None:
        self.parameters: dict[str, str] = {}
        self.objects: dict[str, bytes] = {}
        self.metrics: list[dict[str, Any]] = []
        self.logged: list[dict[str, Any]] = []  # the messages of log events, by stream
        self.streams: set[tuple[str, str]] = set()
        self.completed: list[dict[str, str]] = []
        self.refused_completions = 0
        self.waits = False
        self.refusals = 0
        self.fault: str | None = None
        self.reads = 0
        self._read = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    def put(self, name: str, value: Any) -> None:
        self.parameters[name] = value if isinstance(value, str) else json.dumps(value)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/", self._answer)
        app.router.add_get("/{bucket}/{key:.+}", self._object)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", PORT).start()

    async def stop(self) -> None:
        assert self._runner
        await self._runner.cleanup()

    async def was_read(self, times: int) -> None:
        """Returns when that many more requests have been answered."""
        goal = self.reads + times
        async with self._read:
            await asyncio.wait_for(self._read.wait_for(lambda: self.reads >= goal), 30)

    async def _answer(self, request: web.Request) -> web.Response:
        if request.content_type == "application/x-www-form-urlencoded":
            return self._complete(dict(await request.post()))
        asked = await request.json()
        if request.headers["X-Amz-Target"].endswith(".PutMetricData"):
            self.metrics.append(asked)
            return web.json_response({}, content_type="application/x-amz-json-1.0")
        if request.headers["X-Amz-Target"].startswith("Logs_"):
            return self._log(request.headers["X-Amz-Target"].partition(".")[2], asked)
        async with self._read:
            self.reads += 1
            self._read.notify_all()
        if request.headers["X-Amz-Target"] != "AmazonSSM.GetParametersByPath" or not asked["WithDecryption"]:
            return _error(400, "AccessDeniedException")
        if self.fault == "throttled":
            return _error(400, "ThrottlingException")
        if self.fault == "down":
            return _error(500, "InternalServerError")
        below = asked["Path"].rstrip("/") + "/"
        names = sorted(name for name in self.parameters if name.startswith(below))
        if not asked.get("Recursive"):
            names = [name for name in names if "/" not in name.removeprefix(below)]
        start = int(asked.get("NextToken", 0))
        page = {"Parameters": [{"Name": name, "Value": self.parameters[name]} for name in names[start : start + 10]]}
        if start + 10 < len(names):
            page["NextToken"] = str(start + 10)
        return web.json_response(page, content_type="application/x-amz-json-1.1")

    def _log(self, action: str, asked: dict[str, Any]) -> web.Response:
        stream = (asked["logGroupName"], asked["logStreamName"])
        if self.fault == "down":
            return _error(500, "InternalServerError")
        if action == "CreateLogStream":
            if stream in self.streams:
                return _error(400, "ResourceAlreadyExistsException")
            self.streams.add(stream)
        elif stream not in self.streams:
            return _error(400, "ResourceNotFoundException")
        else:
            self.logged += [json.loads(event["message"]) for event in asked["logEvents"]]
        return web.json_response({}, content_type="application/x-amz-json-1.1")

    def _complete(self, asked: dict[str, Any]) -> web.Response:
        if not self.waits:
            self.refused_completions += 1
            error = "<Code>ValidationError</Code><Message>No active Lifecycle Action found</Message>"
            return web.Response(status=400, text=f"<ErrorResponse><Error>{error}</Error></ErrorResponse>")
        self.completed.append({key: value for key, value in asked.items() if key not in ("Action", "Version")})
        return web.Response(text=f"<{asked['Action']}Response><{asked['Action']}Result/></{asked['Action']}Response>")

    async def _object(self, request: web.Request) -> web.Response:
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        found = self.objects.get(request.path)
        return web.Response(status=404) if found is None else web.Response(body=found)


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"__type": code, "message": code}, status=status)
