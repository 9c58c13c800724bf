"""Where services go: full shards, quotas, gaps, and what never moves."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.link.limits import limits
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.model import number_of
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.occupancy import occupancy
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import (
    FIRST,
    GAP,
    GROUPS,
    LAST,
    Occupancy,
    Placement,
    numbers_needed,
    priority_for,
)
from hypothesis import given, settings
from hypothesis import strategies as st

LIMITS = limits()


def names(count: int) -> list[str]:
    return [f"s{number:04}" for number in range(count)]


def home(*residents: str, others: bool = False, groups: int = 0, rules: int = 0) -> Occupancy:
    priorities = [priority_for(name, ()) for name in residents]
    return Occupancy(
        priorities=frozenset([1, *priorities, *range(2, 2 + rules)]),
        residents=frozenset(residents),
        other_groups=groups,
        others=others,
    )


@pytest.mark.parametrize(
    ("count", "shards"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3), (1000, 20), (2500, 50)]
)
def test_fifty_services_a_shard(count, shards):
    """100 target groups, and two for each, so that every one can have its canary."""
    assert numbers_needed(names(count), {}, LIMITS) == tuple(range(1, shards + 1))


def test_more_than_an_nlb_has_listeners():
    with pytest.raises(PrivateLinkError, match="2501 of them, which take 51 shards; allowed: 50 shards"):
        numbers_needed(names(2501), {}, LIMITS)


@pytest.mark.parametrize(
    ("services", "occupied", "needed"),
    [
        (["a"], {3: home("a")}, (3,)),
        (["a"], {1: home(), 3: home("a")}, (3,)),
        (["a", "b"], {1: home(), 3: home("a")}, (1, 3)),
        ([], {2: home("gone"), 3: home()}, (2,)),
        (["a"], {1: home("a"), 2: home(others=True)}, (1, 2)),
        (["a", "b"], {2: home("a", groups=98)}, (1, 2)),
        (["a", "b"], {2: home("a", rules=98)}, (1, 2)),
    ],
    ids=[
        "it stays where it is",
        "an empty one is not needed",
        "a new one goes to the lowest with room",
        "one is kept",
        "others are there",
        "others' target groups take its room",
        "others' rules take its room",
    ],
)
def test_numbers_needed(services, occupied, needed):
    assert numbers_needed(services, occupied, LIMITS) == needed


def test_a_number_that_somebody_has_is_not_given():
    assert numbers_needed(names(101), {}, LIMITS, taken=[2]) == (1, 3, 4)


def test_services_that_are_kept_although_not_listed_need_their_shard():
    occupied = {1: home("a"), 2: home("left")}
    assert numbers_needed(["a"], occupied, LIMITS) == (1,)
    assert numbers_needed(["a"], occupied, LIMITS, purge=False) == (1, 2)


def test_a_place_that_becomes_free_is_waited_for():
    full = home(*names(50))
    placement = Placement([1], {1: full}, LIMITS, leaving=names(2))
    assert [placement.new(name).waits for name in ("x", "y")] == [True, True]
    with pytest.raises(PrivateLinkError, match="no room on 1 of them"):
        placement.new("z")


def test_priorities_are_the_services_own_and_leave_gaps():
    priority = priority_for("orders", ())
    assert priority == priority_for("orders", ()) and (priority - FIRST) % GAP == 0
    assert FIRST <= priority <= LAST
    assert priority_for("orders", {priority}) == FIRST + (priority - FIRST + GAP) % (LAST - FIRST + GAP)
    with pytest.raises(PrivateLinkError, match="no free priority"):
        priority_for("orders", range(LAST + 1))


@pytest.mark.parametrize(
    ("name", "number"),
    [("t-services-1", 1), ("t-services-12", 12), ("t-services-01", None), ("t-services-x", None), ("t-other-1", None)],
)
def test_number_of(name, number):
    assert number_of("t-services", name) == number


OURS = {"privatelink:link": "t", "privatelink:side": "isolated"}


def rule(arn: str, priority: str, *groups: str) -> dict:
    targets = [{"TargetGroupArn": group, "Weight": 1} for group in groups]
    actions = [{"Type": "forward", "ForwardConfig": {"TargetGroups": targets}}] if groups else [{"Type": "redirect"}]
    return {"RuleArn": arn, "Priority": priority, "IsDefault": priority == "default", "Actions": actions}


def test_occupancy():
    rules = [
        rule("health", "1"),
        rule("orders", "100", "orders-stable", "orders-canary"),
        rule("testers", "99", "orders-canary"),
        rule("theirs", "5", "legacy", "old"),
        rule("rest", "default", "fallback"),
    ]
    tags = {
        "health": OURS,
        "orders": {**OURS, "privatelink:service": "orders"},
        "testers": {**OURS, "privatelink:service": "orders"},
    }
    assert occupancy(rules, tags, Owner(link="t", side="isolated")) == Occupancy(
        priorities=frozenset({1, 5, 99, 100}), residents=frozenset({"orders"}), other_groups=2, others=True
    )


SMALL = {**LIMITS, "rules_per_load_balancer": 6, "target_groups_per_load_balancer": 9}
LISTS = st.lists(st.frozensets(st.sampled_from(names(12))), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(lists=LISTS, foreign=st.integers(0, 2), purge=st.booleans())
def test_whatever_the_lists_nobody_moves_and_no_quota_is_passed(lists, foreign, purge):
    """The module that makes the shards and the one that fills them agree, run after run."""
    shards: dict[int, dict[str, int]] = {1: {}}
    for wanted in lists:
        occupied = {number: _occupied(held, foreign if number == 1 else 0) for number, held in shards.items()}
        leaving = {name for held in shards.values() for name in held if name not in wanted} if purge else set()
        needed = numbers_needed(sorted(wanted), occupied, SMALL, purge=purge)
        for number in needed:
            shards.setdefault(number, {})
        before = {name: (number, p) for number, held in shards.items() for name, p in held.items()}
        placement = Placement(shards, occupied, SMALL, leaving)
        late = []
        for name in sorted(wanted - before.keys()):
            spot = placement.new(name)
            assert spot.shard in needed
            if spot.waits:
                late.append((spot, name))
            else:
                _take(shards, spot, name, foreign)
        for held in shards.values():
            for name in leaving & held.keys():
                del held[name]
        for spot, name in late:
            _take(shards, spot, name, foreign)
        after = {name: (number, p) for number, held in shards.items() for name, p in held.items()}
        assert all(after[name] == before[name] for name in before.keys() & after.keys())
        assert set(after) == set(wanted) | (set() if purge else set(before))
        assert {number for number, _p in after.values()} <= set(needed)
        shards = {number: held for number, held in shards.items() if held or (number == 1 and foreign)} or {1: {}}


def _occupied(held: dict[str, int], foreign: int) -> Occupancy:
    return Occupancy(
        priorities=frozenset([1, *held.values(), *range(2, 2 + foreign)]),
        residents=frozenset(held),
        other_groups=foreign,
        others=foreign > 0,
    )


def _take(shards, spot, name, foreign) -> None:
    held, others = shards[spot.shard], foreign if spot.shard == 1 else 0
    assert spot.priority not in {1, *held.values(), *range(2, 2 + others)}
    held[name] = spot.priority
    assert 1 + len(held) + others <= SMALL["rules_per_load_balancer"]
    assert GROUPS * len(held) + others <= SMALL["target_groups_per_load_balancer"]
