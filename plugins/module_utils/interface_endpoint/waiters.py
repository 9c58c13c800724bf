# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When endpoints are as wanted. Pure; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import the_only
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import Endpoint, Endpoints
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import Desired, Wish

NOT_SEEN = "made, but not seen yet"
WAITING = "pendingAcceptance"


def judge(desired: Desired, current: Endpoints) -> Verdict:
    return _are_there(desired, current) if desired.present else are_gone(current, desired.wait)


def are_gone(current: Endpoints, wait: bool = True) -> Verdict:
    """Not before their network interfaces are: these hold subnets and security groups."""
    left = [f"{one.endpoint_id} is {one.state}" for one in current.items if one.state != "deleted"]
    left += [f"{one} is still there" for one in current.interfaces]
    return Verdict(settled=not left or not wait, note=", ".join(left))


def _are_there(desired: Desired, current: Endpoints) -> Verdict:
    """Settled as well when all that is left to wait for is somebody else: the provider, who may take days."""
    notes: list[str] = []
    busy = False
    for wish in desired.wishes:
        endpoint = _living(wish, current)
        if endpoint is None:
            _refuse_lost(wish, current)
            return Verdict(settled=False, note=f"{wish.what}: {NOT_SEEN}")
        notes.extend(_notes(wish, endpoint))
        busy = busy or _is_busy(wish, endpoint)
    leaving = [f"{one.endpoint_id} is {one.state}" for one in current.items if one.state == "deleting"]
    leaving += [f"{one} is still there" for one in current.interfaces]
    notes.extend(leaving)
    return Verdict(settled=not (busy or leaving) or not desired.wait, note="; ".join(notes))


def _living(wish: Wish, current: Endpoints) -> Endpoint | None:
    """Two are an error here too: another run may have made one at the same time, from other options."""
    living = [one for one in current.items if wish.matches(one) and one.alive]
    return the_only(living, what=wish.what, ids=[one.endpoint_id or "" for one in living])


def _is_busy(wish: Wish, endpoint: Endpoint) -> bool:
    """Whether AWS itself has something to do. A service that accepts at once may show pendingAcceptance in passing."""
    return endpoint.state in ("pending", "partial") or (endpoint.state == WAITING and wish.auto_accepted)


def _notes(wish: Wish, endpoint: Endpoint) -> Iterator[str]:
    if endpoint.state == WAITING and not wish.auto_accepted:
        yield f"{endpoint.endpoint_id} waits for the provider of {endpoint.service_name} to accept it"
    elif endpoint.state == "partial":
        yield f"{endpoint.endpoint_id} is partial: it serves some of its subnets only{_error(endpoint)}"
    elif endpoint.state != "available":
        yield f"{endpoint.endpoint_id} is {endpoint.state}{_error(endpoint)}"
    elif wish.private_dns_enabled and not endpoint.private_dns_enabled:
        yield f"{endpoint.endpoint_id} has been accepted now: run again to enable private DNS"


def _error(endpoint: Endpoint) -> str:
    return f" ({endpoint.last_error})" if endpoint.last_error else ""


def _refuse_lost(wish: Wish, current: Endpoints) -> None:
    dead = [one for one in current.items if wish.matches(one) and one.dead]
    if dead:
        lost = dead[-1]
        raise WaitError(
            where=wish.what,
            found=f"{lost.endpoint_id} is {lost.state}" + (f": {lost.last_error}" if lost.last_error else ""),
            allowed="available",
            remedy="ask the provider why, then run again with replace: true",
        )
