# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An analysis from question to answer, for the module and for whoever walks a canary. PRIVATE to the collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis import api
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.desired import MOST_QUERIES, Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import Targets
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.queries import Values, queries
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.verdict import Analysis, analyse
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import (
    Window,
    first_window_at,
    window,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.find import find_targets

Now = Callable[[], float]
MOST_ALARMS = 100  # of one DescribeAlarms


def show_analysis(params: Mapping[str, Any], connect: Connect, now: Now | None = None) -> dict[str, Any]:
    """For the module."""
    desired = Desired.from_params(params)
    return {"analysis": analysis_of(desired, connect, (now or time.time)()).as_result()}


def analysis_of(desired: Desired, connect: Connect, now: float) -> Analysis:
    """At most three calls: one to find the target groups, unless they are given, one for metrics, one for alarms."""
    targets = _targets(desired, connect)
    seen = window(now, desired.seconds, desired.ignore_last, desired.since)
    ready_at = None
    if seen is None and desired.since is not None:
        ready_at = first_window_at(desired.seconds, desired.ignore_last, desired.since)
    values = _values(desired, targets, seen, connect)
    return analyse(desired.checks, targets, seen, values, _alarms(desired, connect), ready_at)


def _targets(desired: Desired, connect: Connect) -> Targets | None:
    if desired.targets or not desired.needs_targets:
        return desired.targets
    if not (desired.link and desired.service):
        raise PrivateLinkError(
            where="checks",
            found="metrics of target groups, and nothing that says which",
            allowed="link and service, or load_balancer and target_groups",
        )
    place = Place(link=desired.link, side=desired.side, service=desired.service)
    return Targets.of_arns(*find_targets(connect, place))


def _values(desired: Desired, targets: Targets | None, seen: Window | None, connect: Connect) -> Values:
    asked = sorted({query for check in desired.checks for query in queries(check, targets)}, key=repr)
    if len(asked) > MOST_QUERIES:
        raise PrivateLinkError(where="checks", found=f"{len(asked)} metrics", allowed=f"{MOST_QUERIES} in one call")
    return api.read_metrics(connect("cloudwatch"), asked, seen) if asked and seen else {}


def _alarms(desired: Desired, connect: Connect) -> dict[str, str]:
    names = sorted({check.alarm for check in desired.checks if check.alarm})
    if len(names) > MOST_ALARMS:
        raise PrivateLinkError(where="checks", found=f"{len(names)} alarms", allowed=f"{MOST_ALARMS} in one call")
    states = api.read_alarms(connect("cloudwatch"), names) if names else {}
    for name in names:
        if name not in states:
            raise PrivateLinkError(where=f"alarm {name}", found="there is none", allowed="one of this region")
    return states
