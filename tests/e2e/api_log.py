"""Who asked what of the cloud: the calls of the operator's own keys, as the sandbox logged them."""

from __future__ import annotations

import json
from pathlib import Path

from . import sandbox

READS = ("Describe", "Get", "List", "Batch", "Head")


def writes() -> list[str]:
    """All that changed something so far and came from the controller: tasks and instances have keys of their own."""
    keys = {account["access_key"] for account in sandbox.facts()["accounts"].values()}
    with Path(sandbox.facts()["api_log"]).open(encoding="utf-8") as lines:
        calls = [json.loads(line) for line in lines]
    return [
        f"{call['service']}:{call['action']}"
        for call in calls
        if call.get("access_key") in keys and not call["action"].startswith(READS)
    ]
