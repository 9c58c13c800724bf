"""(wanted, found) -> what is done to a service's rule, without AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights import testers
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import (
    Desired,
    Place,
    weights_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import (
    Canary,
    Health,
    Rule,
    Stickiness,
    percent_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.plan import growing, plan
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.waiters import well
from hypothesis import given
from hypothesis import strategies as st

LISTENER = "arn:aws:elasticloadbalancing:r:1:listener/app/tokyo-services-1/50dc/f2f7"
RULE = LISTENER.replace(":listener/", ":listener-rule/") + "/9683"
GROUPS = {"stable": "arn:stable", "canary": "arn:canary"}
OURS = {"privatelink:link": "tokyo", "privatelink:side": "isolated", "privatelink:service": "orders"}
HOST = {"Field": "host-header", "Values": ["a.example"], "HostHeaderConfig": {"Values": ["a.example"]}}
COGNITO = {"Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": {"UserPoolDomain": "shop"}}
WELL = {variant: Health(healthy=9) for variant in GROUPS}
TESTERS = testers.Testers(header="X-Canary", matches=("always",))


def found(weights: dict[str, int], *, before=(), sticky: int = 0, priority: int = 100, **more) -> Canary:
    """`weights` by variant or, of strangers, by ARN."""
    forward = {
        "TargetGroups": [{"TargetGroupArn": GROUPS.get(key, key), "Weight": each} for key, each in weights.items()],
        "TargetGroupStickinessConfig": Stickiness(enabled=bool(sticky), seconds=sticky or None).to_boto(),
    }
    actions = [*before, {"Type": "forward", "Order": 1 + len(before), "ForwardConfig": forward}]
    rule = Rule(arn=RULE, priority=priority, conditions=[HOST], actions=actions, tags=OURS)
    return Canary(**{"rule": rule, "groups": GROUPS, "taken": frozenset({priority}), "health": WELL, **more})


def wanted(stable: int | None = None, canary: int | None = None, **more) -> Desired:
    weights = None if stable is None else {"stable": stable, "canary": canary}
    return Desired(place=Place(link="tokyo", service="orders"), weights=weights, **more)


@pytest.mark.parametrize(
    ("percent", "weights"),
    [
        (0, (100, 0)),
        (5, (95, 5)),
        (100, (0, 100)),
        (0.1, (999, 1)),
        (2.5, (975, 25)),
        (99.9, (1, 999)),
        (33.3, (667, 333)),
    ],
)
def test_percents_as_weights(percent, weights):
    assert weights_of(percent) == {"stable": weights[0], "canary": weights[1]}


@given(st.integers(0, 1000))
def test_every_tenth_of_a_percent_is_met_exactly(tenths):
    weights = weights_of(tenths / 10)
    assert all(0 <= weight <= 999 for weight in weights.values())
    assert weights["canary"] * 1000 == tenths * sum(weights.values())
    assert percent_of(weights) == tenths / 10


@pytest.mark.parametrize(
    ("before", "after", "grows"),
    [
        ((100, 0), (95, 5), ["canary"]),
        ((95, 5), (100, 0), ["stable"]),
        ((95, 5), (950, 50), []),  # the same share in other numbers
        ((0, 0), (95, 5), ["stable", "canary"]),
        ((0, 100), (0, 1), []),
    ],
)
def test_the_one_whose_share_grows_must_be_well(before, after, grows):
    current = found({"stable": before[0], "canary": before[1]})
    assert list(growing(wanted(*after), current)) == grows
    assert growing(wanted(*after, min_healthy=0), current) == ()


@pytest.mark.parametrize(
    ("health", "settled"),
    [(Health(healthy=2), True), (Health(healthy=1, coming=1), False), (Health(coming=5), False)],
)
def test_waiting_for_the_coming(health, settled):
    assert well(health, 2, "canary").settled is settled


@pytest.mark.parametrize(
    "health", [Health(), Health(healthy=1, others={"unhealthy": 3}), Health(others={"draining": 2})]
)
def test_waiting_that_cannot_help(health):
    with pytest.raises(WaitError, match="allowed: 2 healthy"):
        well(health, 2, "canary")
    with pytest.raises(PrivateLinkError, match="canary target group of orders"):
        plan(wanted(95, 5, min_healthy=2), replace(found({"stable": 1, "canary": 0}), health={"canary": health}))


WEIGHTS = st.tuples(st.integers(0, 999), st.integers(0, 999)).filter(any)


@given(WEIGHTS, WEIGHTS, st.sampled_from([None, 0, 60]), st.booleans(), st.sampled_from([None, False, TESTERS]))
def test_what_is_planned_is_what_comes_of_it_and_nothing_else_changes(before, after, sticky, stranger, test_rule):
    others = {"arn:stranger": 0} if stranger else {}
    current = found({**others, "stable": before[0], "canary": before[1]}, before=[COGNITO], sticky=300)
    stickiness = None if sticky is None else Stickiness(enabled=bool(sticky), seconds=sticky or None)
    desired = wanted(*after, stickiness=stickiness, test_rule=test_rule)
    made = plan(desired, current)
    assert made.after.weights == {"stable": after[0], "canary": after[1]}
    assert made.after.strangers == others
    assert made.after.rule.actions[0] == COGNITO
    assert made.after.rule.stickiness == (stickiness or current.rule.stickiness)
    assert (made.after.rule.conditions, made.after.rule.priority) == (current.rule.conditions, 100)
    assert plan(desired, made.after).empty
    assert made.empty == (made.before.as_diff() == made.after.as_diff())
    assert len(made.changes) <= 3


@given(WEIGHTS, WEIGHTS, WEIGHTS)
def test_the_lock_lets_through_what_was_expected_and_what_is_done_already(live, expected, after):
    current = found({"stable": live[0], "canary": live[1]})
    desired = wanted(*after, expected={"stable": expected[0], "canary": expected[1]})
    if live in (expected, after):
        plan(desired, current)
    else:
        with pytest.raises(PrivateLinkError, match="somebody else has moved them"):
            plan(desired, current)


@pytest.mark.parametrize(
    ("desired", "verbs"),
    [
        (wanted(100, 0), ["shift"]),
        (wanted(95, 5), ["attach", "shift"]),
        (wanted(95, 5, min_healthy=0), ["shift"]),
        (wanted(test_rule=TESTERS), ["attach", "create"]),
        (wanted(stickiness=Stickiness(enabled=True, seconds=9)), ["shift"]),
    ],
    ids=["no weight", "weight", "not asked", "testers", "stickiness"],
)
def test_a_group_that_the_rule_does_not_know_is_attached_first(desired, verbs):
    """Else it would have no health to be judged by."""
    current = found({"stable": 100}, health={"canary": Health(coming=1)})
    assert [change.verb for change in plan(desired, current).changes] == verbs


def test_weights_come_first_and_stickiness_ends_afterwards():
    """AWS refuses to end it while targets themselves are sticky: the canary has lost its weight by then."""
    current = found({"stable": 50, "canary": 50}, sticky=60)
    made = plan(wanted(100, 0, stickiness=Stickiness()), current)
    assert [change.verb for change in made.changes] == ["shift", "unstick"]
    begun = plan(wanted(95, 5, stickiness=Stickiness(enabled=True, seconds=9)), found({"stable": 1, "canary": 0}))
    assert [change.verb for change in begun.changes] == ["shift"]


def test_a_rule_that_does_not_forward():
    current = found({"stable": 1})
    page = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]
    with pytest.raises(PrivateLinkError, match="does not forward"):
        plan(wanted(100, 0), replace(current, rule=replace(current.rule, actions=page)))


@pytest.mark.parametrize(("priority", "taken", "expected"), [(100, {100}, 99), (100, {100, 99, 98}, 97), (2, {2}, 1)])
def test_testers_come_right_before(priority, taken, expected):
    current = found({"stable": 1, "canary": 0}, priority=priority, taken=frozenset(taken))
    (change,) = plan(wanted(test_rule=TESTERS), current).changes
    assert change.values["rule"].priority == expected


def test_no_room_for_testers():
    current = found({"stable": 1, "canary": 0}, priority=3, taken=frozenset({1, 2, 3}))
    with pytest.raises(PrivateLinkError, match="every priority below 3 is taken"):
        plan(wanted(test_rule=TESTERS), current)


@pytest.mark.parametrize(
    "asked",
    [
        TESTERS,
        testers.Testers(cookie="canary", matches=("on",)),
        testers.Testers(cookie="c", matches=("a", "b")),
        testers.Testers(header="X"),
    ],
)
def test_testers_are_told_as_they_were_asked_for(asked):
    assert testers.Testers.told_by([HOST, asked.condition()], [HOST]) == asked
    assert testers.Testers.told_by([HOST], [HOST]) is None
    assert testers.Testers.told_by([asked.condition()], [HOST]) == asked
