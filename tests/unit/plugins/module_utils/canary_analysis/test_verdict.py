"""Numbers in, verdict out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Check,
    Measure,
    Query,
    Source,
    Targets,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.queries import (
    ANSWERS,
    ERRORS,
    NAMESPACE,
    REQUESTS,
    RESPONSE_TIME,
    measure,
    queries,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.verdict import (
    BEST_FIRST,
    analyse,
    judge,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import Window
from hypothesis import given
from hypothesis import strategies as st

TARGETS = Targets(load_balancer="app/x/1", groups={"stable": "targetgroup/s/1", "canary": "targetgroup/c/1"})
WHOLE = Window(begin=0, end=300, whole=True)
ERROR_RATE = Check(name="errors", metric="error_rate", max=1.0, min_samples=100)
LATENCY = Check(name="slow", metric="latency", statistic="p99", max=0.5, min_samples=100)


def asked(variant: str, name: str, statistic: str = "Sum") -> Query:
    where = (("LoadBalancer", TARGETS.load_balancer), ("TargetGroup", TARGETS.groups[variant]))
    return Query(namespace=NAMESPACE, name=name, statistic=statistic, dimensions=where)


def told(variant: str, **sums: float) -> dict[Query, float]:
    """CloudWatch's sums; RequestCount is `requests`, 5XX are `bad`."""
    names = {"requests": REQUESTS, "bad": ERRORS[0], "refused": ERRORS[1]} | {f"a{n[16]}": n for n in ANSWERS}
    return {asked(variant, names[word]): value for word, value in sums.items()}


@pytest.mark.parametrize(
    ("values", "verdict", "why"),
    [
        ({"requests": 1000, "bad": 5}, PASS, "0.5 % <= 1"),
        ({"requests": 1000, "bad": 10}, PASS, "1 % <= 1"),
        ({"requests": 1000, "bad": 11}, FAIL, "1.1 % > 1"),
        ({"requests": 1000}, PASS, "0 % <= 1"),  # what was not counted is not reported: none were bad
        ({"requests": 1000, "refused": 30}, FAIL, "3 % > 1"),
        ({"requests": 1000, "refused": 3000}, FAIL, "100 % > 1"),
        ({}, INCONCLUSIVE, "no data of the canary"),
        ({"bad": 5}, INCONCLUSIVE, "no data of the canary"),
        ({"requests": 0}, INCONCLUSIVE, "no data of the canary"),
        ({"requests": 99}, INCONCLUSIVE, "0 % of 99 of 100 samples needed"),
        ({"requests": 50, "bad": 1}, INCONCLUSIVE, "2 % of 50 of 100 samples needed"),
        (
            {"requests": 50, "bad": 2},
            FAIL,
            "2 bad ones among 50 of 100 samples needed: the rest cannot make up for them",
        ),
        ({"requests": 100, "bad": 1}, PASS, "1 % <= 1"),
    ],
)
def test_error_rate(values, verdict, why):
    finding = judge(ERROR_RATE, measure(ERROR_RATE, TARGETS, "canary", told("canary", **values)), Measure())
    assert (finding.verdict, finding.why) == (verdict, why)


@pytest.mark.parametrize(
    ("values", "rate"),
    [
        ({"requests": 100, "a2": 90, "a4": 5, "a5": 5}, 0),
        ({"requests": 100, "a2": 90}, 10),
        ({"requests": 100, "a2": 101}, 0),  # answered after the minute in which it was asked
        ({"requests": 100}, 100),
    ],
)
def test_unanswered_rate(values, rate):
    check = Check(name="u", metric="unanswered_rate", max=1.0)
    assert measure(check, TARGETS, "canary", told("canary", **values)).value == rate


def of(value: float | None, samples: float | None = 1000) -> Measure:
    return Measure(value=value, samples=samples)


