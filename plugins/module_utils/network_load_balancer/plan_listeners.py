# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The part of the plan that concerns listeners. Pure; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.listener import (
    IDLE_SECONDS,
    Listener,
    WantedListener,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Desired, Front


def after(desired: Desired, current: Front) -> tuple[Listener, ...]:
    """By port."""
    left = {} if desired.purge_listeners else {one.port: one for one in current.listeners}
    left |= {wanted.port: wanted.after(current.listener(wanted.port)) for wanted in desired.listeners}
    return tuple(left[port] for port in sorted(left))


def change(desired: Desired, current: Front) -> Iterator[Change]:
    """Makes and changes."""
    for wanted in desired.listeners:
        yield from _change(_what(desired, wanted), wanted, current.listener(wanted.port))


def drop(desired: Desired, current: Front) -> Iterator[Change]:
    wanted = {one.port for one in desired.listeners}
    for one in current.listeners:
        if desired.purge_listeners and one.port not in wanted:
            values = {"arn": one.arn}
            yield Change(verb="delete_listener", target=_what(desired, one), why="not wanted", values=values)


def sets_idle_timeout(wanted: WantedListener, before: Listener | None) -> bool:
    """A new listener, and one of another protocol till now, starts with AWS's default."""
    if wanted.tcp_idle_timeout is None:
        return False
    found = before.tcp_idle_timeout if before and before.protocol == wanted.protocol else None
    return wanted.tcp_idle_timeout != (found or IDLE_SECONDS)


def _change(what: str, wanted: WantedListener, before: Listener | None) -> Iterator[Change]:
    def step(verb: str, why: str, **values: Any) -> Change:
        return Change(verb=verb, target=what, why=why, values={"port": wanted.port, **values})

    told = wanted.after(before)
    if before is None:
        yield step("create_listener", "nothing listens there", listener=wanted)
    elif _settings(told) != _settings(before):
        why = f"it is {_said(before, told)}, wanted {_said(told, before)}"
        yield step("modify_listener", why, listener=wanted)
    found = before.certificate_arns if before else ()
    if new := [arn for arn in wanted.certificate_arns[1:] if arn not in found[1:]]:
        yield step("add_certificates", f"certificate_arns: {_list(new)} wanted", arns=new)
    if sets_idle_timeout(wanted, before):
        why = f"tcp_idle_timeout: {wanted.tcp_idle_timeout} wanted"
        yield step("set_idle_timeout", why, seconds=wanted.tcp_idle_timeout)
    if wanted.secure and (old := [arn for arn in found[1:] if arn not in wanted.certificate_arns]):
        yield step("remove_certificates", f"certificate_arns: {_list(old)} not wanted", arns=old)


def _settings(listener: Listener) -> dict[str, Any]:
    """What ModifyListener sets."""
    return replace(listener, certificate_arns=listener.certificate_arns[:1], tcp_idle_timeout=None).as_diff()


def _what(desired: Desired, listener: Listener | WantedListener) -> str:
    return f"listener {desired.name}:{listener.port}"


def _said(listener: Listener, other: Listener) -> str:
    """The protocol and the target group, and what else differs."""
    shown, others = _settings(listener), _settings(other)
    rest = [f"{key} {value}" for key, value in shown.items() if key in others and others[key] != value]
    more = [one for one in rest if not one.startswith(("protocol ", "target_group "))]
    return ", ".join([f"{listener.protocol} to {listener.target_group}", *more])


def _list(values: Any) -> str:
    return ", ".join("(not known yet)" if value is None else str(value) for value in values)
