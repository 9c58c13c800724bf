# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When an endpoint service is as wanted. Pure; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import (
    Desired,
    EndpointService,
)


def judge(desired: Desired, current: EndpointService | None) -> Verdict:
    return _is_there(desired, current) if desired.present else _is_gone(desired, current)


def no_live_connections(current: EndpointService | None) -> Verdict:
    live = current.live_connections() if current else ()
    return Verdict(settled=not live, note=", ".join(f"{one.endpoint_id} is {one.state}" for one in live))


def _is_there(desired: Desired, current: EndpointService | None) -> Verdict:
    if current is None:
        # AWS shows a new thing to its own maker only after a moment; a result without ids would help nobody.
        return Verdict(settled=False, note="made, but not seen yet")
    if current.state == "Failed":
        raise WaitError(
            where=desired.what,
            found=f"{current.service_id} is Failed",
            allowed="Available",
            remedy="delete it (state: absent) and make it again",
        )
    return Verdict(settled=current.state == "Available" or not desired.wait, note=_note(current))


def _is_gone(desired: Desired, current: EndpointService | None) -> Verdict:
    gone = current is None or current.state == "Deleted"
    return Verdict(settled=gone or not desired.wait, note="" if gone else _note(current))


def _note(current: EndpointService) -> str:
    return "" if current.state == "Available" else f"{current.service_id} is {current.state}"
