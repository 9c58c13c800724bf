# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What must be known of the surroundings before a plan can be made, and what the answers forbid. Pure; stdlib only."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.around import (
    Questions,
    Subnet,
    refuse_alb,
    refuse_idle_timeout,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import (
    Desired,
    Front,
    LoadBalancer,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.plan_listeners import (
    sets_idle_timeout,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.plan_target_groups import (
    new_targets,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    ALB,
    Target,
)


def questions(desired: Desired, current: Front) -> Questions:
    """Empty for a load balancer that is as wanted."""
    if not desired.present:
        return Questions()
    albs = {target.id for _where, target in _new_albs(desired, current) if target.id}
    before = current.load_balancer
    subnets = _moved(desired, before) if before else (desired.subnet_ids[:1] if albs else ())
    return Questions(
        alb_arns=tuple(sorted(albs)),
        subnet_ids=tuple(one for one in subnets if known(one)),
        # One that is new is published by nobody yet.
        idle_timeout=before is not None
        and any(sets_idle_timeout(one, current.listener(one.port)) for one in desired.listeners),
    )


def refuse_forbidden(desired: Desired, current: Front) -> None:
    """Raises PrivateLinkError for what AWS would refuse half-way."""
    vpc_id = current.load_balancer.vpc_id if current.load_balancer else _vpc_of(current.around.subnets.values())
    for where, target in _new_albs(desired, current):
        if target.id:
            refuse_alb(where, target.id, target.port, desired.name, vpc_id, current.around)
    for wanted in desired.listeners:
        if sets_idle_timeout(wanted, current.listener(wanted.port)):
            where = f"listener {desired.name}:{wanted.port}: tcp_idle_timeout"
            refuse_idle_timeout(where, wanted.tcp_idle_timeout, current.around)


def subnet_steps(desired: Desired, current: Front) -> list[tuple[str | None, ...]]:
    """The subnets to set, one after the other; mostly once.

    "Subnet changes within the same Availability Zone must be independent actions. You first complete removing the
    existing subnet": https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
    """
    before = current.load_balancer
    moved = {current.around.subnets[one].zone for one in _moved(desired, before) if one in current.around.subnets}
    leaving = {subnet for zone, subnet in before.zones if zone in moved and subnet not in desired.subnet_ids}
    if not leaving:
        return [desired.subnet_ids]
    coming = {one.id for one in current.around.subnets.values() if one.zone not in dict(before.zones)}
    first = tuple(sorted(({*before.subnet_ids} - leaving) | coming))
    if not first:
        raise PrivateLinkError(
            where=f"{desired.what}: subnet_ids",
            found=f"another subnet in every zone ({', '.join(sorted(moved))})",
            allowed="one zone at least that stays or is new",
            remedy="change one zone in this run and the others in the next",
        )
    return [first, desired.subnet_ids]


def _moved(desired: Desired, before: LoadBalancer) -> tuple[str | None, ...]:
    """The subnets that come, when others go: one of them may take the place of one in its own zone."""
    coming = tuple(one for one in desired.subnet_ids if one not in before.subnet_ids)
    return coming if set(before.subnet_ids) - set(desired.subnet_ids) else ()


def _vpc_of(subnets: Iterator[Subnet]) -> str | None:
    return next((one.vpc_id for one in subnets), None)


def _new_albs(desired: Desired, current: Front) -> Iterator[tuple[str, Target]]:
    """(where, target) of the Application Load Balancers that are to be registered."""
    for listener in desired.listeners:
        group = listener.target_group
        if group.target_type == ALB:
            for target in new_targets(group, current.target_group(group.name)):
                yield f"listener {desired.name}:{listener.port}: target_group", target
