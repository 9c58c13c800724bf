"""Which subnets an endpoint can have: by zone id, one in each zone."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils import _zones
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from hypothesis import given
from hypothesis import strategies as st

HERE = {"subnet-1": "az1", "subnet-2": "az2", "subnet-3": "az1"}


@pytest.mark.parametrize(
    ("subnets", "offered", "used", "kept", "dropped"),
    [
        pytest.param(["subnet-1", "subnet-2"], {"az1", "az2"}, (), ["subnet-1", "subnet-2"], [], id="all of them"),
        pytest.param(["subnet-2", "subnet-1"], {"az1", "az2"}, (), ["subnet-1", "subnet-2"], [], id="in order of id"),
        pytest.param(["subnet-1", "subnet-2"], {"az2"}, (), ["subnet-2"], ["subnet-1"], id="zone not offered"),
        pytest.param(["subnet-1", "subnet-3"], {"az1"}, (), ["subnet-1"], ["subnet-3"], id="two of one zone"),
        pytest.param(["subnet-1", "subnet-3"], {"az1"}, ("subnet-3",), ["subnet-3"], ["subnet-1"], id="the used one"),
        pytest.param(["subnet-1", "subnet-2"], None, (), ["subnet-1", "subnet-2"], [], id="offer not known"),
        pytest.param(["subnet-9", "subnet-1"], {"az2"}, (), ["subnet-9"], ["subnet-1"], id="zone not known"),
        pytest.param(["subnet-9", "subnet-8"], {"az2"}, (), ["subnet-8", "subnet-9"], [], id="no zone known"),
        pytest.param([None, "subnet-1", None], {"az1"}, (), ["subnet-1", None, None], [], id="not made yet"),
        pytest.param([None, "subnet-1"], {"az2"}, (), [None], ["subnet-1"], id="only one not made yet is left"),
        pytest.param([], {"az1"}, (), [], [], id="none"),
    ],
)
def test_choose(subnets, offered, used, kept, dropped):
    choice = _zones.choose_subnets(subnets, HERE, _zones.offered_in(offered), used)

    assert choice.kept == tuple(kept)
    assert [one.subnet_id for one in choice.dropped] == dropped


def test_what_is_dropped_says_where_and_why():
    choice = _zones.choose_subnets(["subnet-1", "subnet-2", "subnet-3"], HERE, _zones.offered_in({"az1"}))

    assert [one.as_dict() for one in choice.dropped] == [
        {"subnet_id": "subnet-2", "zone_id": "az2", "why": "the service is not offered in az2"},
        {"subnet_id": "subnet-3", "zone_id": "az1", "why": "subnet-1 is in az1 already"},
    ]


def test_no_overlap_is_an_error_that_names_every_zone():
    with pytest.raises(PrivateLinkError) as wrong:
        _zones.choose_subnets(["subnet-1", "subnet-2"], HERE, _zones.offered_in({"az3"}))

    assert wrong.value.message == (
        "subnet_ids: subnet-1: the service is not offered in az1; subnet-2: the service is not offered in az2; "
        "allowed: a subnet in a zone of the service; zone ids count, not names: add a subnet there, or have the "
        "provider offer one of these zones"
    )


@pytest.mark.parametrize("zone", _zones.WITHOUT_REMOTE_ACCESS)
def test_zones_without_remote_access(zone):
    assert _zones.remotely_reached(zone) == f"{zone} has no access to services of other regions"


def test_any_other_zone_reaches_other_regions():
    assert _zones.remotely_reached("use1-az1") is None


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (["az1", "az2"], ["az2", "az1"], ()),
        (["az1", "az2", "az3"], ["az2"], ((0, "az1"), (2, "az3"))),
        ([], ["az1"], ()),
        (["az1"], [], ((0, "az1"),)),
    ],
)
def test_missing(ours, theirs, expected):
    assert _zones.missing(ours, theirs) == expected


ZONES = st.sampled_from(["az1", "az2", "az3"])
SUBNETS = st.dictionaries(st.sampled_from([f"subnet-{number}" for number in range(6)]), ZONES, min_size=1)


@given(subnets=SUBNETS, offered=st.sets(ZONES, min_size=1), data=st.data())
def test_the_choice_is_one_in_each_zone_in_common(subnets, offered, data):
    used = data.draw(st.sets(st.sampled_from(sorted(subnets))))
    common = {zone for zone in subnets.values() if zone in offered}
    if not common:
        with pytest.raises(PrivateLinkError):
            _zones.choose_subnets(subnets, subnets, _zones.offered_in(offered), used)
        return
    choice = _zones.choose_subnets(subnets, subnets, _zones.offered_in(offered), used)

    assert sorted(subnets[one] for one in choice.kept) == sorted(common)
    assert {*choice.kept, *(one.subnet_id for one in choice.dropped)} == set(subnets)
    for zone in common & {subnets[one] for one in used}:
        assert any(one in used for one in choice.kept if subnets[one] == zone)
    again = _zones.choose_subnets(subnets, subnets, _zones.offered_in(offered), choice.kept)
    assert again.kept == choice.kept
