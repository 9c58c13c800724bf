# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Fingerprints of what AWS tells one at a time, kept where it tells many. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

PRINT = re.compile(r"\[([0-9a-f]{16})\]$")


def fingerprint(settings: Any) -> str:
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def description(text: str, print_of_settings: str = "") -> str:
    """IAM lists the descriptions of roles, and neither their tags nor their policies.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
    """
    return f"{text} [{print_of_settings}]"


def print_in(text: str | None) -> str:
    found = PRINT.search(text or "")
    return found.group(1) if found else ""
