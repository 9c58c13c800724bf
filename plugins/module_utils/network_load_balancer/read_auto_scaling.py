# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which Auto Scaling groups register their instances with the target groups, where a plan needs to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer import api_auto_scaling
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    INSTANCE,
    TargetGroup,
)


def with_auto_scaling(connect: Connect, desired: Desired, groups: tuple[TargetGroup, ...]) -> tuple[TargetGroup, ...]:
    """Asks for the groups that are named; for all of the account when one of them, whichever, must let go.

    Raises PrivateLinkError when one is named that is not there.
    """
    wanted = {one.target_group.name: one.target_group for one in desired.listeners if desired.present}
    wishes = {name: group.auto_scaling_group for name, group in wanted.items() if group.auto_scaling_group}
    leaving = {one.name for one in groups if one.target_type == INSTANCE and one.name not in wanted}
    if not wishes and not leaving:
        return groups
    found = _named(connect, sorted(set(wishes.values()))) if wishes else []
    if leaving or any(wishes[one.name] not in _attached(one, found) for one in groups if one.name in wishes):
        found = api_auto_scaling.list_groups(connect("autoscaling"))
    return tuple(
        replace(one, auto_scaling_groups=_attached(one, found)) if one.name in leaving or one.name in wishes else one
        for one in groups
    )


def _named(connect: Connect, names: list[str]) -> list[dict[str, Any]]:
    found = api_auto_scaling.list_groups(connect("autoscaling"), names)
    missing = set(names) - {one["AutoScalingGroupName"] for one in found}
    if missing:
        raise PrivateLinkError(
            where="auto_scaling_group",
            found=", ".join(sorted(missing)),
            allowed="an Auto Scaling group of this account and region",
        )
    return found


def _attached(group: TargetGroup, found: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted(one["AutoScalingGroupName"] for one in found if group.arn in one.get("TargetGroupARNs", ())))
