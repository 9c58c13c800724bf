"""Which stretch of time is looked at."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.window import (
    Window,
    check_seconds,
    first_window_at,
    moment,
    parse_moment,
    window,
)
from hypothesis import given
from hypothesis import strategies as st

SECONDS = st.sampled_from([1, 5, 10, 20, 30, 60, 120, 300, 420, 3600])
TIMES = st.floats(1e9, 2e9)


@pytest.mark.parametrize(
    ("now", "seconds", "ignore_last", "since", "expected"),
    [
        (1000, 300, 120, None, Window(begin=540, end=840, whole=True)),
        (1020, 300, 120, None, Window(begin=600, end=900, whole=True)),
        (1019, 300, 120, None, Window(begin=540, end=840, whole=True)),
        (1000, 10, 1, None, Window(begin=980, end=990, whole=True)),
        (1000, 300, 120, 500, Window(begin=540, end=840, whole=True, whole_at=960)),
        (1000, 300, 120, 700, Window(begin=720, end=840, whole=False, whole_at=1140)),
        (1140, 300, 120, 700, Window(begin=720, end=1020, whole=True, whole_at=1140)),
        (1000, 300, 120, 800, None),
    ],
)
def test_window(now, seconds, ignore_last, since, expected):
    assert window(now, seconds, ignore_last, since) == expected


@given(TIMES, SECONDS, st.integers(0, 600), st.none() | st.floats(0, 7200))
def test_windows_are_aligned_old_enough_and_after_the_change(now, seconds, ignore_last, ago):
    since = None if ago is None else now - ago
    found = window(now, seconds, ignore_last, since)
    grain = min(seconds, 60)
    if found is None:
        assert now < first_window_at(seconds, ignore_last, since)
        return
    assert found.begin % grain == found.end % grain == 0
    assert found.end <= now - ignore_last < found.end + grain
    assert 0 < found.seconds <= seconds
    assert check_seconds(found.seconds) == found.seconds, "CloudWatch takes it as a period"
    assert found.whole == (found.seconds == seconds)
    if since is not None:
        assert found.begin >= since
        assert now >= first_window_at(seconds, ignore_last, since)
        assert found.whole == (now >= found.whole_at)


@pytest.mark.parametrize("seconds", [0, -60, 7, 90])
def test_windows_that_cloudwatch_has_no_period_for(seconds):
    with pytest.raises(PrivateLinkError, match="a multiple of 60"):
        check_seconds(seconds)


@pytest.mark.parametrize(
    "text", ["2026-11-25T18:30:00Z", "2026-11-25T18:30:00+00:00", "2026-11-25 18:30:00", "2026-11-25T19:30:00+01:00"]
)
def test_moments(text):
    assert moment(parse_moment(text)) == "2026-11-25T18:30:00Z"


def test_what_is_no_moment():
    with pytest.raises(PrivateLinkError, match="since: yesterday"):
        parse_moment("yesterday")