@pytest.mark.parametrize(
    ("limits", "canary", "stable", "verdict"),
    [
        ({"max_ratio": 2}, of(0.2), of(0.1), PASS),
        ({"max_ratio": 2}, of(0.21), of(0.1), FAIL),
        ({"max_ratio": 2}, of(0), of(0), PASS),
        ({"max_ratio": 2}, of(0.001), of(0), FAIL),
        ({"max_ratio": 2, "floor": 0.5}, of(0.5), of(0.1), PASS),
        ({"max_ratio": 2, "floor": 0.5}, of(0.51), of(0.1), FAIL),
        ({"min_ratio": 0.9}, of(0.9), of(1), PASS),
        ({"min_ratio": 0.9}, of(0.89), of(1), FAIL),
        ({"max": 1, "max_ratio": 2}, of(0.5), of(0.1), FAIL),
        ({"max": 1, "max_ratio": 2}, of(1.5), of(9), FAIL),
        ({"max": 1, "max_ratio": 2}, of(1.5), of(None, None), FAIL),  # a broken limit needs nobody to compare with
        ({"max": 1, "max_ratio": 2}, of(0.5), of(None, None), INCONCLUSIVE),
        ({"max": 1, "max_ratio": 2, "no_baseline": PASS}, of(0.5), of(None, None), PASS),
        ({"max_ratio": 2, "no_baseline": FAIL}, of(0.5), of(None, None), FAIL),
        ({"max_ratio": 2}, of(0.1), of(0.1, 99), INCONCLUSIVE),
        ({"max_ratio": 2, "no_baseline": PASS}, of(0.1), of(0.1, 99), INCONCLUSIVE),
        ({"min": 5}, of(4), of(None), FAIL),
        ({"min": 5, "max": 6}, of(5), of(None), PASS),
    ],
)
def test_thresholds_and_ratios(limits, canary, stable, verdict):
    check = Check(**{"name": "c", "metric": "latency", "min_samples": 100, **limits})
    assert judge(check, canary, stable).verdict == verdict


@pytest.mark.parametrize(("policy", "verdict"), [("pause", INCONCLUSIVE), ("pass", PASS), ("fail", FAIL)])
def test_what_no_data_means_is_a_choice(policy, verdict):
    check = replace(LATENCY, no_data={"pause": INCONCLUSIVE}.get(policy, policy))
    assert judge(check, Measure(), Measure()).verdict == verdict
    assert judge(check, of(0.1, 5), Measure()).verdict == INCONCLUSIVE, "few samples are never enough"


@pytest.mark.parametrize(("state", "verdict"), [("OK", PASS), ("ALARM", FAIL), ("INSUFFICIENT_DATA", INCONCLUSIVE)])
def test_alarms(state, verdict):
    check = Check(name="queue", alarm="queue")
    found = analyse([check], None, None, {}, {"queue": state})
    assert (found.verdict, found.why) == (verdict, f"queue: alarm queue is in state {state}")


def test_the_worst_check_decides_and_says_so():
    checks = [ERROR_RATE, replace(ERROR_RATE, name="strict", max=0.1), replace(LATENCY, name="slow")]
    values = told("canary", requests=1000, bad=5)
    found = analyse(checks, TARGETS, WHOLE, values, {})
    assert [finding.verdict for finding in found.findings] == [PASS, FAIL, INCONCLUSIVE]
    assert (found.verdict, found.why) == (FAIL, "strict: 0.5 % > 0.1")


def test_a_dry_check_is_told_and_does_not_count():
    checks = [ERROR_RATE, replace(ERROR_RATE, name="strict", max=0.1, dry_run=True)]
    found = analyse(checks, TARGETS, WHOLE, told("canary", requests=1000, bad=5), {})
    assert (found.verdict, found.would_be) == (PASS, FAIL)
    alone = analyse(checks[1:], TARGETS, WHOLE, told("canary", requests=1000, bad=5), {})
    assert (alone.verdict, alone.would_be, alone.why) == (PASS, FAIL, "dry run")


def test_half_a_window_can_fail_but_not_pass():
    half = Window(begin=0, end=120, whole=False)
    good = analyse([ERROR_RATE], TARGETS, half, told("canary", requests=1000), {})
    assert (good.verdict, good.why) == (INCONCLUSIVE, "errors: 0 % <= 1, but only 120 s have been seen")
    assert analyse([ERROR_RATE], TARGETS, half, told("canary", requests=1000, bad=50), {}).verdict == FAIL


