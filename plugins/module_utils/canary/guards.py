# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether the alarms that are to watch over a plan are there, before it begins. PRIVATE to the collection.

Metrics are not asked for: one of the canary's own may come with its first request.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.model import CanaryPlan
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis import api
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.subject import MOST_ALARMS


def refuse_missing_alarms(plan: CanaryPlan, connect: Connect) -> None:
    """Raises PrivateLinkError, with the place of the first one that is not there; AwsError when they cannot be read."""
    named = dict(_named(plan))
    if not named:
        return
    names = sorted(set(named.values()))
    parts = [names[at : at + MOST_ALARMS] for at in range(0, len(names), MOST_ALARMS)]
    states = {name for part in parts for name in api.read_alarms(connect("cloudwatch"), part)}
    for where, name in named.items():
        if name not in states:
            raise PrivateLinkError(
                where=where,
                found=f"{name}, which is no alarm",
                allowed="the name of an alarm of this account and region",
                remedy="respell it, or make the alarm first",
            )


def _named(plan: CanaryPlan) -> Iterator[tuple[str, str]]:
    lists = {f"plan.steps[{index}].checks": step.checks for index, step in enumerate(plan.steps)}
    for where, checks in {**lists, "plan.abort_on": plan.abort_on}.items():
        for index, check in enumerate(checks):
            if check.get("alarm"):
                yield f"{where}[{index}].alarm", check["alarm"]
