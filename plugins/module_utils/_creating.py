# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Making one of what AWS would make twice. PRIVATE to the collection; stdlib only.

For creations that take neither a client token nor a name that AWS keeps unique. Called again after an answer that was
lost, they make a second thing: "you might create more resources than you intended"
(https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)

T = TypeVar("T")

TRIES = 4
SECONDS_TO_BE_SEEN = 30.0  # https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html


def made_once(create: Callable[[], T], find: Callable[[], T | None], *, clock: Clock | None = None) -> T:
    """What `create` answers; or what `find` sees, where AWS did not say whether it was done.

    `create` calls by a client that sends each call once: connect(service, once=True).
    """
    for tries_left in reversed(range(TRIES)):
        try:
            return create()
        except AwsError as error:
            if not error.in_doubt:
                raise
            made = _seen(find, clock or SystemClock())
            if made is not None:
                return made
            if not tries_left:
                raise
    raise AssertionError("the last try returns or raises")


def _seen(find: Callable[[], T | None], clock: Clock) -> T | None:
    try:
        made, _verdict = until_settled(
            find(),
            read=find,
            judge=lambda found: Verdict(settled=found is not None),
            what="what may have been made",
            timeout=SECONDS_TO_BE_SEEN,
            clock=clock,
        )
    except WaitError:
        return None
    return made
