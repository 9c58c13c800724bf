# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is asked about a canary, what CloudWatch says, and what follows. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError

PASS, FAIL, INCONCLUSIVE = "pass", "fail", "inconclusive"
POLICIES = {"pause": INCONCLUSIVE, "pass": PASS, "fail": FAIL}
STABLE, CANARY = "stable", "canary"

ERROR_RATE, UNANSWERED_RATE, LATENCY, REQUEST_COUNT = "error_rate", "unanswered_rate", "latency", "request_count"
METRICS = (ERROR_RATE, UNANSWERED_RATE, LATENCY, REQUEST_COUNT)


@dataclass(frozen=True, kw_only=True)
class Query:
    """One statistic of one metric, over the whole window."""

    namespace: str
    name: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The two target groups, as metrics name them: targetgroup/<name>/<id>, of app/<name>/<id>."""

    load_balancer: str
    groups: Mapping[str, str]

    @classmethod
    def of_arns(cls, load_balancer: str, target_groups: Mapping[str, str | None]) -> Targets:
        groups = {variant: arn.rpartition(":")[2] for variant, arn in target_groups.items() if arn}
        return cls(load_balancer=load_balancer.rpartition("loadbalancer/")[2], groups=groups)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Any metric of CloudWatch. Without `stable_dimensions` there is nothing to compare with."""

    namespace: str
    name: str
    statistic: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    stable_dimensions: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question. Exactly one of `metric`, `source` and `alarm` says what is looked at."""

    name: str
    metric: str | None = None
    statistic: str = "p95"
    source: Source | None = None
    alarm: str | None = None
    max: float | None = None
    min: float | None = None
    max_ratio: float | None = None
    min_ratio: float | None = None
    floor: float = 0.0
    min_samples: int = 1
    no_data: str = INCONCLUSIVE
    no_baseline: str = INCONCLUSIVE
    dry_run: bool = False

    @property
    def compares(self) -> bool:
        return self.max_ratio is not None or self.min_ratio is not None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What was measured of one variant. `samples` None: nothing was heard of it.

    `bad` is the numerator of a rate, of which more good samples could only make less.
    """

    value: float | None = None
    samples: float | None = None
    bad: float | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check says, with the numbers that it says it by. `unread` is why it could not be asked."""

    check: Check
    verdict: str
    why: str
    unread: PrivateLinkError | None = None
    canary: Measure = Measure()
    stable: Measure = Measure()

    def as_result(self) -> dict[str, Any]:
        return {
            "name": self.check.name,
            "verdict": self.verdict,
            "why": self.why,
            "value": self.canary.value,
            "samples": self.canary.samples,
            "stable_value": self.stable.value,
            "stable_samples": self.stable.samples,
            "dry_run": self.check.dry_run,
        }
