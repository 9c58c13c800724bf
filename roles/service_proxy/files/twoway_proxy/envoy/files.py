"""Envoy's file-based configuration: discovery responses that are replaced, never edited."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

_API = "type.googleapis.com/envoy.config"
TYPES = {
    "clusters": f"{_API}.cluster.v3.Cluster",
    "listeners": f"{_API}.listener.v3.Listener",
    "routes": f"{_API}.route.v3.RouteConfiguration",
    "secrets": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
}


def write_atomically(path: Path, text: str) -> None:
    """Envoy takes a file up when another is moved over it, and only then."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def routes_kind(name: str) -> str:
    """Each route configuration is read from a file of its own: Envoy refuses one that holds more."""
    return f"routes-{name}"


def discovery_response(kind: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The version is the content's hash, so that Envoy's statistics tell which content it runs."""
    typed = [{"@type": TYPES[kind.partition("-")[0]], **resource} for resource in resources]
    version = hashlib.sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()[:16]
    return {"version_info": version, "resources": typed}


def source(directory: Path, kind: str) -> dict[str, Any]:
    """The ConfigSource that follows one kind's file."""
    return {"resource_api_version": "V3", "path_config_source": {"path": str(directory / f"{kind}.json")}}


def followed_routes(directory: Path, name: str) -> dict[str, Any]:
    """How a listener follows one route configuration."""
    return {"route_config_name": name, "config_source": source(directory, routes_kind(name))}
