# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Names and fingerprints, the same in every run. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
import json
from typing import Any

TARGET_GROUP_NAME = (
    32  # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
)
DIGITS = 8


def cut(name: str, longest: int = TARGET_GROUP_NAME) -> str:
    """The name itself, or its head and a hash of all of it."""
    if len(name) <= longest:
        return name
    head = name[: longest - DIGITS - 1].rstrip("-")
    return f"{head}-{hashlib.sha256(name.encode()).hexdigest()[:DIGITS]}"


def as_text(settings: dict[str, str]) -> str:
    """A few settings in one tag, where a person can read them too: 256 characters without , ; or quotes."""
    return " ".join(f"{key}={value}" for key, value in sorted(settings.items()))


def fingerprint(settings: Any) -> str:
    """Of settings AWS tells only one at a time, kept in a tag."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]
