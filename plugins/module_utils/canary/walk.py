# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Walks a canary's plan: looks, asks what comes next, writes that down, does it. PRIVATE; stdlib only.

What is written down is what is about to be done, so that whoever finds it after a crash does it, or undoes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import machine, moves
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.machine import Goal
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.moves import Act, Rest, Stuck, To, Wait
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import CANARY
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.model import HeldError, LostError

PATIENCE = 3  # looks or deeds in a row that may fail, for AWS has bad moments
AFTER_FAILURE = 2.0
STILL = (m.PAUSED, *m.ENDS)


class Ground(Protocol):
    """What a canary stands on."""

    def look(self, state: m.State, now: float) -> m.Seen:
        """All that the plan's next move depends on, but for orders."""

    def act(self, effect: str, state: m.State, values: dict[str, Any]) -> None:
        """One of the effects; done before, it changes nothing."""


class Book(Protocol):
    """Where it is written down."""

    def write(self, state: m.State) -> None: ...

    def read_order(self) -> m.Order | None: ...

    def forget_order(self) -> None: ...


class Bells(Protocol):
    """Who else is told."""

    def has(self, event: str) -> bool:
        """Whether anybody wants to be asked."""

    def call(self, event: str, state: m.State) -> tuple[str, str]:
        """(what went wrong or "", the phase to go to because of it). For events that may hold the plan up."""

    def tell(self, event: str, state: m.State) -> None:
        """Never holds anything up."""

    def show(self, state: m.State) -> None:
        """To people who look at the door. Neither does this."""


class Time(Protocol):
    """Sleeping keeps the lock; `keep` raises LostError when it could not be kept."""

    def sleep(self, seconds: float) -> None: ...

    def keep(self) -> None: ...


@dataclass
class Walk:
    """`state` is what was written down last; `wall` tells the time of day."""

    ground: Ground
    book: Book
    bells: Bells
    time: Time
    wall: Callable[[], float]
    by: str
    say: Callable[[str], None]
    state: m.State | None = None
    failures: int = 0

    def begin(self, state: m.State) -> None:
        self._write(state)
        self.bells.show(state)
        self.bells.tell(moves.STARTED, state)

    def go(self, state: m.State, goal: Goal) -> m.State:
        """As far as the goal is, or as far as it goes. Raises what keeps AWS from answering."""
        while state.phase not in STILL:
            try:
                state, is_there = self._move(state, goal)
                self.failures = 0
            except (HeldError, LostError, WaitError):
                raise
            except PrivateLinkError as error:
                self._bear(error)
                continue
            if is_there:
                break
        return state

    def _move(self, state: m.State, goal: Goal) -> tuple[m.State, bool]:
        seen = replace(self.ground.look(state, self.wall()), order=self._order(state))
        move = machine.next_move(state, seen, goal)
        if isinstance(move, Act) and move.effect == moves.CALL and not self.bells.has(move.values["event"]):
            return _heard(state, move.values["event"]), False
        self.say(_line(state, move))
        if isinstance(move, To):
            return self.enter(state, move, bool(seen.order)), False
        if isinstance(move, Act):
            return self._act(state, move), False
        if isinstance(move, Stuck):
            raise WaitError(where=f"{state.phase.replace('_', ' ')}", found=move.line, remedy=move.remedy)
        if isinstance(move, Wait):
            self.time.sleep(move.seconds)
        return state, isinstance(move, Rest)

    def _bear(self, error: PrivateLinkError) -> None:
        self.failures += 1
        if self.failures >= PATIENCE:
            raise error
        self.say(f"tries again: {error.message}")
        self.time.sleep(AFTER_FAILURE)

    def _order(self, state: m.State) -> m.Order | None:
        """What was ordered for a plan that is over is thrown away."""
        order = self.book.read_order()
        if order and order.number != state.number:
            self.book.forget_order()
            return None
        return order

    def enter(self, state: m.State, move: To, was_ordered: bool = False) -> m.State:
        now = self.wall()
        facts = {"phase": move.phase, "why": move.why, "by": self.by, "at": now, "since": now, **move.facts}
        after = replace(state, **facts)
        self._write(after)
        if was_ordered:
            self.book.forget_order()
        self.announce(state, after)
        return after

    def announce(self, before: m.State, after: m.State) -> None:
        """Of a roll-back once the weights are moved: they come first."""
        if after.phase == m.ROLLING_BACK and after.weights[CANARY]:
            return
        self.bells.show(after)
        event = event_of(before, after)
        if event:
            self.bells.tell(event, after)

    def _write(self, state: m.State) -> None:
        """A roll-back does not wait for its book: the weights are moved first if AWS does not take it now."""
        self.time.keep()
        try:
            self.book.write(state)
        except LostError:
            raise
        except PrivateLinkError as error:
            if state.phase != m.ROLLING_BACK:
                raise
            self.say(f"could not be written down: {error.message}")
        self.state = state

    def _act(self, state: m.State, move: Act) -> m.State:
        if move.facts:
            state = replace(state, **move.facts, by=self.by, at=self.wall())
            self._write(state)
        self.time.keep()
        if move.effect == moves.CALL:
            return self._call(state, move.values["event"])
        self.ground.act(move.effect, state, dict(move.values))
        return state

    def _call(self, state: m.State, event: str) -> m.State:
        wrong, phase = self.bells.call(event, state)
        if wrong:
            return self.enter(state, To(phase=phase, why=wrong))
        heard = replace(_heard(state, event), at=self.wall())
        self._write(heard)
        return heard


def _heard(state: m.State, event: str) -> m.State:
    return replace(state, heard=(*state.heard, machine.moment_of(state, event)))


def event_of(before: m.State, after: m.State) -> str:
    """What others are told of a change, or ""."""
    if after.phase == m.ROLLING_BACK:
        return moves.GOES_BACK if before.weights != after.weights else ""
    if before.phase == after.phase:
        return ""
    return {
        m.BAKING: moves.MOVED,
        m.WAITING: moves.WAITS,
        m.PAUSED: moves.PAUSES,
        m.RETURNING: moves.RETURNS,
        m.PROMOTED: moves.IS_PROMOTED,
        m.ROLLED_BACK: moves.WENT_BACK,
    }.get(after.phase, "")


def _line(state: m.State, move: moves.Move) -> str:
    """For a person who watches."""
    said = move.why if isinstance(move, To) else move.line
    phase = move.phase if isinstance(move, To) else state.phase
    return f"{phase.replace('_', ' ')}: {said}"
