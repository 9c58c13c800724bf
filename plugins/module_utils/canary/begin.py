# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How a plan begins, and whether it may. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.model import NOBODY, PREPARING, State
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.outcome import Standing
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.wish import Wish


def first_state(wish: Wish, standing: Standing, image: str, now: float) -> State:
    """Raises PrivateLinkError where there is nothing to try, or nothing to go back to."""
    stable = standing.stable
    where = f"canary of {wish.place.service}"
    if not image:
        raise PrivateLinkError(
            where=where,
            found="no image, and no canary that is there already",
            allowed="image or version",
            remedy="say what to try, or give the service's entry a canary and run site.yml",
        )
    if image == stable.image:
        raise PrivateLinkError(
            where=where,
            found=f"{image}, which stable runs already",
            allowed="another image",
            remedy="say what to try with image or version",
        )
    if not stable.desired or not stable.healthy:
        raise PrivateLinkError(
            where=where,
            found=f"stable has {stable.healthy} healthy of {stable.desired} tasks",
            allowed="one healthy task or more",
            remedy="there must be something to go back to: run site.yml, or look into the service's log group",
        )
    former = standing.state
    return State(
        number=former.number + 1 if former else 1,
        plan=wish.plan,
        image=image,
        phase=PREPARING,
        by=wish.by,
        why=f"begun by {wish.by}",
        at=now,
        since=now,
        weights=dict(standing.weights or NOBODY),
        expected=dict(standing.weights or NOBODY),
        replaced=stable.image,
        stable_before=stable.definition,
        reason=wish.reason,
        ticket=wish.ticket,
        tasks=stable.desired,
    )
