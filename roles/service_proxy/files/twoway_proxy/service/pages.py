"""The catalogue's pages: JSON for programs, a page for people, and the description of the JSON."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ..state import State
from ..web import Handler
from .checks import Checks
from .document import document

_FILES = Path(__file__).with_name("page")
# Read every 3 s unless something is wrong: beyond this a person should know.
STALE_SECONDS = 30.0


class Pages:
    def __init__(self, link: str, zone: Callable[[], str | None], state: State, checks: Checks) -> None:
        self._tell = lambda: document(link, zone(), state, checks)
        self._openapi = json.loads((_FILES / "openapi.json").read_text())
        self._style, self._script = ((_FILES / name).read_text() for name in ("page.css", "page.js"))
        environment = Environment(
            loader=FileSystemLoader(_FILES),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["ago"] = ago
        self._template = environment.get_template("page.html")
        self._page_headers = {"Content-Security-Policy": _policy(self._style, self._script), **_COMMON}

    def handlers(self, at: str) -> Mapping[str, Handler]:
        return {at: self.either, f"{at}/catalog.json": self.json, f"{at}/openapi.json": self.openapi}

    async def either(self, request: web.Request) -> web.Response:
        """The page for whoever prefers HTML, as browsers say they do; JSON for everybody else."""
        return await (self.page if prefers_html(request.headers.get("Accept", "")) else self.json)(request)

    async def json(self, request: web.Request) -> web.Response:
        answer = web.json_response(self._tell(), headers=_COMMON)
        answer.enable_compression()
        return answer

    async def openapi(self, request: web.Request) -> web.Response:
        return web.json_response(self._openapi, headers=_COMMON)

    async def page(self, request: web.Request) -> web.Response:
        told = self._tell()
        sought, show = request.query.get("q", "")[:100], request.query.get("show", "all")
        shown = {service["name"] for service in told["services"] if _is_sought(service, sought, show)}
        text = self._template.render(
            **told, sought=sought, show=show, shown=shown, counts=_counts(told["services"]),
            is_stale=told["age_seconds"] is None or told["age_seconds"] > STALE_SECONDS,
            style=self._style, script=self._script,
        )  # fmt: skip
        body = text.encode(errors="replace")  # JSON can hold half a character, and UTF-8 cannot
        answer = web.Response(body=body, content_type="text/html", charset="utf-8", headers=self._page_headers)
        answer.enable_compression()
        return answer


# Each proxy has its own view, and it is of this moment.
_COMMON = {"Cache-Control": "no-store", "Vary": "Accept", "X-Content-Type-Options": "nosniff"}


def _policy(style: str, script: str) -> str:
    """Nothing but what is in the page itself, and requests to where it came from."""
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; connect-src 'self'; "
        "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def prefers_html(accept: str) -> bool:
    """Whether text/html is wanted more than JSON: https://www.rfc-editor.org/rfc/rfc9110#name-accept."""
    wanted = {}
    for part in accept.lower().split(","):
        kind, *parameters = (word.strip() for word in part.split(";"))
        quality = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        try:
            wanted[kind] = float(quality)
        except ValueError:
            wanted[kind] = 0.0
    json_quality = wanted.get("application/json", wanted.get("application/*", wanted.get("*/*", 0.0)))
    return wanted.get("text/html", 0.0) > json_quality


def _is_sought(service: Mapping[str, Any], sought: str, show: str) -> bool:
    """As the script does it in the browser."""
    text = f"{service['name']} {service['host']} {service['path']} {service['version'] or ''}".lower()
    kinds = {"unhealthy": service["health"]["state"] == "unhealthy", "canary": service["canary"] is not None}
    return all(word in text for word in sought.lower().split()) and kinds.get(show, True)


def _counts(services: list[dict[str, Any]]) -> dict[str, int]:
    states = [service["health"]["state"] for service in services]
    return {
        "all": len(services),
        "healthy": states.count("healthy"),
        "unhealthy": states.count("unhealthy"),
        "canary": sum(service["canary"] is not None for service in services),
    }


def ago(value: float | str | None) -> str:
    """A time span as a person says it, from seconds or from a moment."""
    if value is None:
        return "at an unknown time"
    if isinstance(value, str):
        value = (datetime.now(UTC) - datetime.fromisoformat(value)).total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if value >= 2 * size or (unit == "min" and value >= size):
            return f"{int(value // size)} {unit} ago"
    return f"{max(0, int(value))} s ago"