def test_before_the_first_period_is_over_nothing_is_known():
    found = analyse([ERROR_RATE], TARGETS, None, {}, {}, ready_at=180)
    assert (found.verdict, found.why) == (INCONCLUSIVE, "errors: nothing to look at before 1970-01-01T00:03:00Z")


def test_what_is_asked_of_cloudwatch():
    assert queries(replace(ERROR_RATE, max_ratio=2), TARGETS) == {
        asked(variant, name) for variant in ("stable", "canary") for name in (REQUESTS, *ERRORS)
    }
    assert queries(LATENCY, TARGETS) == {
        asked("canary", RESPONSE_TIME, "p99"),
        asked("canary", RESPONSE_TIME, "SampleCount"),
    }
    source = Source(namespace="Shop", name="Paid", statistic="Sum", dimensions={"V": "c"}, stable_dimensions={"V": "s"})
    custom = queries(Check(name="paid", source=source, min_ratio=0.9), None)
    assert {(query.statistic, query.dimensions) for query in custom} == {
        (statistic, (("V", variant),)) for statistic in ("Sum", "SampleCount") for variant in "cs"
    }
    assert queries(Check(name="a", alarm="a"), TARGETS) == set()


CHECKS = st.builds(
    Check,
    name=st.just("c"),
    metric=st.sampled_from(["error_rate", "latency", "unanswered_rate"]),
    max=st.none() | st.floats(0, 100),
    max_ratio=st.none() | st.floats(0, 10),
    floor=st.floats(0, 5),
    min_samples=st.integers(1, 1000),
    no_data=st.sampled_from([INCONCLUSIVE, FAIL]),
    no_baseline=st.sampled_from([PASS, INCONCLUSIVE, FAIL]),
).filter(lambda check: check.max is not None or check.compares)
REQUESTS_SEEN = st.integers(0, 2000)


def rates(variant: str, requests: int, bad: int) -> dict[Query, float]:
    """As AWS tells them: nothing of what was not counted."""
    answers = {"requests": requests, "bad": min(bad, requests), "a2": max(requests - bad, 0)}
    return told(variant, **{word: number for word, number in answers.items() if number})


@given(CHECKS, REQUESTS_SEEN, st.integers(0, 2000), REQUESTS_SEEN, st.integers(0, 2000))
def test_nothing_passes_without_enough_samples(check, requests, bad, stable_requests, stable_bad):
    values = {**rates("canary", requests, bad), **rates("stable", stable_requests, stable_bad)}
    values |= {asked("canary", RESPONSE_TIME, "SampleCount"): requests, asked("canary", RESPONSE_TIME, "p95"): 0.0}
    found = analyse([check], TARGETS, WHOLE, values, {})
    if found.verdict == PASS:
        assert requests >= check.min_samples
        assert not check.compares or stable_requests >= check.min_samples or check.no_baseline == PASS


@given(
    CHECKS, st.integers(1, 2000), st.lists(st.integers(0, 2000), min_size=2, max_size=2), REQUESTS_SEEN, REQUESTS_SEEN
)
def test_more_errors_never_make_it_better(check, requests, errors, stable_requests, stable_bad):
    check = replace(check, metric="error_rate")
    fewer, more = sorted(min(each, requests) for each in errors)
    stable = rates("stable", stable_requests, stable_bad)
    verdicts = [
        analyse([check], TARGETS, WHOLE, {**rates("canary", requests, bad), **stable}, {}).verdict
        for bad in (fewer, more)
    ]
    assert BEST_FIRST.index(verdicts[0]) <= BEST_FIRST.index(verdicts[1])


@given(st.floats(0, 100), st.integers(1, 500), st.integers(1, 500), st.integers(0, 500))
def test_what_is_hopeless_early_would_have_failed_in_the_end(limit, needed, seen, bad):
    """Whatever the samples that were still to come."""
    seen, bad = min(seen, needed), min(bad, seen, needed)
    check = Check(name="c", metric="error_rate", max=limit, min_samples=needed)
    early = analyse([check], TARGETS, WHOLE, rates("canary", seen, bad), {})
    if early.verdict == FAIL:
        best = analyse([check], TARGETS, WHOLE, rates("canary", needed, bad), {})
        assert best.verdict == FAIL
