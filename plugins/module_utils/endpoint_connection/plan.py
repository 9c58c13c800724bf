# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which connections to accept or reject. Pure; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    ACCEPTED,
    GONE,
    UNKNOWN,
    Connections,
    Desired,
)

# AWS takes an acceptance of what waits for it, or of what was rejected before; nothing revives the others.
DEAD = ("deleting", "deleted", "failed", "expired")


def plan(desired: Desired, current: Connections) -> Plan:
    return _accept(desired, current) if desired.accepted else _reject(desired, current)


def _accept(desired: Desired, current: Connections) -> Plan:
    for item in current.items:
        if item.state in DEAD:
            raise PrivateLinkError(
                where=f"endpoint {item.endpoint_id}",
                found=f"its connection is {item.state}",
                allowed="pendingAcceptance, pending, available or rejected",
                remedy="the consumer must make a new endpoint",
            )
    waiting = tuple(one for one in desired.endpoint_ids if not _is_in(current, one, ACCEPTED))
    changes = tuple(
        Change(verb="accept", target=f"endpoint {one or UNKNOWN}", why=_state(current, one), values={"id": one})
        for one in waiting
    )
    return Plan(before=current, after=current.moved(waiting, "available"), changes=changes, unknown=desired.unknown)


def _reject(desired: Desired, current: Connections) -> Plan:
    live = tuple(one for one in desired.endpoint_ids if current.get(one) and not _is_in(current, one, GONE))
    changes = tuple(
        Change(verb="reject", target=f"endpoint {one}", why=_state(current, one), values={"id": one}) for one in live
    )
    return Plan(before=current, after=current.moved(live, "rejected"), changes=changes, unknown=desired.unknown)


def _is_in(current: Connections, endpoint_id: str | None, states: tuple[str, ...]) -> bool:
    item = current.get(endpoint_id)
    return item is not None and item.state in states


def _state(current: Connections, endpoint_id: str | None) -> str:
    item = current.get(endpoint_id)
    return f"it is {item.state}" if item else "not seen yet"
