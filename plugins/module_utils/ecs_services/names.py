# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Names and fingerprints, the same in every run. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import fingerprint

TARGET_GROUP_NAME = (
    32  # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
)
DIGITS = 8
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Tag.html
TAG_VALUE = re.compile(r"[A-Za-z0-9 _.:/=+@-]{0,256}")


def cut(name: str, longest: int = TARGET_GROUP_NAME) -> str:
    """The name itself, or its head and a hash of all of it."""
    if len(name) <= longest:
        return name
    head = name[: longest - DIGITS - 1].rstrip("-")
    return f"{head}-{hashlib.sha256(name.encode()).hexdigest()[:DIGITS]}"


def as_text(settings: Mapping[str, str]) -> str:
    """A few settings in one tag, where a person can read them; their fingerprint where a tag does not take them."""
    text = " ".join(f"{key}={value}" for key, value in sorted(settings.items())) or "default"
    return text if TAG_VALUE.fullmatch(text) else f"fingerprint {fingerprint(settings)}"


def tag_text(text: str) -> str:
    """A text as a tag takes it, the same for the same text."""
    return text if TAG_VALUE.fullmatch(text) else f"fingerprint {fingerprint(text)}"
