"""When the service proxies may be believed to trust what they were told to trust."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.catalog_trust.model import (
    Followers,
    Minute,
    first_period,
    judge,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.trust import link_digest

LINK = '{"ca_pem": "both"}'
ALL = link_digest(LINK)
OLD = link_digest('{"ca_pem": "old"}')
WRITTEN = 1_000_000_230.0  # half a minute into the period that begins before
BEFORE, AFTER, LATER = (1_000_000_200.0 + 60 * n for n in range(3))


def minute(begin: float, told: int, least: int = ALL, greatest: int = ALL) -> Minute:
    return Minute(begin=begin, told=told, least=least, greatest=greatest)


@pytest.mark.parametrize(
    ("minutes", "settled", "heard"),
    [
        ([], False, 0),
        ([minute(AFTER, 3)], True, 3),
        ([minute(AFTER, 4)], True, 3),
        ([minute(AFTER, 2)], False, 2),
        ([minute(AFTER, 2), minute(LATER, 3)], True, 3),
        ([minute(AFTER, 2), minute(LATER, 1)], False, 2),
        ([minute(AFTER, 3, least=min(OLD, ALL), greatest=max(OLD, ALL))], False, 0),
        ([minute(AFTER, 3, OLD, OLD)], False, 0),
        ([minute(BEFORE, 3)], False, 0),
        ([minute(BEFORE, 3, OLD, OLD), minute(AFTER, 3)], True, 3),
    ],
    ids=[
        "nobody has told anything",
        "all in one minute",
        "one that went meanwhile",
        "one is silent",
        "one was late",
        "not two in one minute and the third in another, which may be one of the two",
        "one has the old text",
        "all have the old text",
        "told of the same text before it was written again",
        "then and now",
    ],
)
def test_every_proxy_has_to_have_told_after_it_was_written(minutes, settled, heard):
    verdict = judge(LINK, Followers(serving=3, written=WRITTEN, minutes=minutes))
    assert verdict.settled is settled
    assert verdict.note.startswith(f"{heard} of 3 service proxies have told CloudWatch")


def test_nobody_is_waited_for_who_is_not_there():
    assert judge(None, None).settled
    assert judge(LINK, Followers(serving=0, written=0.0)).settled
    assert not judge(LINK, None).settled


def test_a_number_that_any_metric_carries_as_it_is():
    assert 0 <= ALL < 2**24 and ALL != OLD


def test_it_is_looked_at_from_a_full_period_on():
    assert first_period(WRITTEN, WRITTEN + 5, 600) == BEFORE
    assert first_period(WRITTEN, WRITTEN + 6000, 600) == BEFORE + 5400
