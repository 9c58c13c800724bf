"""The sandbox under test: where it is, its accounts, and boto3 clients for both sides."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
SIDES = ("public", "isolated")
LINK = "tokyo"


def directory() -> Path:
    return Path(os.environ.get("TWOWAY_SANDBOX_DIR", ROOT / "build" / "sandbox"))


def facts() -> dict[str, Any]:
    """What `rig up` wrote of itself."""
    return json.loads((directory() / "rig.json").read_text())


def client(side: str, service: str) -> Any:
    return _client(str(directory()), side, service)


def forget_clients() -> None:
    """The sandbox of a directory is another one from now on."""
    _client.cache_clear()


@functools.cache
def _client(_directory: str, side: str, service: str) -> Any:
    rig = facts()
    account = rig["accounts"][side]
    return boto3.client(
        service,
        endpoint_url=rig["endpoint_url"],
        region_name=rig["region"],
        aws_access_key_id=account["access_key"],
        aws_secret_access_key=account["secret_key"],
    )


def pages(client: Any, operation: str, key: str, **parameters: Any) -> list[dict[str, Any]]:
    """Every item of a paginated call."""
    found = client.get_paginator(operation).paginate(**parameters)
    return [item for page in found for item in page[key]]


def tags_of(resource: dict[str, Any]) -> dict[str, str]:
    """The tags of a resource as boto3 tells them, in either of AWS's spellings."""
    tags = resource.get("Tags") or resource.get("TagList") or []
    return {tag["Key"]: tag["Value"] for tag in tags}
