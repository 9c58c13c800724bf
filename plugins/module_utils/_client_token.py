# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Client tokens: a creation whose answer was lost is not done twice. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
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
    """The id of what `create(token)` made; a deleted thing given back starts the next generation.

    `create` gives (id, whether it is on its way out or gone), `is_seen` whether the id can be read within some seconds.
    """
    former = list(dead)
    for _generation in range(GENERATIONS):
        made, leaving = create(client_token(owner, name, request, former))
        if not leaving and is_seen(made):
            return made
        former.append(made)
    raise PrivateLinkError(
        where=f"create {name}",
        found=f"AWS gave back only what is gone: {', '.join(former)}",
        remedy="it was made and deleted very often today: wait an hour, or change its tags",
    )
