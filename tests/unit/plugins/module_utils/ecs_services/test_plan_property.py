"""Whatever the list and its edits: a plan is done when it is done, and nothing else is touched."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import Account, service, wish_for

SSM = "arn:aws:ssm:ap-northeast-1:222222222222:parameter/"
NAMES = [f"s{n}" for n in range(8)]
ENTRIES = st.dictionaries(
    st.sampled_from(NAMES),
    st.fixed_dictionaries(
        {},
        optional={
            "image": st.sampled_from(["i:1", "i:2"]),
            "desired_count": st.integers(1, 3),
            "canary": st.fixed_dictionaries({"image": st.just("c:1"), "weight": st.integers(0, 100)}),
            "enabled": st.booleans(),
            "deregistration_delay": st.sampled_from([30, 300]),
            "slow_start": st.sampled_from([0, 30]),
            "stickiness": st.sampled_from([{}, {"seconds": 60}, {"cookie": "!odd"}, {"cookie": "x" * 255}]),
            "conditions": st.sampled_from([{}, {"methods": ["GET"]}, {"headers": {"X-A": ["1", "2"]}}]),
            "deployment": st.sampled_from([{}, {"circuit_breaker": "none"}]),
            "autoscaling": st.fixed_dictionaries(
                {"min": st.integers(1, 2), "max": st.integers(2, 3)},
                optional={"cpu": st.integers(1, 2), "requests": st.integers(1, 2)},
            ).filter(lambda scaling: len(scaling) > 2),
            "secrets": st.sampled_from([{}, {"A": f"{SSM}a"}, {"A": f"{SSM}a", "B": f"{SSM}b"}]),
            "task_policy": st.sampled_from([[], [{"Action": "s3:Get*", "Resource": "*"}]]),
            "health_check": st.fixed_dictionaries({"path": st.sampled_from(["/a", "/b"])}),
            "log_retention_days": st.sampled_from([30, 90]),
        },
    ),
)


def places(account: Account) -> dict[str, tuple[int, int]]:
    rules = {name: held.get(m.slot(m.RULE)) for name, held in account.services.items()}
    return {name: (rule.facts["shard"], rule.facts["priority"]) for name, rule in rules.items() if rule}


@settings(max_examples=120, deadline=None)
@given(
    edits=st.lists(ENTRIES, min_size=1, max_size=5),
    taken=st.frozensets(st.integers(2, 300), max_size=2),
    room=st.integers(5, 12),
    strange=st.frozensets(st.sampled_from(NAMES), max_size=2),
)
def test_whatever_the_edits_a_plan_is_done_when_it_is_done(edits, taken, room, strange):
    """plan(apply(plan)) is empty; AWS never refuses a step, its quotas included; what stays listed never moves.

    A service whose names somebody else has is told and left alone, and so is what that somebody has.
    """
    account = Account()
    account.taken = frozenset((m.TARGET_GROUP, f"tokyo-{name}-stable") for name in strange)
    account.foreign_priorities = taken
    account.rules_allowed = account.groups_allowed = room
    quotas = {"rules_per_load_balancer": room, "target_groups_per_load_balancer": room}
    for entries in edits:
        before = places(account)
        kept = {name: dict(account.services[name]) for name in before}
        wish = wish_for([service(name, **keys) for name, keys in entries.items()], shards=8, quotas=quotas)
        plans = account.converge(wish)
        assert {plan.name for plan in plans if plan.error} == strange & entries.keys()
        assert [plan.name for plan in account.converge(wish) if plan.changes] == []
        after = places(account)
        assert set(after) == entries.keys() - strange
        assert all(after[name] == before[name] for name in before.keys() & after.keys())
        assert len(set(after.values())) == len(after)
        assert not {priority for _shard, priority in after.values()} & taken
        untouched = [plan.name for plan in plans if plan.name in kept and not plan.changes]
        assert all(account.services[name] == kept[name] for name in untouched)
        assert all(matches(account, plan) for plan in plans if plan.after and not plan.error)


def matches(account: Account, plan) -> bool:
    """What the plan said there would be is what there is."""
    held = account.services[plan.name]
    return {place: item.settings for place, item in plan.after.resources.items()} == {
        place: item.settings for place, item in held.items()
    }
