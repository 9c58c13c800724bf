"""What `/catalog` tells: the same document for programs and, drawn up as a page, for people."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ..state import State
from .catalogue import Catalogue, Service
from .checks import Checks, Health


def document(link: str, zone: str | None, state: State, checks: Checks) -> dict[str, Any]:
    """As openapi.json describes it."""
    catalogue: Catalogue | None = state.compiled.subject if state.compiled else None
    services: Iterable[Service] = catalogue.services if catalogue else ()
    return {
        "link": link,
        "domain": catalogue.link.domain if catalogue else None,
        "zone": zone,
        "read_at": _time(state.read_at),
        "age_seconds": state.age_seconds,
        "problem": state.problem,
        "services": [_service(service, checks.of(service.name)) for service in services],
        "skipped": [asdict(each) for each in state.skipped],
    }


def _service(service: Service, health: Health) -> dict[str, Any]:
    return {
        "name": service.name,
        "host": service.host,
        "path": service.path,
        "port": service.port,
        "url": f"https://{service.host}/",
        "version": service.version or None,
        "canary": asdict(service.canary) if service.canary else None,
        "health": {"state": health.state, "since": _time(health.since), "why": health.why},
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
