"""Whose a resource is, and what becomes of its tags."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import (
    Owner,
    refuse_two_in_use,
    tag_changes,
    tags_after,
    the_only,
    wanted_tags,
)
from hypothesis import given
from hypothesis import strategies as st

TOKYO = {"privatelink:link": "tokyo", "privatelink:side": "public"}
TAGS = st.dictionaries(st.sampled_from(["a", "b", "c", "aws:x"]), st.sampled_from(["1", "2"]))
WANTED = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["1", "2"]))


@pytest.mark.parametrize(
    ("ours", "theirs", "owned"),
    [
        pytest.param(TOKYO, {**TOKYO, "Name": "x"}, True, id="ours"),
        pytest.param(TOKYO, {"privatelink:link": "osaka", "privatelink:side": "public"}, False, id="other link"),
        pytest.param(TOKYO, {"privatelink:link": "tokyo", "privatelink:side": "isolated"}, False, id="other side"),
        pytest.param(TOKYO, {"privatelink:link": "tokyo"}, False, id="no side"),
        pytest.param({"privatelink:link": "tokyo"}, TOKYO, True, id="side not asked for"),
        pytest.param(TOKYO, {}, False, id="no tags"),
    ],
)
def test_owns(ours, theirs, owned):
    assert Owner.from_tags(ours).owns(theirs) is owned


@pytest.mark.parametrize("tags", [None, {}, {"privatelink:side": "public"}, {"privatelink:link": ""}])
def test_tags_must_name_the_link(tags):
    with pytest.raises(PrivateLinkError, match="tags: no privatelink:link"):
        Owner.from_tags(tags)


def test_filters_are_those_of_ec2():
    assert Owner.from_tags({**TOKYO, "team": "x"}).filters() == [
        {"Name": "tag:privatelink:link", "Values": ["tokyo"]},
        {"Name": "tag:privatelink:side", "Values": ["public"]},
    ]


def test_wanted_tags_are_strings_with_the_name():
    assert wanted_tags("door", {"cost": 42, "empty": None}) == {"cost": "42", "empty": "", "Name": "door"}
    assert wanted_tags(None, {"cost": 42}) == {"cost": "42"}
    with pytest.raises(PrivateLinkError, match="tags.Name: other; allowed: door"):
        wanted_tags("door", {"Name": "other"})


@pytest.mark.parametrize(
    ("purge", "changes"),
    [
        pytest.param(True, ({"b": "2"}, ["c"]), id="purge"),
        pytest.param(False, ({"b": "2"}, []), id="keep"),
    ],
)
def test_tag_changes(purge, changes):
    current = {"a": "1", "b": "1", "c": "1", "aws:cloudformation:stack-id": "s"}

    assert tag_changes(current, {"a": "1", "b": "2"}, purge) == changes


@given(current=TAGS, wanted=WANTED, purge=st.booleans())
def test_the_changes_lead_to_what_was_foretold_and_no_further(current, wanted, purge):
    to_set, to_unset = tag_changes(current, wanted, purge)
    changed = {key: value for key, value in {**current, **to_set}.items() if key not in to_unset}

    assert changed == tags_after(current, wanted, purge)
    assert tag_changes(changed, wanted, purge) == ({}, [])
    assert changed.get("aws:x") == current.get("aws:x")


def test_the_only():
    assert the_only([], what="x", ids=[]) is None
    assert the_only(["a"], what="x", ids=["a"]) == "a"
    with pytest.raises(PrivateLinkError, match="endpoint x: 2 of them carry our tags: a, b; allowed: one"):
        the_only(["b", "a"], what="endpoint x", ids=["b", "a"])


def test_of_two_of_one_name_only_one_may_be_in_use():
    refuse_two_in_use("vpc tokyo", {})
    refuse_two_in_use("vpc tokyo", {"vpc-1": ["subnet-1"], "vpc-2": [], "vpc-3": ()})
    with pytest.raises(PrivateLinkError) as told:
        refuse_two_in_use("vpc tokyo", {"vpc-2": "edcba", "vpc-1": ["subnet-1"], "vpc-3": []})
    assert told.value.message == (
        "vpc tokyo: 2 of them carry our tags and are in use: vpc-1 (subnet-1), vpc-2 (a, b, c, ...); allowed: one; "
        "empty, or take privatelink:link off, those that are not wanted"
    )


def test_what_is_ours_may_be_used_and_what_is_not_ours_is_left_alone():
    owner = Owner.from_tags(TOKYO)
    assert owner.may_use(TOKYO, where="alarm tokyo", making=True)
    assert not owner.may_use({}, where="alarm tokyo", making=False)


def test_a_name_that_is_taken_is_refused_when_ours_is_to_be_made():
    with pytest.raises(PrivateLinkError) as told:
        Owner.from_tags(TOKYO).may_use({}, where="alarm tokyo", making=True, kind="an alarm")
    assert told.value.message == (
        "alarm tokyo: one without our tags; allowed: a name that is free, or an alarm that is ours; "
        "rename the link, or tag it with privatelink:link"
    )
