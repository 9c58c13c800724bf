# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What may be asked of a plan that is where it is. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m

BEGIN, GO_ON, NOTHING = "begin", "go on", "nothing"
ENDING = (m.PROMOTING, m.RETURNING, m.ROLLING_BACK)


def answer(
    action: str,
    state: m.State | None,
    image: str | None,
    offered: str | None = None,
    force: bool = False,
    ticket: str = "",
    stable: str | None = None,
) -> str:
    """Whether to begin a plan, to go on with the one that is there, or to do nothing. Raises PrivateLinkError.

    `image` is what the task asks for by name, None when it leaves that open; `offered` what a canary there is runs;
    `stable` what stable does.
    """
    if not (state and state.ended and action in (m.START, m.RUN)):
        refuse_other(state, ticket)
    if state is None or state.ended:
        return _of_none(action, state, image or offered, stable)
    if action == m.START and not _is_beginning(state, image):
        raise _refusal(state, "run and step go on with it, rollback ends it")
    if action == m.RUN and image not in (None, state.image):
        raise _refusal(state, f"end it, or leave {image} for later")
    if action == m.PAUSE:
        return _of_pause(state)
    if action == m.STEP and state.is_last and state.phase in (m.BAKING, m.WAITING, m.PAUSED, m.MOVING):
        raise _refusal(state, "the next step is promote")
    if action == m.PROMOTE and not (state.is_last or force) and state.phase not in ENDING:
        raise _refusal(state, "step on, or force it")
    return GO_ON


def refuse_other(state: m.State | None, ticket: str) -> None:
    """Who names a ticket means the plan that has begun with it. Raises PrivateLinkError for another one."""
    if state and ticket and state.ticket != ticket:
        phase = state.phase.replace("_", " ")
        raise PrivateLinkError(
            where=f"canary {state.image}",
            found=f"{phase}, of {f'ticket {state.ticket}' if state.ticket else 'no ticket'}, by {state.by}",
            allowed=f"the plan of ticket {ticket}",
            remedy="leave it to whoever has begun it, or name no ticket",
        )


def _of_none(action: str, state: m.State | None, image: str | None, stable: str | None) -> str:
    if action == m.START:
        return BEGIN
    if action == m.RUN:
        return _of_run(state, image, stable)
    done = {m.PROMOTE: m.PROMOTED, m.ROLLBACK: m.ROLLED_BACK}.get(action)
    if state and state.phase == done:
        return NOTHING
    raise PrivateLinkError(
        where=f"action {action}",
        found=f"no canary on its way{_last(state)}",
        allowed="start, or run",
        remedy="start one first",
    )


def _of_run(state: m.State | None, image: str | None, stable: str | None) -> str:
    """Once more for what has ended means the same plan, unless it is named anew: nothing is tried twice by mistake."""
    if state is None or (image is not None and image != state.image):
        return BEGIN
    if state.phase == m.PROMOTED:
        # The list may have brought another one since.
        return BEGIN if image and stable not in (None, image) else NOTHING
    raise PrivateLinkError(
        where="action run",
        found=f"{state.image} was rolled back: {state.why}",
        allowed="another image",
        remedy="to try it once more all the same, start it",
    )


def _of_pause(state: m.State) -> str:
    if state.phase == m.PAUSED:
        return NOTHING
    if state.phase in ENDING:
        raise _refusal(state, "it ends by itself; only a roll-back can come in between")
    return GO_ON


def _is_beginning(state: m.State, image: str | None) -> bool:
    """A start that was killed, or is repeated."""
    return state.step == 0 and state.phase in (m.PREPARING, m.MOVING, m.BAKING) and image in (None, state.image)


def _refusal(state: m.State, remedy: str) -> PrivateLinkError:
    phase = state.phase.replace("_", " ")
    return PrivateLinkError(
        where=f"canary {state.image}",
        found=f"{phase} at {state.current.weight:g} %, by {state.by}: {state.why}",
        allowed="one plan at a time, step by step",
        remedy=remedy,
    )


def _last(state: m.State | None) -> str:
    return f"; the last one, {state.image}, was {state.phase.replace('_', ' ')}" if state else ""
