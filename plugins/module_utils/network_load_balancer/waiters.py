# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When a load balancer is as wanted. Pure; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Desired, Front
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.plan_target_groups import (
    new_targets,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import Target

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html
READY = ("active", "active_impaired")


def judge_target(what: str, name: str, state: str | None) -> Verdict:
    """When an Application Load Balancer of that state, None when it is not there, can be registered as a target."""
    if state in (None, "failed"):
        raise WaitError(
            where=what,
            found=f"{name}, its target, {'failed' if state else 'is not there any more'}",
            allowed="an Application Load Balancer that is active",
            remedy="make it anew, and run again",
        )
    ready = state in READY
    return Verdict(settled=ready, note="" if ready else f"{name}, its target, is {state}")


def judge(desired: Desired, current: Front) -> Verdict:
    balancer = current.load_balancer
    if not desired.present:
        return Verdict(
            settled=balancer is None or not desired.wait, note=f"{desired.name} is there" if balancer else ""
        )
    if balancer is None:
        return Verdict(settled=False, note="made, but not seen yet")
    if balancer.state == "failed":
        raise WaitError(
            where=desired.what,
            found="it failed",
            allowed="active",
            remedy="delete it (state: absent) and look whether its subnets have free addresses",
        )
    notes = [] if balancer.state == "active" else [f"{desired.name} is {balancer.state}"]
    lost = lost_targets(desired, current)
    notes += [f"{group} does not have {', '.join(one.id for one in targets)} yet" for group, targets in lost.items()]
    return Verdict(settled=(balancer.state in READY and not lost) or not desired.wait, note="; ".join(notes))


def lost_targets(desired: Desired, current: Front) -> dict[str, tuple[Target, ...]]:
    """By target group: what was registered, and is not among its targets. The answer to RegisterTargets is no proof:
    https://github.com/aws/aws-cli/issues/6477"""
    groups = {one.target_group.name: one.target_group for one in desired.listeners if desired.present}
    found = {name: new_targets(group, current.target_group(name)) for name, group in groups.items()}
    return {name: targets for name, targets in found.items() if targets}
