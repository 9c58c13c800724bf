"""Connection notifications: which are made, changed and removed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.notifications import (
    Notification,
    compare,
)
from hypothesis import given
from hypothesis import strategies as st
from unit.plugins.module_utils.endpoint_service.scenery import OTHER_TOPIC, TOPIC, notification

WANTED = notification(number=None)


@pytest.mark.parametrize(
    ("wanted", "found", "purge", "create", "modify", "delete"),
    [
        pytest.param([], [], True, [], [], [], id="nothing"),
        pytest.param([WANTED], [], True, [WANTED], [], [], id="new"),
        pytest.param([WANTED], [notification()], True, [], [], [], id="as it is"),
        pytest.param(
            [notification(TOPIC, "Reject", number=None)],
            [notification()],
            True,
            [],
            [notification(TOPIC, "Reject")],
            [],
            id="other events",
        ),
        pytest.param([], [notification()], True, [], [], [notification()], id="purged"),
        pytest.param([], [notification()], False, [], [], [], id="kept"),
        pytest.param(
            [WANTED],
            [notification(number=3), notification(number=2)],
            True,
            [],
            [],
            [notification(number=3)],
            id="of two that lead to one topic the first is kept",
        ),
        pytest.param(
            [WANTED],
            [notification(OTHER_TOPIC, number=1)],
            True,
            [WANTED],
            [],
            [notification(OTHER_TOPIC, number=1)],
            id="another topic",
        ),
    ],
)
def test_compare(wanted, found, purge, create, modify, delete):
    changes = compare(wanted, found, purge)

    assert (list(changes.create), list(changes.modify), list(changes.delete)) == (create, modify, delete)


def test_what_a_disabled_one_is_compared_by():
    """AWS disables it when the topic cannot be reached; no call enables it."""
    found = replace(notification(), state="Disabled")

    assert compare([WANTED], [found], purge=True).modify == ()
    assert compare([WANTED], [found], purge=True).after == (found,)


TOPICS = st.sampled_from([TOPIC, OTHER_TOPIC, f"{TOPIC}-3"])
EVENTS = st.sampled_from([("Accept",), ("Accept", "Reject")])
WISHES = st.lists(st.builds(Notification, topic_arn=TOPICS, events=EVENTS), unique_by=lambda one: one.topic_arn)
THERE = st.lists(
    st.builds(Notification, topic_arn=TOPICS, events=EVENTS, notification_id=st.uuids().map(str)),
    unique_by=lambda one: one.notification_id,
)


@given(wanted=WISHES, found=THERE, purge=st.booleans())
def test_once_done_there_is_nothing_to_do(wanted, found, purge):
    changes = compare(wanted, found, purge)
    again = compare(wanted, changes.after, purge)

    assert (again.create, again.modify, again.delete) == ((), (), ())
    told = {(one.topic_arn, one.events) for one in changes.after}
    assert {(one.topic_arn, one.events) for one in wanted} <= told
    assert not purge or len(changes.after) == len(wanted)
