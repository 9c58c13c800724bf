"""A wish for a fleet, and an AWS that does exactly what each change of a plan says, or refuses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.plan import ServicePlan, plan_fleet
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Wish

TASK = {
    "link": "tokyo",
    "side": "isolated",
    "account_id": "222222222222",
    "link_domain": "tokyo.twoway.example",
    "cluster": "tokyo",
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-a", "subnet-b"],
    "security_group_ids": ["sg-1"],
    "execution_role_arn": "arn:aws:iam::222222222222:role/tokyo-execution",
    "task_role_arn": None,
    "execution_policy": [{"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": "*"}],
    "task_policy": None,
    "log_group_prefix": None,
    "environment": {},
    "outbound": {},
    "tags": {"team": "shop"},
    "quotas": None,
    "purge_services": True,
    "purge_logs": False,
    "verify_live": "bulk",
    "state": "present",
    "wait": True,
    "wait_timeout": 600,
}
CANARY = {"image": "shop/orders:1.1", "weight": 10}
RULE = m.slot(m.RULE)
Services = dict[str, dict[m.Slot, m.Resource]]


def wish_for(services: Sequence[Mapping[str, Any]], shards: int = 1, **more: Any) -> Wish:
    listeners = [{"number": n, "listener_arn": f"arn:listener/{n}", "port": 442 + n} for n in range(1, shards + 1)]
    return Wish.from_params({**TASK, "services": list(services), "shards": listeners, **more}, "ap-northeast-1")


def service(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "image": f"shop/{name}:1.0", "port": 8443, **more}


def only(plans: Sequence[ServicePlan], name: str = "orders") -> ServicePlan:
    (plan,) = [plan for plan in plans if plan.name == name]
    return plan


class Refused(AssertionError):
    """AWS would have."""


class Account:
    """Services as the changes made them: steady, and with nothing else around but other people's rules."""

    def __init__(self) -> None:
        self.services: Services = {}
        self.definitions: dict[tuple[str, str], str] = {}
        self.foreign_priorities: frozenset[int] = frozenset()
        self.taken: frozenset[tuple[str, str]] = frozenset()  # names of other people's things
        self.shards = range(1, 30)
        self.rules_allowed = self.groups_allowed = 100

    def fleet(self) -> m.Fleet:
        found = {name: m.Service(name=name, resources=dict(held)) for name, held in self.services.items() if held}
        shards = {number: self._occupancy(number) for number in self.shards}
        return m.Fleet(services=found, shards=shards, taken=self.taken)

    def _occupancy(self, number: int) -> m.Occupancy:
        here = {name: held[RULE] for name, held in self.services.items() if RULE in held}
        here = {name: rule for name, rule in here.items() if rule.facts["shard"] == number}
        return m.Occupancy(
            priorities=frozenset(rule.facts["priority"] for rule in here.values()) | self.foreign_priorities | {1},
            residents=frozenset(here),
        )

    def converge(self, wish: Wish) -> tuple[ServicePlan, ...]:
        """As the module walks its stages: writes, then removals, then what had to wait for those."""
        plans = plan_fleet(wish, self.fleet())
        well = [plan for plan in plans if plan.error is None]
        for changes in (
            *(plan.writes for plan in well if not plan.waits),
            *(plan.removals for plan in well),
            *(plan.writes for plan in well if plan.waits),
        ):
            for change in changes:
                self.take(change)
        return plans

    def take(self, change: Change) -> None:
        place, resource = change.values["slot"], change.values["resource"]
        self._refuse_unless((place[0], resource.name) not in self.taken, f"{resource.name} is not ours")
        name = self._owner(change)
        held = self.services.setdefault(name, {})
        step = getattr(self, f"_{change.verb.replace(' ', '_')}_{place[0].replace(' ', '_').lower()}", None)
        if step:
            step(held, place, resource, change.values)
        elif change.verb == "create":
            held[place] = replace(resource, arn=f"arn:{place[0]}/{resource.name}", tags=None)
        elif change.verb == "modify":
            held[place] = replace(resource, arn=held[place].arn, tags=None)
        elif change.verb == "tag":
            held[place] = replace(held[place], tags={**held[place].tags, **change.values["tags"]})
        elif change.verb == "delete":
            held.pop(place)
        else:
            raise AssertionError(change)

    def _owner(self, change: Change) -> str:
        tags = change.values["resource"].tags
        if tags and m.SERVICE_TAG in tags:
            return tags[m.SERVICE_TAG]
        place, name = change.values["slot"], change.values["resource"].name
        return next(
            owner
            for owner, held in self.services.items()
            if (place in held and held[place].name == name) or name == f"service/tokyo/tokyo-{owner}-stable"
        )

    # Target groups and rules

    def _create_target_group(self, held, place, resource, _values) -> None:
        settings = {**resource.settings, "attributes": resource.facts["default_attributes"]}
        facts = {"live": resource.facts["default_attributes"]}
        held[place] = replace(resource, arn=f"arn:x:targetgroup/{resource.name}/1", settings=settings, facts=facts)

    def _modify_target_group(self, held, place, resource, _values) -> None:
        settings = {**held[place].settings, "health_check": resource.settings["health_check"]}
        held[place] = replace(held[place], settings=settings)

    def _set_attributes_target_group(self, held, place, resource, _values) -> None:
        sticky = "stickiness.enabled=true" in resource.settings["attributes"]
        if sticky and RULE in held and place[1] in held[RULE].settings["weights"]:
            self._refuse_unless(held[RULE].settings["sticky_seconds"], "enable group stickiness before")
        held[place] = replace(held[place], facts={"live": resource.settings["attributes"]})

    def _record_attributes_target_group(self, held, place, resource, _values) -> None:
        self._refuse_unless(held[place].facts["live"] == resource.settings["attributes"], "it is not true yet")
        settings = {**held[place].settings, "attributes": resource.settings["attributes"]}
        held[place] = replace(held[place], settings=settings)

    def _delete_target_group(self, held, place, _resource, _values) -> None:
        self._refuse_unless(RULE not in held or place[1] not in held[RULE].settings["weights"], "ResourceInUse")
        held.pop(place)

    def _create_rule(self, held, place, resource, values) -> None:
        shard, priority = values["shard"].number, values["priority"]
        taken = self._occupancy(shard)
        self._refuse_unless(priority not in taken.priorities, "PriorityInUse")
        self._refuse_unless(len(taken.priorities) < self.rules_allowed, "TooManyRules")
        facts = {"shard": shard, "priority": priority, "actions": []}
        held[place] = replace(resource, arn=f"arn:rule/{resource.name}", facts=facts)
        self._check_rule(held)

    def _modify_rule(self, held, place, resource, values) -> None:
        sticky = values["sticky_seconds"]
        settings = {
            "conditions": resource.settings["conditions"],
            "weights": dict(values["weights"]),
            "sticky_seconds": held[place].settings["sticky_seconds"] if sticky is None else sticky,
        }
        held[place] = replace(held[place], settings=settings)
        self._check_rule(held)

    def _check_rule(self, held) -> None:
        rule = held[RULE]
        groups = [held[m.slot(m.TARGET_GROUP, variant)] for variant in rule.settings["weights"]]
        sticky = any("stickiness.enabled=true" in group.facts["live"] for group in groups)
        self._refuse_unless(rule.settings["sticky_seconds"] or not sticky, "enable group stickiness on the rule")
        shard = rule.facts["shard"]
        used = [
            len(other[RULE].settings["weights"])
            for other in self.services.values()
            if RULE in other and other[RULE].facts["shard"] == shard
        ]
        self._refuse_unless(sum(used) <= self.groups_allowed, "TooManyUniqueTargetGroupsPerLoadBalancer")

    # Task definitions, ECS services, scaling

    def _register_task_definition(self, held, place, resource, _values) -> None:
        for role in ("executionRoleArn", "taskRoleArn"):
            arn = resource.settings.get(role, "")
            named = {item.name for slot, item in held.items() if slot[0] in m.ROLES}
            self._refuse_unless("/services/" not in arn or arn.rpartition("/")[2] in named, f"no {arn}")
        held[place] = m.Resource(name=resource.name, settings=resource.settings, tags=None)

    def _create_ecs_service(self, held, place, resource, _values) -> None:
        in_use = RULE in held and place[1] in held[RULE].settings["weights"]
        self._refuse_unless(in_use, "no associated load balancer")
        settings = {**resource.settings, "desired_count": resource.facts["starts_with"]}
        facts = {"status": "ACTIVE", "running": 1, "pending": 0}
        held[place] = replace(resource, arn=f"arn:ecs/{resource.name}", settings=settings, facts=facts)

    def _modify_ecs_service(self, held, place, resource, values) -> None:
        told = {key: resource.settings[key] for key in values["keys"]}
        held[place] = replace(held[place], settings={**held[place].settings, **told})

    def _drain_ecs_service(self, held, place, _resource, _values) -> None:
        self._refuse_unless(m.slot(m.SCALING) not in held or place[1] == m.CANARY, "scaling brings its tasks back")
        held[place] = replace(held[place], settings={**held[place].settings, "desired_count": 0})

    def _delete_ecs_service(self, held, place, _resource, _values) -> None:
        self._refuse_unless(held[place].settings["desired_count"] == 0, "it was never drained")
        held.pop(place)

    def _create_scaling(self, held, place, resource, values) -> None:
        self._refuse_unless(m.slot(m.ECS_SERVICE, m.STABLE) in held, "no such service")
        self._refuse_unless(set(values["put"]) == resource.settings["policies"].keys(), "a policy is missing")
        held[place] = replace(resource, arn="arn:scaling", facts={"labels": {}})
        self._bound(held, resource)

    def _modify_scaling(self, held, place, resource, values) -> None:
        policies = dict(held[place].settings["policies"])
        policies |= {name: resource.settings["policies"][name] for name in values["put"]}
        policies = {name: policy for name, policy in policies.items() if name not in values["delete"]}
        held[place] = replace(held[place], settings={**resource.settings, "policies": policies})
        self._bound(held, resource)

    @staticmethod
    def _bound(held, resource) -> None:
        place = m.slot(m.ECS_SERVICE, m.STABLE)
        low, high = resource.settings["min"], resource.settings["max"]
        count = max(low, min(high, held[place].settings["desired_count"]))
        held[place] = replace(held[place], settings={**held[place].settings, "desired_count": count})

    @staticmethod
    def _refuse_unless(true: Any, said: str) -> None:
        if not true:
            raise Refused(said)


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def done() -> Callable[[ServicePlan], list[str]]:
    """A plan as "verb target" lines."""
    return lambda plan: [f"{change.verb} {change.target}" for change in plan.changes]
