# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the numbers say. Pure; PRIVATE to the collection; stdlib only.

No check passes without enough samples. More errors never make a verdict better.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import (
    CANARY,
    ERROR_RATE,
    FAIL,
    INCONCLUSIVE,
    LATENCY,
    PASS,
    REQUEST_COUNT,
    STABLE,
    UNANSWERED_RATE,
    Check,
    Finding,
    Measure,
    Targets,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.queries import (
    Unread,
    Values,
    measure,
    unread_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import Window, moment

UNITS = {ERROR_RATE: " %", UNANSWERED_RATE: " %", LATENCY: " s", REQUEST_COUNT: " requests"}
RATES = (ERROR_RATE, UNANSWERED_RATE)
BEST_FIRST = (PASS, INCONCLUSIVE, FAIL)
ALARM_VERDICTS = {"OK": PASS, "ALARM": FAIL}


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """All findings. `verdict` is of those that count, `would_be` of all of them, dry ones too."""

    findings: tuple[Finding, ...]
    window: Window | None

    @property
    def verdict(self) -> str:
        return worst(finding.verdict for finding in self.findings if not finding.check.dry_run)

    @property
    def would_be(self) -> str:
        return worst(finding.verdict for finding in self.findings)

    @property
    def why(self) -> str:
        """Those that decide it, in one line."""
        decisive = [f for f in self.findings if f.verdict == self.verdict and not f.check.dry_run]
        return "; ".join(f"{finding.check.name}: {finding.why}" for finding in decisive) or "dry run"

    def as_result(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "would_be": self.would_be,
            "why": self.why,
            "window": self.window.as_result() if self.window else None,
            "checks": [finding.as_result() for finding in self.findings],
        }


def worst(verdicts: Iterable[str]) -> str:
    """Of nothing: pass."""
    return max(verdicts, key=BEST_FIRST.index, default=PASS)


def analyse(
    checks: Sequence[Check],
    targets: Targets | None,
    window: Window | None,
    values: Values,
    alarms: Mapping[str, str],
    ready_at: float | None = None,
    unread: Unread | None = None,
) -> Analysis:
    """`values` are CloudWatch's of the window, `alarms` states by name; `unread` is why others are in neither.

    Without a window, metrics tell nothing yet.
    """
    findings = tuple(_find(check, targets, window, values, alarms, ready_at, unread or {}) for check in checks)
    return Analysis(findings=findings, window=window)


def _find(
    check: Check,
    targets: Targets | None,
    window: Window | None,
    values: Values,
    alarms: Mapping[str, str],
    ready_at: float | None,
    unread: Unread,
) -> Finding:
    if check.alarm in unread:
        return _of_unread(check, unread[check.alarm])
    if check.alarm:
        return _of_alarm(check, alarms[check.alarm])
    if window is None:
        soon = f" before {moment(ready_at)}" if ready_at is not None else ""
        return Finding(check=check, verdict=INCONCLUSIVE, why=f"nothing to look at{soon}")
    canary = measure(check, targets, CANARY, values)
    stable = measure(check, targets, STABLE, values) if check.compares else Measure()
    lacking = {variant: unread_of(check, targets, variant, unread) for variant in (CANARY, STABLE)}
    if any(lacking.values()):
        return _of_what_is_left(check, canary, stable, lacking)
    finding = judge(check, canary, stable)
    if finding.verdict == PASS and not window.whole:
        why = f"{finding.why}, but only {window.seconds} s have been seen"
        return replace(finding, verdict=INCONCLUSIVE, why=why)
    return finding


def _of_what_is_left(
    check: Check, canary: Measure, stable: Measure, lacking: Mapping[str, PrivateLinkError | None]
) -> Finding:
    """Bad enough without what cannot be read, or not known.

    Errors that could not be counted would only add to those that were.
    """
    at_least = check.metric == ERROR_RATE and check.min is None and check.min_ratio is None
    sure = judge(
        replace(check, no_data=INCONCLUSIVE, no_baseline=INCONCLUSIVE),
        canary if at_least or not lacking[CANARY] else Measure(),
        Measure() if lacking[STABLE] else stable,
    )
    if sure.verdict == FAIL:
        return replace(sure, check=check)
    return _of_unread(check, next(filter(None, lacking.values())))


def _of_unread(check: Check, error: PrivateLinkError) -> Finding:
    """Whatever no data means to the plan, what is not known is not good."""
    return Finding(check=check, verdict=worst((INCONCLUSIVE, check.no_data)), why=error.message, unread=error)


def _of_alarm(check: Check, state: str) -> Finding:
    return Finding(
        check=check, verdict=ALARM_VERDICTS.get(state, check.no_data), why=f"alarm {check.alarm} is in state {state}"
    )


def judge(check: Check, canary: Measure, stable: Measure) -> Finding:
    """A limit that is broken decides, then one that cannot be judged."""

    def found(verdict: str, why: str) -> Finding:
        return Finding(check=check, verdict=verdict, why=why, canary=_rounded(canary), stable=_rounded(stable))

    if not canary.samples or canary.value is None:
        return found(check.no_data, "no data of the canary")
    if canary.samples < check.min_samples:
        few = f"{_number(canary.samples)} of {check.min_samples} samples needed"
        if _is_hopeless(check, canary):
            return found(FAIL, f"{_number(canary.bad)} bad ones among {few}: the rest cannot make up for them")
        return found(INCONCLUSIVE, f"{_value(check, canary.value)} of {few}")
    results = [*_thresholds(check, canary.value), *_ratios(check, canary.value, stable)]
    verdict = worst(verdict for verdict, _why in results)
    return found(verdict, ", ".join(why for each, why in results if each == verdict))


def _is_hopeless(check: Check, canary: Measure) -> bool:
    """A rate too high even if all samples that are still to come were good."""
    if check.metric not in RATES or check.max is None or canary.bad is None:
        return False
    return 100 * canary.bad / check.min_samples > check.max


def _thresholds(check: Check, value: float) -> Iterable[tuple[str, str]]:
    told = _value(check, value)
    if check.max is not None:
        yield (FAIL, f"{told} > {check.max:g}") if value > check.max else (PASS, f"{told} <= {check.max:g}")
    if check.min is not None:
        yield (FAIL, f"{told} < {check.min:g}") if value < check.min else (PASS, f"{told} >= {check.min:g}")


def _ratios(check: Check, value: float, stable: Measure) -> Iterable[tuple[str, str]]:
    if not check.compares:
        return
    if not stable.samples or stable.value is None:
        yield check.no_baseline, "no data of stable to compare with"
        return
    if stable.samples < check.min_samples:
        few = f"{_number(stable.samples)} of {check.min_samples} samples"
        yield INCONCLUSIVE, f"stable has {few} needed to compare with"
        return
    told = f"{_value(check, value)} against {_value(check, stable.value)} of stable"
    if check.max_ratio is not None:
        broken = value > check.floor and value > check.max_ratio * stable.value
        yield (FAIL, f"{told}, above {check.max_ratio:g} times") if broken else (PASS, told)
    if check.min_ratio is not None:
        broken = value < check.min_ratio * stable.value
        yield (FAIL, f"{told}, below {check.min_ratio:g} times") if broken else (PASS, told)


def _value(check: Check, value: float) -> str:
    return f"{_number(value)}{UNITS.get(check.metric or '', '')}"


def _number(value: float | None) -> str:
    return f"{value:.6g}" if value is not None else "none"


def _rounded(found: Measure) -> Measure:
    return replace(found, value=None if found.value is None else round(found.value, 6))
