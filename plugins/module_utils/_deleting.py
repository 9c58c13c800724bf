# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deleting what something else still holds. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)

# The interfaces of load balancers, endpoints and tasks outlive them by seconds to minutes, and hold
# subnets, groups and addresses meanwhile.
STILL_HELD = ("DependencyViolation", "InvalidIPAddress.InUse", "ResourceInUseException", "DeleteConflict")


def until_let_go(
    what: str,
    delete: Callable[[], Any],
    *,
    timeout: float,
    held: Collection[str] = STILL_HELD,
    clock: Clock | None = None,
) -> None:
    """Calls `delete` until AWS no longer refuses it with a code of `held`. WaitError tells the last refusal."""

    def attempt() -> str:
        try:
            delete()
        except AwsError as error:
            if error.code not in held:
                raise
            return error.found
        return ""

    until_settled(
        attempt(),
        read=attempt,
        judge=lambda refusal: Verdict(settled=not refusal, note=refusal),
        what=what,
        timeout=timeout,
        clock=clock or SystemClock(),
    )
