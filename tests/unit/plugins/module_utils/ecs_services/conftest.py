"""A wish for a fleet, and an AWS that does exactly what a plan says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.plan import ServicePlan, plan_fleet
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Wish

TASK = {
    "link": "tokyo",
    "side": "isolated",
    "link_domain": "tokyo.twoway.example",
    "cluster": "tokyo",
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-a", "subnet-b"],
    "security_group_ids": ["sg-1"],
    "execution_role_arn": "arn:aws:iam::222222222222:role/tokyo-execution",
    "task_role_arn": None,
    "log_group_prefix": None,
    "environment": {},
    "outbound_environment": {"HTTPS_PROXY": "http://way-out:3128"},
    "tags": {"team": "shop"},
    "purge_services": True,
    "state": "present",
    "wait": True,
    "wait_timeout": 600,
}


def wish_for(services: Sequence[Mapping[str, Any]], shards: int = 1, **more: Any) -> Wish:
    listeners = [{"number": n, "listener_arn": f"arn:listener/{n}", "port": 442 + n} for n in range(1, shards + 1)]
    return Wish.from_params({**TASK, "services": list(services), "shards": listeners, **more}, "ap-northeast-1")


def service(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "image": f"shop/{name}:1.0", "port": 8443, **more}


class Account:
    """Keeps a fleet as its own plans leave it: steady, and with nothing else in it."""

    def __init__(self) -> None:
        self.services: dict[str, m.Service] = {}
        self.foreign_priorities: frozenset[int] = frozenset()

    def fleet(self) -> m.Fleet:
        return m.Fleet(services=dict(self.services), shards=self._shards())

    def _shards(self) -> dict[int, m.Occupancy]:
        taken: dict[int, set[int]] = {}
        groups: dict[int, int] = {}
        for found in self.services.values():
            rule = found.resources.get(m.slot(m.RULE))
            if rule:
                number = rule.facts["shard"]
                taken.setdefault(number, set()).add(rule.facts["priority"])
                groups[number] = groups.get(number, 0) + len(rule.settings["weights"])
        return {
            number: m.Occupancy(
                priorities=frozenset(taken.get(number, set())) | self.foreign_priorities,
                target_groups=groups.get(number, 0),
            )
            for number in range(1, 30)
        }

    def converge(self, wish: Wish) -> tuple[ServicePlan, ...]:
        plans = plan_fleet(wish, self.fleet())
        for plan in plans:
            if plan.error is None:
                self._take(plan)
        return plans

    def _take(self, plan: ServicePlan) -> None:
        if plan.after is None:
            self.services.pop(plan.name, None)
            return
        new_rule = next((c for c in plan.writes if c.verb == "create" and c.values["slot"][0] == m.RULE), None)
        found = {place: self._found(plan, place, item, new_rule) for place, item in plan.after.resources.items()}
        self.services[plan.name] = m.Service(name=plan.name, resources=found)

    def _found(self, plan: ServicePlan, place: m.Slot, item: m.Resource, new_rule: Any) -> m.Resource:
        arn = f"arn:{place[0]}/{item.name}"
        if place[0] == m.RULE:
            before = plan.before.resources.get(place) if plan.before else None
            facts = (
                {"shard": new_rule.values["shard"].number, "priority": new_rule.values["priority"], "actions": []}
                if new_rule
                else dict(before.facts)
            )
            return replace(item, arn=arn, facts=facts)
        if place[0] == m.ECS_SERVICE:
            return replace(item, arn=arn, facts={"status": "ACTIVE", "running": 1, "pending": 0})
        return replace(item, arn=arn)


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def done() -> Callable[[ServicePlan], list[str]]:
    """A plan as "verb target" lines."""
    return lambda plan: [f"{change.verb} {change.target}" for change in plan.changes]
