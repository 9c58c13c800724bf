# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When the connections are as wanted. Pure; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    GONE,
    Connections,
    Desired,
)

REJECTED = (*GONE, None)  # a connection that is not listed any more is gone too


def judge(desired: Desired, current: Connections) -> Verdict:
    if not desired.wait:
        return Verdict(settled=True)
    states = {one: _state(current, one) for one in desired.endpoint_ids}
    goal = ("available",) if desired.accepted else REJECTED
    lost = [f"{one} is {state}" for one, state in states.items() if desired.accepted and state in GONE]
    if lost:
        raise WaitError(
            where=f"connections of {desired.service}",
            found=", ".join(lost),
            allowed="available",
            remedy="the consumer must make a new endpoint",
        )
    left = [f"{one} is {state or 'not seen yet'}" for one, state in states.items() if state not in goal]
    return Verdict(settled=not left, note=", ".join(left))


def seen(current: Connections, endpoint_id: str) -> Verdict:
    """An endpoint made in another account shows up at its provider some seconds later."""
    return Verdict(
        settled=current.get(endpoint_id) is not None,
        note=f"{endpoint_id} is not among the connections (is it an endpoint of this service?)",
    )


def _state(current: Connections, endpoint_id: str | None) -> str | None:
    item = current.get(endpoint_id)
    return item.state if item else None
