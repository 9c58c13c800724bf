# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A canary as the runner sees it: one change, which is to go as far as was asked for. PRIVATE to the collection."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._progress import Teller
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock, SystemClock, Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import machine, moves, outcome, refusals
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.begin import first_state
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.bells import CanaryBells, Topic
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.door import Door
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.ground import CanaryGround
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.guards import refuse_missing_alarms
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.outcome import Standing
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.site import Site
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.store import Shelf, Store
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.walk import Walk
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.wish import Wish, named_image
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import CANARY
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.caller import caller
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.lease import Lease
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.model import Holder

LOOKS = 1.0  # seconds between two looks at what somebody else was told to do


class CanaryPlanSubject:
    """Nothing is taken or written before `apply`; what was read until then is read again once the lock is ours."""

    wait_timeout = 0.0

    def __init__(
        self,
        params: Mapping[str, Any],
        connect: Connect,
        door: Callable[[], Any] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._wish = Wish.from_params(params, caller())
        self.what = f"canary of {params['service']}"
        self._connect, self._clock = connect, clock or SystemClock()
        self._teller = Teller(params.get("progress_path"))
        self._door = Door(door, self._wish.place, self._say)
        self._base = (0.0, 0.0)
        self._state: m.State | None = None
        self._begun = False

    def _say(self, line: str) -> None:
        self._teller.tell(f"{self._wish.place.service}: {line}")

    @cached_property
    def _store(self) -> Store:
        return Store(self._connect("ssm"), self._wish.place)

    @cached_property
    def _site(self) -> Site:
        return Site(self._connect, self._wish.place, self._wish.cluster)

    def read(self) -> Standing:
        if self._begun:
            return Standing(state=self._state)
        return self._standing(self._store.read())

    def _standing(self, shelf: Shelf) -> Standing:
        """A task that may begin a plan looks at what stable and the canary run; others need not."""
        self._base = (shelf.now, self._clock.now())
        view = self._site.view()
        stable, canary = (self._site.task_set(view, variant) for variant in ("stable", CANARY))
        return Standing(state=shelf.state, weights=view.weights, stable=stable, canary=canary)

    def plan(self, current: Standing) -> Plan:
        answer, image = self._answer(current)
        if answer == refusals.NOTHING:
            return Plan(before=current, after=current)
        state = current.state
        if answer == refusals.BEGIN:
            state = first_state(self._wish, current, image, 0.0)
            refuse_missing_alarms(self._wish.plan, self._connect)
        after = outcome.expected(self._wish.action, state)
        why = f"{image}: {outcome.way(state, after)}"
        return Plan(
            before=current,
            after=Standing(state=after),
            changes=(Change(verb=self._wish.action, target=self.what, why=why),),
        )

    def _answer(self, current: Standing) -> tuple[str, str]:
        named = named_image(self._wish, current.stable.image)
        offered = current.canary.image if current.canary else None
        wish, runs = self._wish, current.stable.image
        answer = refusals.answer(wish.action, current.state, named, offered, wish.force, wish.ticket, runs)
        return answer, named or offered or (current.state.image if current.state else "")

    def apply(self, _change: Change) -> None:
        self._begun = True
        if self._wish.action in (m.PAUSE, m.ROLLBACK) and self._ordered():
            return
        with self._lease() as lease:
            shelf = lease.take(self._say)
            self._store.refuse_strangers()
            current = self._standing(shelf)
            answer, image = self._answer(current)
            self._state = current.state
            if answer != refusals.NOTHING:
                self._go(current, image if answer == refusals.BEGIN else "", lease)

    def _lease(self) -> Lease:
        holder = Holder(by=self._wish.by, action=self._wish.action, token=uuid.uuid4().hex)
        return Lease(self._connect("ssm"), self._store, holder, self._wish.lock_seconds, self._clock)

    def _go(self, current: Standing, image: str, lease: Lease) -> None:
        """Keeps what is known of the state, also when it goes no further."""
        walk = self._walk(lease)
        if image:
            state = first_state(self._wish, current, image, self._wall())
            walk.begin(state)
        else:
            state = self._taken_up(walk, current)
        self._state = state
        goal = machine.Goal(action=self._wish.action, step=state.step, force=self._wish.force)
        try:
            self._state = walk.go(state, goal)
        finally:
            self._state = walk.state or self._state

    def _taken_up(self, walk: Walk, current: Standing) -> m.State:
        state = replace(current.state, reason=self._wish.reason or current.state.reason)
        said = f"{self._wish.by} said so" + (f": {self._wish.reason}" if self._wish.reason else "")
        if self._wish.action == m.ROLLBACK and state.phase != m.ROLLING_BACK:
            return walk.enter(state, moves.To(phase=m.ROLLING_BACK, why=said))
        if self._wish.action == m.PAUSE:
            return walk.enter(state, moves.To(phase=m.PAUSED, why=said))
        if state.phase == m.PAUSED:
            return walk.enter(state, machine.resume(state, current.weights))
        return state

    def _walk(self, lease: Lease) -> Walk:
        place = self._wish.place
        told = {"link": place.link, "side": place.side, "service": place.service}
        topic = Topic(self._connect, self._wish.topic_arn) if self._wish.topic_arn else None
        bells = CanaryBells(self._wish.webhooks, topic, self._door, told, lease, self._say)
        ground = CanaryGround(self._site, lease)
        return Walk(
            ground=ground, book=self._store, bells=bells, time=lease, wall=self._wall, by=self._wish.by, say=self._say
        )

    def _wall(self) -> float:
        """AWS's time of day: what is written down is the same for all who read it, whatever their clocks say."""
        told, then = self._base
        return told + self._clock.now() - then

    # What is asked of whoever has the lock

    def _ordered(self) -> bool:
        """Whether somebody else has done it. False when nobody has the lock any more: then we do it ourselves."""
        shelf = self._store.read()
        if shelf.lock is None or shelf.lock.free or shelf.state is None or shelf.state.ended:
            return False
        number = shelf.state.number
        wish = self._wish
        refusals.refuse_other(shelf.state, wish.ticket)
        self._store.order(m.Order(action=wish.action, by=wish.by, number=number, reason=wish.reason))
        until = self._clock.now() + 2 * shelf.state.plan.start_timeout
        while shelf.lock and not shelf.lock.free and self._clock.now() < until:
            if self._is_done(shelf.state, number):
                return True
            self._say(f"{shelf.lock.holder.by} is told to {wish.action} it, and is at {shelf.state.phase}")
            self._clock.sleep(LOOKS)
            shelf = self._store.read()
        return self._is_done(shelf.state, number)

    def _is_done(self, state: m.State, number: int) -> bool:
        self._state = state
        refusal = outcome.too_late(self._wish.action, state)
        if refusal:
            raise refusal
        wanted = {m.PAUSE: m.PAUSED, m.ROLLBACK: m.ROLLED_BACK}[self._wish.action]
        return state.number != number or state.phase == wanted

    # The end

    def judge(self, current: Standing) -> Verdict:
        """Raises CanaryError when it went another way than was asked for."""
        outcome.refuse_unwanted(self._wish.action, current.state, self._begun)
        return Verdict(settled=True, note=outcome.note(current.state))

    def report(self, state: Standing) -> dict[str, Any]:
        return {"canary": outcome.as_result(self._wish.place, state.state)}
