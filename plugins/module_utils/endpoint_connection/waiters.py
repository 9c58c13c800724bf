# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When the connections are as wanted. Pure; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    GONE,
    Connections,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.wish import Desired

# A partial one carries traffic in some of its zones; it is for the consumer to mend.
ACCEPTED = ("available", "partial")
REJECTED = (*GONE, None)  # a connection that is not listed any more is gone too


def judge(desired: Desired, current: Connections, endpoint_ids: Iterable[str | None]) -> Verdict:
    """`endpoint_ids`: those that are waited for."""
    if not desired.wait:
        return Verdict(settled=True)
    states = {one: _state(current, one) for one in endpoint_ids}
    goal = ACCEPTED if desired.accepted else REJECTED
    lost = [f"{one} is {state}" for one, state in states.items() if desired.accepted and state in GONE]
    if lost:
        raise WaitError(
            where=f"connections of {desired.service}",
            found=", ".join(lost),
            allowed="available",
            remedy="the consumer must make a new endpoint",
        )
    left = [f"{one} is {state or 'not seen yet'}" for one, state in states.items() if state not in goal]
    partial = [f"{one} is partial" for one, state in states.items() if state == "partial" and desired.accepted]
    return Verdict(settled=not left, note=", ".join([*left, *partial]))


def seen(current: Connections, endpoint_ids: Iterable[str | None]) -> Verdict:
    """An endpoint made in another account shows up at its provider some seconds later."""
    missing = [str(one) for one in endpoint_ids if current.get(one) is None]
    are, of_this = ("is", "is it an endpoint") if len(missing) == 1 else ("are", "are they endpoints")
    return Verdict(
        settled=not missing,
        note=f"{', '.join(missing)} {are} not among the connections ({of_this} of this service?)",
    )


def _state(current: Connections, endpoint_id: str | None) -> str | None:
    item = current.get(endpoint_id)
    return item.state if item else None
