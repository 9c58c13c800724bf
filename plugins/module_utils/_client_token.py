# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Client tokens: a creation whose answer was lost is not done twice. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner

LENGTH = 64  # "a unique, case-sensitive string of up to 64 ASCII characters", see below
GENERATIONS = 20


def client_token(owner: Owner, name: str, request: Mapping[str, Any], dead: Iterable[str] = ()) -> str:
    """The same for the same wish, whichever run makes it.

    AWS answers a repeated token with the *first* outcome "without performing any further
    actions", even when that has been deleted since, and refuses it with other parameters
    (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html). So the token
    covers the whole request, and `dead` names the former outcomes that are of no use any
    more: each of them starts a new generation.
    """
    wish = [owner.tags(), name, request, sorted(dead)]
    return hashlib.sha256(json.dumps(wish, sort_keys=True, default=str).encode()).hexdigest()[:LENGTH]


def create_alive(
    owner: Owner,
    name: str,
    request: Mapping[str, Any],
    *,
    create: Callable[[str], tuple[str, bool]],
    is_seen: Callable[[str], bool],
    dead: Iterable[str] = (),
) -> str:
    """`create_all_alive` for one thing."""
    made = create_all_alive(
        owner,
        {name: request},
        create=lambda tokens: {one: create(token) for one, token in tokens.items()},
        seen=lambda ids: {one for one in ids if is_seen(one)},
        dead={name: dead},
    )
    return made[name]


def create_all_alive(
    owner: Owner,
    requests: Mapping[str, Mapping[str, Any]],
    *,
    create: Callable[[Mapping[str, str]], Mapping[str, tuple[str, bool]]],
    seen: Callable[[Collection[str]], Collection[str]],
    dead: Mapping[str, Iterable[str]],
) -> dict[str, str]:
    """The ids by name of what was made for the requests; a deleted thing given back starts its next generation.

    `create` takes tokens by name and gives (id, whether it is on its way out or gone) for those AWS did not refuse;
    `seen` gives those of the ids that can be read within some seconds.
    """
    former = {name: list(dead.get(name, ())) for name in requests}
    alive: dict[str, str] = {}
    left = list(requests)
    for _generation in range(GENERATIONS):
        made = create({name: client_token(owner, name, requests[name], former[name]) for name in left})
        fresh = [one for one, leaving in made.values() if not leaving]
        known = seen(fresh) if fresh else ()
        alive.update({name: one for name, (one, leaving) in made.items() if not leaving and one in known})
        left = [name for name in made if name not in alive]
        if not left:
            return alive
        for name in left:
            former[name].append(made[name][0])
    raise PrivateLinkError(
        where=f"create {', '.join(left)}",
        found=f"AWS gave back only what is gone: {', '.join(one for name in left for one in former[name])}",
        remedy="it was made and deleted very often today: wait an hour, or change its tags",
    )
