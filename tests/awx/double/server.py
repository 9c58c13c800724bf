"""The API of the double over HTTP, on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .kinds import KINDS
from .store import RefusedError, Store

TOKEN = "a-token-of-the-double"
VERSION = "24.6.1"
PAGE = 25


class Double(ThreadingHTTPServer):
    """`writes` are the requests that have changed something, in their order; `told` is what a playbook said of them."""

    def __init__(self, checkout: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = Store(checkout)
        self.lock = threading.Lock()
        self.writes: list[str] = []
        self.told = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving(checkout: Path) -> Iterator[Double]:
    with Double(checkout) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


class Handler(BaseHTTPRequestHandler):
    server: Double
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PATCH = do_DELETE = do_GET

    def log_message(self, *_args: Any) -> None:
        """Into nobody's way."""

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"detail": "Authentication credentials were not provided."})
            return
        with self.server.lock:
            try:
                status, told = self._route(body)
            except RefusedError as error:
                status, told = 400, error.errors
            except KeyError:
                status, told = 404, {"detail": "Not found."}
            if self.command != "GET" and status < 300:
                self.server.writes.append(f"{self.command} {self.path}")
        self._answer(status, told)

    def _answer(self, status: int, told: Any) -> None:
        content = b"" if status == 204 else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", VERSION)
        self.end_headers()
        self.wfile.write(content)

    def _route(self, body: dict[str, Any]) -> tuple[int, Any]:
        address = urlsplit(self.path)
        parts = address.path.strip("/").split("/")[2:]
        store = self.server.store
        if len(parts) == 1:
            return self._collection(parts[0], dict(parse_qsl(address.query)), body)
        collection, number = parts[0], int(parts[1])
        if (collection, number) in store.updates:
            return 200, store.updates[collection, number]
        if number not in store.things[collection]:
            raise KeyError(number)
        return (
            self._related(collection, number, parts[2], body)
            if len(parts) == 3
            else self._one(collection, number, body)
        )

    def _collection(self, name: str, query: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        if self.command == "POST":
            return 201, self.server.store.make(name, body)
        if name == "workflow_approval_templates" or name not in (*KINDS, "unified_job_templates"):
            raise KeyError(name)  # of approvals there is no list
        page = int(query.pop("page", 1))
        found = [thing for thing in self.server.store.all(name) if _matches(thing, query)]
        shown = found[(page - 1) * PAGE : page * PAGE]
        following = urlsplit(self.path).path + f"?page={page + 1}" if len(found) > page * PAGE else None
        return 200, {"count": len(found), "next": following, "previous": None, "results": shown}

    def _one(self, collection: str, number: int, body: dict[str, Any]) -> tuple[int, Any]:
        if self.command == "PATCH":
            return 200, self.server.store.change(collection, number, body)
        if self.command == "DELETE":
            self.server.store.remove(collection, number)
            return 204, None
        return 200, self.server.store.show(collection, number)

    def _related(self, collection: str, number: int, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        store, kind = self.server.store, KINDS[collection]
        if name == "survey_spec" and name in kind.more:
            if self.command != "GET":
                store.survey(collection, number, body if self.command == "POST" else None)
                return 200, {}
            return 200, store.surveys.get((collection, number), {})
        if self.command == "POST" and name == "update" and name in kind.more:
            return 202, store.update(collection, number)
        if self.command == "POST" and name == "launch" and name in kind.more:
            return 201, store.launch(number)
        if self.command == "POST" and name == "create_approval_template" and name in kind.more:
            return 201, store.approve_with(number, body)
        home = kind.lists[name]
        if self.command == "POST":
            store.link(collection, number, name, body["id"], "disassociate" in body)
            return 204, None
        held = [store.show(home, one) for one in store.lists.get((collection, number, name), [])]
        return 200, {"count": len(held), "next": None, "previous": None, "results": held}


def _matches(thing: dict[str, Any], query: dict[str, str]) -> bool:
    """As AWX filters: all of these, and one of those that begin with or__."""
    wanted = {name: value for name, value in query.items() if not name.startswith("or__")}
    either = {name.removeprefix("or__"): value for name, value in query.items() if name.startswith("or__")}
    return all(_is(thing, *one) for one in wanted.items()) and (
        not either or any(_is(thing, *one) for one in either.items())
    )


def _is(thing: dict[str, Any], name: str, value: str) -> bool:
    if name not in thing:
        raise RefusedError(detail=f"{thing['type']} has no field named '{name}'")
    return str(thing[name]) == value
