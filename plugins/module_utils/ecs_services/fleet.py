# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The fleet as the runner sees it: one subject, many services. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import in_parallel
from ansible_collections.twoway.privatelink.plugins.module_utils._progress import Teller
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import current, report, waiters
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.apply import Hands
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.canary_records import CanaryRecords
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.plan import ServicePlan, plan_fleet
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.progress import Tally
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.reader import Reader
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.workbench import Workbench

WRITE, REMOVE, FOLLOW, FORGET = "write", "remove", "follow", "forget"


@dataclass
class Outcome:
    """What became of one service's plan."""

    plan: ServicePlan
    hands: Hands | None  # of a service with nothing to change there are none
    done: list[Change] = field(default_factory=list)
    error: PrivateLinkError | None = None

    @property
    def arns(self) -> Mapping[m.Slot, str]:
        found = self.plan.before.resources if self.plan.before else {}
        return self.hands.arns if self.hands else {place: item.arn for place, item in found.items() if item.arn}

    @property
    def changes(self) -> Sequence[Change]:
        """What is, or in check mode would be, done; of a service that failed what was done until then."""
        return self.done if self.error else self.plan.changes

    def run(self, changes: Iterable[Change]) -> None:
        """Stops at the first change AWS refuses. Whatever it was, it stays this service's own trouble."""
        if self.error:
            return
        try:
            for change in changes:
                self.hands.apply(change)
                self.done.append(change)
        except PrivateLinkError as error:
            self.error = error


