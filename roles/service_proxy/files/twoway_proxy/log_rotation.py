"""Keeps Envoy's logs from filling the disk: one older file of each, and no more."""

import asyncio
from pathlib import Path

from .envoy.admin import Admin, Unreachable

LARGEST_BYTES = 64 * 1024 * 1024
EVERY_SECONDS = 30.0


async def rotate(directory: Path, admin: Admin) -> None:
    """Renames what has grown too large, then has Envoy open it anew; until then Envoy writes on into the old one."""
    large = [path for path in directory.glob("*.json") if path.stat().st_size > LARGEST_BYTES]
    for path in large:
        path.replace(path.with_suffix(".json.1"))
    if large:
        await admin.reopen_logs()


async def keep_rotating(directory: Path, admin: Admin) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await rotate(directory, admin)
        except Unreachable:
            continue
