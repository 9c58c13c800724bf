# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asks about a canary. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import (
    POLICIES,
    Check,
    Source,
    Targets,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import (
    check_seconds,
    parse_moment,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.mistakes import quoting, shown

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
STATISTICS = ("Average", "Minimum", "Maximum", "Sum", "SampleCount")
PERCENTILE = re.compile(r"p(\d{1,2}(\.\d{1,2})?|100)")
MOST_QUERIES = 500  # of one GetMetricData
SAMPLES = 100


@dataclass(frozen=True, kw_only=True)
class Desired:
    """Where the target groups are given there is nothing to find; where no check is of them, nothing either."""

    checks: tuple[Check, ...]
    seconds: int
    ignore_last: float
    since: float | None
    targets: Targets | None
    link: str | None = None
    side: str | None = None
    service: str | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Desired:
        if params["ignore_last"] < 0:
            raise PrivateLinkError(where="ignore_last", found=str(params["ignore_last"]), allowed="0 or more")
        groups = params["target_groups"]
        return cls(
            checks=checks_of(params["checks"], params["dry_run"]),
            seconds=check_seconds(params["window"]),
            ignore_last=params["ignore_last"],
            since=parse_moment(params["since"]) if params["since"] else None,
            targets=Targets.of_arns(params["load_balancer"], groups) if groups else None,
            link=params["link"],
            side=params["side"],
            service=params["service"],
        )

    @property
    def needs_targets(self) -> bool:
        return any(check.metric for check in self.checks)


def checks_of(given: Sequence[Mapping[str, Any]], dry_run: bool = False) -> tuple[Check, ...]:
    """Raises PrivateLinkError for the first mistake, with its place in the list."""
    if not given:
        raise PrivateLinkError(where="checks", found="none", allowed="one or more")
    checks = tuple(_check(entry, f"checks[{index}]", dry_run) for index, entry in enumerate(given))
    names = [check.name for check in checks]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise PrivateLinkError(where=f"checks[{index}].name", found=name, allowed="a name of its own")
    return checks


def _check(given: Mapping[str, Any], where: str, dry_run: bool) -> Check:
    kinds = [kind for kind in ("metric", "cloudwatch", "alarm") if given.get(kind)]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none of them"
        raise PrivateLinkError(where=where, found=found, allowed="one of metric, cloudwatch and alarm")
    limits = {key: given.get(key) for key in ("max", "min", "max_ratio", "min_ratio")}
    has_limits = any(value is not None for value in limits.values())
    if has_limits == bool(given.get("alarm")):
        allowed = "none of max, min, max_ratio and min_ratio" if has_limits else "max, min, max_ratio or min_ratio"
        raise PrivateLinkError(where=where, found="limits" if has_limits else "no limit", allowed=allowed)
    for key, value in limits.items():
        if value is not None and value < 0 and "ratio" in key:
            raise PrivateLinkError(where=f"{where}.{key}", found=f"{value:g}", allowed="0 or more")
    compares = limits["max_ratio"] is not None or limits["min_ratio"] is not None
    return Check(
        name=given.get("name") or _name(given),
        metric=given.get("metric"),
        statistic=_statistic(given["statistic"], f"{where}.statistic"),
        source=_source(given.get("cloudwatch"), f"{where}.cloudwatch", compares),
        alarm=given.get("alarm"),
        floor=given["floor"],
        min_samples=_min_samples(given, f"{where}.min_samples"),
        no_data=POLICIES[given["no_data"]],
        no_baseline=POLICIES[given.get("no_baseline") or given["no_data"]],
        dry_run=dry_run or given["dry_run"],
        **limits,
    )


def _min_samples(given: Mapping[str, Any], where: str) -> int:
    """Requests are many; of other metrics a sample may be a minute."""
    number = given["min_samples"]
    if number is None:
        return 1 if given.get("cloudwatch") else SAMPLES
    if number < 1:
        raise PrivateLinkError(where=where, found=str(number), allowed="1 or more")
    return number


def _name(given: Mapping[str, Any]) -> str:
    return given.get("metric") or given.get("alarm") or given["cloudwatch"]["name"]


def _source(given: Mapping[str, Any] | None, where: str, compares: bool) -> Source | None:
    if not given:
        return None
    if compares and given["stable_dimensions"] is None:
        raise PrivateLinkError(
            where=f"{where}.stable_dimensions", found="nothing", allowed="those of the metric to compare with"
        )
    stable = given["stable_dimensions"]
    return Source(
        namespace=given["namespace"],
        name=given["name"],
        statistic=_statistic(given["statistic"], f"{where}.statistic"),
        dimensions=texts_of(given["dimensions"] or {}, f"{where}.dimensions"),
        stable_dimensions=None if stable is None else texts_of(stable, f"{where}.stable_dimensions"),
    )


def texts_of(values: Mapping[str, Any], where: str, secret: bool = False) -> dict[str, str]:
    """Raises PrivateLinkError for what YAML has made something else of."""
    for key, value in values.items():
        refuse_no_text(value, f"{where}.{key}", secret)
    return {str(key): str(value) for key, value in values.items()}


def refuse_no_text(value: Any, where: str, secret: bool = False) -> None:
    if not isinstance(value, str):
        raise PrivateLinkError(
            where=where, found=shown(value, secret), allowed="a text", remedy=quoting(value, "correct it")
        )


def _statistic(name: str, where: str) -> str:
    if name in STATISTICS or PERCENTILE.fullmatch(name):
        return name
    raise PrivateLinkError(where=where, found=name, allowed=f"{', '.join(STATISTICS)}, or a percentile such as p95")
