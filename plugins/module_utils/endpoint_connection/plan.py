# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which connections to accept or reject. Pure; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    ACCEPTED,
    UNKNOWN,
    Connections,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.wish import Desired

# AWS takes an acceptance of what waits for it, or of what was rejected before; nothing revives the others.
DEAD = ("deleting", "deleted", "failed", "expired")
WAITING = "pendingAcceptance"


def plan(desired: Desired, current: Connections) -> Plan:
    """`current`: all connections of the service. The plan shows those it speaks of."""
    for one in current.items:
        desired.refuse_foreign(one)
    return _accept(desired, current) if desired.accepted else _reject(desired, current)


def _accept(desired: Desired, current: Connections) -> Plan:
    meant = current.where(desired.means)
    accept = _to_accept(desired, meant)
    strangers = _strangers(desired, current)
    before = current.where(lambda one: desired.means(one) or one.endpoint_id in strangers)
    after = before.changed(accept, state="available")
    pay = _to_pay(desired, after.where(desired.means))
    return Plan(
        before=before,
        after=after.changed(pay, payer=desired.payer).changed(strangers, state="rejected"),
        changes=(
            *_change("accept", accept, _states(meant, accept)),
            *_change("set_payer", pay, f"payer_responsibility: {desired.payer} wanted", payer=desired.payer),
            *_change("reject", strangers, "accept_only: not among those to accept"),
        ),
        unknown=desired.unknown,
    )


def _to_accept(desired: Desired, meant: Connections) -> tuple[str | None, ...]:
    """Named ones whatever was said of them before; of an account's or a tag's, those that wait for an answer."""
    if not desired.endpoint_ids:
        return _ids(meant.where(lambda one: one.state == WAITING))
    for one in meant.items:
        if one.state in DEAD:
            raise PrivateLinkError(
                where=f"endpoint {one.endpoint_id}",
                found=f"its connection is {one.state}",
                allowed="pendingAcceptance, pending, available or rejected",
                remedy="the consumer must make a new endpoint",
            )
    accepted = _ids(meant.where(lambda one: one.state in ACCEPTED))
    return tuple(one for one in desired.endpoint_ids if one not in accepted)


def _strangers(desired: Desired, current: Connections) -> tuple[str | None, ...]:
    return _ids(current.where(lambda one: desired.accept_only and one.state == WAITING and not desired.means(one)))


def _to_pay(desired: Desired, meant: Connections) -> tuple[str | None, ...]:
    """Where AWS tells nothing it may be either: it is said."""
    if desired.payer is None:
        return ()
    return _ids(meant.where(lambda one: one.state in ACCEPTED and one.payer != desired.payer))


def _reject(desired: Desired, current: Connections) -> Plan:
    meant = current.where(desired.means)
    live = _ids(meant.where(lambda one: one.live))
    return Plan(
        before=meant,
        after=meant.changed(live, state="rejected"),
        changes=tuple(_change("reject", live, _states(meant, live))),
        unknown=desired.unknown,
    )


def _change(verb: str, ids: tuple[str | None, ...], why: str, **values: Any) -> Iterator[Change]:
    if ids:
        named = ", ".join(one or UNKNOWN for one in ids)
        yield Change(verb=verb, target=f"endpoint {named}", why=why, values={"endpoint_ids": ids, **values})


def _ids(connections: Connections) -> tuple[str | None, ...]:
    return tuple(one.endpoint_id for one in connections.items)


def _states(connections: Connections, ids: tuple[str | None, ...]) -> str:
    """Such as "it is pendingAcceptance", or of several each state once."""
    seen = [connections.get(one) for one in ids]
    states = sorted({one.state if one else "not seen yet" for one in seen})
    return f"{'it is' if len(ids) == 1 else 'they are'} {', '.join(states)}"
