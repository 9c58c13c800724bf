# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An analysis from question to answer, for the module and for whoever walks a canary. PRIVATE to the collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis import api
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.desired import MOST_QUERIES, Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import (
    FAIL,
    Check,
    Query,
    Targets,
)
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
    found = analysis_of(desired, connect, (now or time.time)())
    _refuse_blindness(found)
    return {"analysis": found.as_result()}


def _refuse_blindness(found: Analysis) -> None:
    """An alarm that is not there is a mistake of the task, and a look that has seen nothing is none. A check that fails
    is told all the same."""
    unread = [one.unread for one in found.findings if one.unread]
    mistakes = [error for error in unread if not isinstance(error, AwsError)]
    if found.verdict != FAIL and (mistakes or len(unread) == len(found.findings)):
        raise next(iter([*mistakes, *unread]))


def analysis_of(desired: Desired, connect: Connect, now: float) -> Analysis:
    """At most three calls: one to find the target groups, unless they are given, one for metrics, one for alarms.

    What cannot be read is a finding of the checks that ask for it; the others have their say.
    """
    targets = _targets(desired, connect)
    seen = window(now, desired.seconds, desired.ignore_last, desired.since)
    ready_at = None
    if seen is None and desired.since is not None:
        ready_at = first_window_at(desired.seconds, desired.ignore_last, desired.since)
    values, unread = _values(desired, targets, seen, connect)
    alarms, unknown = _alarms(desired, connect)
    return analyse(desired.checks, targets, seen, values, alarms, ready_at, {**unread, **unknown})


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


def _values(
    desired: Desired, targets: Targets | None, seen: Window | None, connect: Connect
) -> tuple[Values, dict[Query, PrivateLinkError]]:
    """What there is, and why there is nothing of the rest."""
    asked = {query for check in desired.checks for query in queries(check, targets)}
    if len(asked) > MOST_QUERIES:
        raise PrivateLinkError(where="checks", found=f"{len(asked)} metrics", allowed=f"{MOST_QUERIES} in one call")
    if not asked or not seen:
        return {}, {}
    cloudwatch = connect("cloudwatch")
    try:
        return api.read_metrics(cloudwatch, _ordered(asked), seen)
    except AwsError as error:
        if error.code not in api.NOT_VALID:
            return {}, dict.fromkeys(asked, error)
    return _one_by_one(desired.checks, targets, seen, cloudwatch)


def _one_by_one(
    checks: Sequence[Check], targets: Targets | None, seen: Window, cloudwatch: Any
) -> tuple[Values, dict[Query, PrivateLinkError]]:
    """For one query that is not valid, AWS refuses the whole call."""
    values, unread = {}, {}
    for check in checks:
        asked = queries(check, targets)
        try:
            found = api.read_metrics(cloudwatch, _ordered(asked), seen) if asked else ({}, {})
        except AwsError as error:
            found = {}, dict.fromkeys(asked, error)
        values.update(found[0])
        unread.update(found[1])
    return values, unread


def _ordered(asked: Iterable[Query]) -> list[Query]:
    return sorted(asked, key=repr)


def _alarms(desired: Desired, connect: Connect) -> tuple[dict[str, str], dict[str, PrivateLinkError]]:
    names = sorted({check.alarm for check in desired.checks if check.alarm})
    if len(names) > MOST_ALARMS:
        raise PrivateLinkError(where="checks", found=f"{len(names)} alarms", allowed=f"{MOST_ALARMS} in one call")
    if not names:
        return {}, {}
    try:
        states = api.read_alarms(connect("cloudwatch"), names)
    except AwsError as error:
        return {}, dict.fromkeys(names, error)
    return states, {name: _no_alarm(name) for name in names if name not in states}


def _no_alarm(name: str) -> PrivateLinkError:
    return PrivateLinkError(where=f"alarm {name}", found="there is none", allowed="one of this region")
