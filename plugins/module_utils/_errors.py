# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One root for everything that can go wrong. PRIVATE to the collection.

PrivateLinkError          the wish, or what was found in the account, is wrong
├── AwsError              AWS refused a call: carries its code and request id
│   └── UnsuccessfulError AWS answered 200 and listed what it did not do
└── WaitError             the awaited state did not come, or cannot come any more
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._remedies import REMEDIES


class PrivateLinkError(Exception):
    """Where it went wrong, what was found there, what is allowed, and what to do about it.

    `result` is what a run tells all the same that went to its end, of many things of which some failed.
    """

    result: Mapping[str, Any] = {}

    def __init__(self, *, where: str, found: str, allowed: str | None = None, remedy: str | None = None) -> None:
        self.where = where
        self.found = found
        self.allowed = allowed
        self.remedy = remedy
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """All of it in one line, whatever AWS's own words are."""
        parts = [f"{self.where}: {self.found}"]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.remedy:
            parts.append(self.remedy)
        return " ".join("; ".join(part.rstrip(".") for part in parts).split())

    def as_failure(self) -> dict[str, Any]:
        return {"where": self.where, "found": self.found, "allowed": self.allowed, "remedy": self.remedy}


class AwsError(PrivateLinkError):
    """AWS refused a call. `code` is its error code, such as ExistingVpcEndpointConnections, or None.

    Without a `remedy` of the caller's own it is the one for the code, if there is any. `in_doubt`: AWS may have done it
    all the same.
    """

    in_doubt = False

    def __init__(self, *, code: str | None = None, request_id: str | None = None, **facts: Any) -> None:
        self.code = code
        self.request_id = request_id
        super().__init__(**{"remedy": REMEDIES.get(code or ""), **facts})

    def as_failure(self) -> dict[str, Any]:
        return {**super().as_failure(), "code": self.code, "request_id": self.request_id}


class UnsuccessfulError(AwsError):
    """DeleteVpcEndpoints and its kin answer 200 and list in `Unsuccessful` what they refused."""


class WaitError(PrivateLinkError):
    """Time ran out, or the awaited state can no longer be reached."""