class FleetSubject:
    """Built from a task's parameters; see the Subject of the runner."""

    wait_timeout = float("inf")  # we keep the time ourselves, to name every service that is late

    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        meta = connect("ecs").meta
        self._wish = Wish.from_params(params, params["region"] or meta.region_name, meta.partition)
        self._connect = connect
        self._clock = clock or SystemClock()
        self._teller = Teller(params.get("progress_path"))
        self._reader: Reader | None = None
        self._records = CanaryRecords(connect("ssm"), self._wish.place.link, self._wish.place.side)
        self._fleet = m.Fleet()
        self._outcomes: dict[str, Outcome] = {}
        self._deadline: float | None = None
        self.what = f"services of {self._wish.place.link}"

    def read(self) -> m.Fleet:
        """The whole fleet at first; afterwards only what is awaited."""
        if self._reader is None:
            self._reader = Reader(self._wish, self._connect)
            self._fleet = self._reader.fleet()
            if not self._wish.present or self._fleet.services.keys() - self._wish.services.keys():
                self._records.read()
        else:
            self._fleet = self._refreshed(self._awaited_names())
        return self._fleet

    def plan(self, fleet: m.Fleet) -> Plan:
        plans = plan_fleet(self._wish, fleet)
        self._outcomes = {plan.name: Outcome(plan=plan, hands=self._hands(plan), error=plan.error) for plan in plans}
        changed = [plan for plan in plans if plan.changes]
        self._teller.tell(report.kept_line(plans))
        return Plan(
            before=m.Fleet(services={plan.name: plan.before for plan in changed if plan.before}),
            after=m.Fleet(services={plan.name: plan.after for plan in changed if plan.after}),
            changes=(
                *_stage(WRITE, "not as listed", [plan.name for plan in changed if plan.writes and not plan.waits]),
                *_stage(REMOVE, "drained", [plan.name for plan in changed if plan.removals]),
                *_stage(FOLLOW, "a place is free now", [plan.name for plan in changed if plan.waits]),
                *_stage(FORGET, "canaries of what is not listed", self._records.services(self._is_forgotten(plans))),
            ),
            unknown=self._wish.unknown,
        )

    def _is_forgotten(self, plans: Iterable[ServicePlan]) -> Callable[[str], bool]:
        """Of a service that is gone, or goes now."""
        staying = {plan.name for plan in plans if plan.error or (plan.after and _runs(plan.after))}
        return lambda name: name not in staying

    def _hands(self, plan: ServicePlan) -> Hands | None:
        if not plan.changes:
            return None
        bench = Workbench(self._wish.place, self._connect, self._clock, self._wish.wait_timeout)
        return Hands(bench, plan.before, plan.shard)

    def apply(self, change: Change) -> None:
        if change.verb == FORGET:
            self._records.forget(change.values["services"])
            return
        outcomes = [self._outcomes[name] for name in change.values["services"]]
        if change.verb == REMOVE:
            self._until_free(outcomes)
        tally = Tally(self._teller, len(outcomes))

        def run(outcome: Outcome) -> None:
            outcome.run(outcome.plan.removals if change.verb == REMOVE else outcome.plan.writes)
            tally.one_more()

        in_parallel(run, outcomes)

    def _until_free(self, outcomes: list[Outcome]) -> None:
        """Tasks of what goes have ended, and nothing can need a role that goes.

        Those that are not so far in time keep what they have, and say so; the others go on.
        """
        going = _ecs_names(outcomes, lambda plan: plan.removals, m.ECS_SERVICE)
        settling = _leaving_their_roles(outcomes)

        def read() -> list[m.Resource]:
            names = going.keys() | settling.keys()
            return [current.ecs_service(item) for item in self._reader.describe(names)] if names else []

        def judge(items: list[m.Resource]) -> Verdict:
            verdict = waiters.free(items, going.keys())
            self._teller.tell(verdict.note)
            return verdict

        try:
            timeout = self._wish.wait_timeout
            items, _verdict = until_settled(
                read(), read=read, judge=judge, what=self.what, timeout=timeout, clock=self._clock
            )
            late = None
        except WaitError as error:
            items, late = read(), error
        for item in items:
            said = waiters.holds(item, going.keys())
            if said:
                (going | settling)[item.name].error = late or WaitError(where=item.name, found=said)

    def judge(self, fleet: m.Fleet) -> Verdict:
        """Each wanted service steady, failed or late. Failures are told by `report`, all together."""
        if not self._wish.wait:
            return Verdict(settled=True)
        self._deadline = self._deadline or self._clock.now() + self._wish.wait_timeout
        seen = [waiters.progress(resource) for resource in self._awaited(fleet)]
        verdict, failures = waiters.judge(seen)
        self._teller.tell(verdict.note)
        late = {
            p.service: waiters.Failure(p.name, f"{p.waits_for} when time was up")
            for p in seen
            if not p.steady and not p.failure
        }
        if not verdict.settled and self._clock.now() >= self._deadline:
            failures, verdict = {**failures, **late}, Verdict(settled=True, note=verdict.note)
        for service, failure in failures.items():
            self._outcomes[service].error = self._outcomes[service].error or WaitError(
                where=failure.where, found=failure.found, remedy="look into its log group, mend it and run again"
            )
        return verdict

    def _awaited(self, fleet: m.Fleet) -> list[m.Resource]:
        return [
            resource
            for name in self._wish.services
            if not self._outcomes[name].error and name in fleet.services
            for (kind, _variant), resource in fleet.services[name].resources.items()
            if kind == m.ECS_SERVICE and resource.name in self._wanted_names(name)
        ]

    def _wanted_names(self, service: str) -> set[str]:
        wanted = self._wish.services[service].resources
        return {resource.name for (kind, _variant), resource in wanted.items() if kind == m.ECS_SERVICE}

    def _awaited_names(self) -> list[str]:
        """Those that are not steady yet as far as we know, and those that have just been changed."""
        known = {resource.name: waiters.progress(resource) for resource in self._awaited(self._fleet)}
        touched = {name for name, outcome in self._outcomes.items() if outcome.done}
        return sorted(
            ecs_name
            for name, outcome in self._outcomes.items()
            if name in self._wish.services and not outcome.error
            for ecs_name in self._wanted_names(name)
            if name in touched or not _is_steady(known.get(ecs_name))
        )

    def _refreshed(self, names: Iterable[str]) -> m.Fleet:
        services = dict(self._fleet.services)
        for item in self._reader.describe(names):
            resource = current.ecs_service(item)
            name = resource.tags[m.SERVICE_TAG]
            place = m.slot(m.ECS_SERVICE, resource.tags[m.VARIANT_TAG])
            service = services.get(name, m.Service(name=name, resources={}))
            services[name] = replace(service, resources={**service.resources, place: resource})
        return replace(self._fleet, services=services)

    def report(self, _state: m.Fleet) -> dict[str, Any]:
        """One row for each service. Raises FleetError when any of them failed."""
        rows = [report.row(one.plan, one.changes, one.error, one.arns) for one in self._outcomes.values()]
        told = {
            "services": rows,
            "catalog": report.catalog(outcome.plan for outcome in self._outcomes.values() if not outcome.error),
            "spare_shards": report.spare_shards(self._wish, self._fleet, self._plans()),
            "strangers": [stranger.as_dict() for stranger in self._fleet.strangers],
        }
        failed = [row for row in rows if row["error"]]
        if failed:
            raise report.FleetError(told, failed)
        return told

    def _plans(self) -> list[ServicePlan]:
        return [outcome.plan for outcome in self._outcomes.values()]


def _runs(service: m.Service) -> bool:
    return any(kind == m.ECS_SERVICE for kind, _variant in service.resources)


def _is_steady(progress: waiters.Progress | None) -> bool:
    return progress is not None and progress.steady


def _stage(verb: str, why: str, names: list[str]) -> list[Change]:
    if not names:
        return []
    target = f"{len(names)} service{'' if len(names) == 1 else 's'}: {report.shortened(names)}"
    return [Change(verb=verb, target=target, why=why, values={"services": tuple(names)})]


def _ecs_names(outcomes: Iterable[Outcome], changes: Any, kind: str) -> dict[str, Outcome]:
    """Of what these changes are about, each with its outcome."""
    return {
        change.values["resource"].name: outcome
        for outcome in outcomes
        for change in changes(outcome.plan)
        if change.values["slot"][0] == kind and not outcome.error
    }


def _leaving_their_roles(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """ECS services that stay and whose role goes: until they run a revision that does not name it, it is needed."""
    staying = [
        outcome
        for outcome in outcomes
        if outcome.plan.after
        and outcome.plan.after.entry
        and any(change.values["slot"][0] in m.ROLES for change in outcome.plan.removals)
    ]
    return _ecs_names(staying, lambda plan: plan.writes, m.ECS_SERVICE)
