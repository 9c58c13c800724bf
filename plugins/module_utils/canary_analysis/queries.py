# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What each check asks of CloudWatch, and what its answers amount to. Pure; PRIVATE to the collection; stdlib only.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html: a metric of
which nothing was counted is not reported. So no answers of 5XX where there are requests means none, and no
requests means that nothing is known: there were none, or they have not been heard of yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import (
    CANARY,
    ERROR_RATE,
    LATENCY,
    REQUEST_COUNT,
    STABLE,
    UNANSWERED_RATE,
    Check,
    Measure,
    Query,
    Targets,
)

NAMESPACE = "AWS/ApplicationELB"
REQUESTS = "RequestCount"  # counts those for which a target was chosen
RESPONSE_TIME = "TargetResponseTime"
ERRORS = ("HTTPCode_Target_5XX_Count", "TargetConnectionErrorCount")
ANSWERS = tuple(f"HTTPCode_Target_{digit}XX_Count" for digit in "2345")
SUM, COUNT = "Sum", "SampleCount"
SUMS = {ERROR_RATE: (REQUESTS, *ERRORS), UNANSWERED_RATE: (REQUESTS, *ANSWERS), REQUEST_COUNT: (REQUESTS,)}
Values = Mapping[Query, float]
Unread = Mapping[Any, PrivateLinkError]  # by query, or by the name of an alarm


def queries(check: Check, targets: Targets | None) -> set[Query]:
    """Of both variants; alarms ask nothing here."""
    return {query for variant in _variants(check) for query in _of(check, targets, variant).values()}


def unread_of(check: Check, targets: Targets | None, variant: str, unread: Unread) -> PrivateLinkError | None:
    """Why something that the check asks of the variant is not known; None when all of it is."""
    asked = _of(check, targets, variant).values() if variant in _variants(check) else ()
    return next((unread[query] for query in asked if query in unread), None)


def _variants(check: Check) -> Iterable[str]:
    return (CANARY, STABLE) if check.compares else (CANARY,)


def _of(check: Check, targets: Targets | None, variant: str) -> dict[str, Query]:
    """By the word under which `measure` looks for the answer."""
    if check.source:
        return _of_source(check, variant)
    if targets is None or variant not in targets.groups or check.metric is None:
        return {}
    where = (("LoadBalancer", targets.load_balancer), ("TargetGroup", targets.groups[variant]))
    if check.metric == LATENCY:
        statistics = {"value": check.statistic, "samples": COUNT}
        return {
            word: Query(namespace=NAMESPACE, name=RESPONSE_TIME, statistic=each, dimensions=where)
            for word, each in statistics.items()
        }
    return {name: Query(namespace=NAMESPACE, name=name, statistic=SUM, dimensions=where) for name in SUMS[check.metric]}


def _of_source(check: Check, variant: str) -> dict[str, Query]:
    source = check.source
    dimensions = source.dimensions if variant == CANARY else source.stable_dimensions
    if dimensions is None:
        return {}
    where = tuple(sorted(dimensions.items()))
    statistics = {"value": source.statistic, "samples": COUNT}
    return {
        word: Query(namespace=source.namespace, name=source.name, statistic=each, dimensions=where)
        for word, each in statistics.items()
    }


def measure(check: Check, targets: Targets | None, variant: str, values: Values) -> Measure:
    """What CloudWatch answered, put together; unknown where it said nothing of what matters."""
    asked = _of(check, targets, variant)
    found = {word: values[query] for word, query in asked.items() if query in values}
    if check.source or check.metric == LATENCY:
        return Measure(value=found.get("value"), samples=found.get("samples"))
    requests = found.get(REQUESTS)
    if not requests:
        return Measure()
    if check.metric == REQUEST_COUNT:
        return Measure(value=requests, samples=requests)
    bad = _bad(check.metric, requests, found)
    return Measure(value=100 * bad / requests, samples=requests, bad=bad)


def _bad(metric: str, requests: float, found: Mapping[str, float]) -> float:
    """A connection may be tried more than once for one request; a request may be answered in the next period."""
    if metric == ERROR_RATE:
        return min(sum(found.get(name, 0.0) for name in ERRORS), requests)
    return max(requests - sum(found.get(name, 0.0) for name in ANSWERS), 0.0)
