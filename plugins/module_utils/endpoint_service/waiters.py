# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When an endpoint service is as wanted. Pure; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import EndpointService
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.private_dns import (
    FAILED,
    VERIFIED,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.wish import Desired


def judge(desired: Desired, current: EndpointService | None, *, verifying: bool = False) -> Verdict:
    """`verifying`: a verification of the private DNS name was started, and its end is waited for."""
    return _is_there(desired, current, verifying) if desired.present else _is_gone(desired, current)


def no_live_connections(current: EndpointService | None, service_id: str | None = None) -> Verdict:
    """Of the one with that id, where several are to go."""
    those = [one for one in (current, *current.also) if service_id in (None, one.service_id)] if current else []
    live = [connection for one in those for connection in one.live_connections()]
    return Verdict(settled=not live, note=", ".join(f"{one.endpoint_id} is {one.state}" for one in live))


def follows_zones(current: EndpointService | None) -> Verdict:
    """A zone that a load balancer just gained can be offered some minutes later, and only when asked for again.

    https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """
    missing = current.missing_zones if current else ()
    return Verdict(settled=not missing, note=f"not offered yet: {', '.join(missing)}" if missing else "")


def _is_there(desired: Desired, current: EndpointService | None, verifying: bool) -> Verdict:
    if current is None:
        # AWS shows a new thing to its own maker only after a moment; a result without ids would help nobody.
        return Verdict(settled=False, note="made, but not seen yet")
    _refuse_lost(desired, current, verifying)
    waited_for = _waited_for(desired, current, verifying)
    return Verdict(settled=not waited_for or not desired.wait, note=", ".join([*waited_for, *_to_publish(current)]))


def _refuse_lost(desired: Desired, current: EndpointService, verifying: bool) -> None:
    if current.state == "Failed":
        raise WaitError(
            where=desired.what,
            found=f"{current.service_id} is Failed",
            allowed="Available",
            remedy="delete it (state: absent) and make it again",
        )
    failed = [name for name in desired.supported_regions or () if current.regions.get(name) == "Failed"]
    if failed:
        raise WaitError(
            where="supported_regions",
            found=f"{', '.join(failed)} is Failed",
            allowed="Available",
            remedy="take it out of the list, and put it in again",
        )
    if verifying and current.private_dns and current.private_dns.state == FAILED:
        raise WaitError(
            where=f"private_dns_name {current.private_dns_name}",
            found="AWS did not find the proof that the domain is yours",
            allowed=f"in public DNS: {current.private_dns.to_publish}",
            remedy="publish it and run again",
        )


def _waited_for(desired: Desired, current: EndpointService, verifying: bool) -> list[str]:
    notes = [] if current.state == "Available" else [f"{current.service_id} is {current.state}"]
    states = {name: current.regions.get(name) for name in desired.supported_regions or ()}
    notes += [f"{name} is {state or 'not seen yet'}" for name, state in states.items() if state != "Available"]
    if verifying and current.private_dns and current.private_dns.state != VERIFIED:
        notes.append(f"{current.private_dns_name} is {current.private_dns.state}")
    return notes


def _to_publish(current: EndpointService) -> list[str]:
    """What only the owner of the domain can do, and nobody waits for."""
    dns = current.private_dns
    if dns is None or dns.state == VERIFIED or not dns.record_value:
        return []
    return [f"to verify {dns.name} publish {dns.to_publish} and run with verify_private_dns: true"]


def _is_gone(desired: Desired, current: EndpointService | None) -> Verdict:
    left = [one for one in (current, *current.also) if one.state != "Deleted"] if current else []
    note = ", ".join(f"{one.service_id} is {one.state}" for one in left)
    return Verdict(settled=not left or not desired.wait, note=note)
