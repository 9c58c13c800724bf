# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deleting, or making, what something else still holds. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Callable
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


def held_by_another(error: AwsError) -> bool:
    return error.code in STILL_HELD


def until_let_go(
    what: str,
    call: Callable[[], Any],
    *,
    timeout: float,
    held: Callable[[AwsError], bool] = held_by_another,
    clock: Clock | None = None,
) -> None:
    """Calls `call` until AWS no longer refuses it with an error that `held` knows. WaitError tells the last refusal."""

    def attempt() -> str:
        try:
            call()
        except AwsError as error:
            if not held(error):
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
