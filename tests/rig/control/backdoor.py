"""The paths under /_rig/, by which tests and the rig's own commands look behind AWS's API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rig.control import credentials
from rig.control.ec2 import backends, dns_records, lifecycle
from rig.control.wire import Answer, Environ

Handler = Callable[[dict[str, Any]], Any]


class Backdoor:
    """Handlers by method and path; each takes the JSON that came and returns the JSON to answer with."""

    PREFIX = "/_rig/"

    def __init__(self) -> None:
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._unlocked: set[tuple[str, str]] = set()

    def add(self, method: str, path: str, handler: Handler, locked: bool = True) -> None:
        """One that waits for what the cloud does meanwhile must not hold its lock."""
        self._handlers[method, path] = handler
        if not locked:
            self._unlocked.add((method, path))

    def is_unlocked(self, environ: Environ) -> bool:
        return (environ["REQUEST_METHOD"], environ["PATH_INFO"]) in self._unlocked

    def answer(self, environ: Environ) -> Answer:
        handler = self._handlers.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if handler is None:
            known = sorted(f"{method} {path}" for method, path in self._handlers)
            return _json(404, {"error": f"no such path, there are: {', '.join(known)}"})
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        return _json(200, handler(json.loads(body or b"{}")))


def issue_credentials(request: dict[str, Any]) -> dict[str, str]:
    """Temporary credentials of {account_id, role_name, region}, already expired when {expired: true}."""
    issued = credentials.issue(
        request["account_id"], request.get("role_name", "operator"), region=request.get("region", "us-east-1")
    )
    if request.get("expired"):
        credentials.expire(issued.access_key)
    return {
        "access_key": issued.access_key,
        "secret_key": issued.secret_key,
        "session_token": issued.session_token,
    }


def publish_txt(request: dict[str, Any]) -> None:
    """Put {name, value} into public DNS as a TXT record, as the owner of a domain does to verify it."""
    dns_records.publish_txt(request["name"], request["value"])


def move_endpoint(request: dict[str, Any]) -> None:
    """Let the endpoint {endpoint_id} come into {state}, for {reason} when it is failed: what AWS decides by itself."""
    for endpoint in backends.endpoints():
        if endpoint.id == request["endpoint_id"]:
            lifecycle.move(endpoint, request["state"], request.get("reason", "provisioning failed"))


def _json(status: int, content: Any) -> Answer:
    body = json.dumps(content).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return Answer(status=status, headers=headers, body=body)
