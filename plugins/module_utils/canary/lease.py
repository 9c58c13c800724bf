# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Taking, keeping and letting go of a canary's lock. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import lock as locks
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.store import Shelf, Store
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog import api as written

LOOKS = 1.0  # seconds between two looks at a lock that somebody has
RENEWALS = 3  # in the life of a lock
TRIES = 5  # of those that want a lock at the same moment one is luckier each time


class Lease:
    """A clock whose holder keeps the lock while it sleeps: all waiting goes through it."""

    def __init__(self, ssm: Any, store: Store, service: str, holder: locks.Holder, seconds: float, clock: Clock):
        self._ssm, self._store, self._service = ssm, store, service
        self._holder, self._seconds, self._clock = holder, seconds, clock
        self._number: int | None = None
        self._renewed = 0.0

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_error: object) -> None:
        """What cannot be let go of ends by itself."""
        with suppress(AwsError):
            self.release()

    def take(self, tell: Callable[[str], None]) -> Shelf:
        """What lies there once we may change it. Raises HeldError as soon as the one who has the lock is seen alive."""
        for _try in range(TRIES):
            shelf = self._until_free(tell)
            begun = self._clock.now()
            number = shelf.lock.number + 1 if shelf.lock else 1
            if not self._create(number):
                continue
            shelf = self._store.read()
            if shelf.lock and shelf.lock.number == number:
                self._number, self._renewed = number, begun
                written.delete_all(self._ssm, shelf.former_locks)
                return shelf
            # A number from before: we had looked long ago. The highest one counts.
            written.delete_all(self._ssm, [self._store.lock_name(number)])
        last = self._store.read().lock
        raise locks.HeldError(self._service, last.holder if last and last.holder else self._holder)

    def _until_free(self, tell: Callable[[str], None]) -> Shelf:
        shelf = self._store.read()
        first = shelf.lock
        while shelf.lock and not shelf.lock.free:
            if (shelf.lock.number, shelf.lock.version) != (first.number, first.version):
                raise locks.HeldError(self._service, shelf.lock.holder)
            left = shelf.lock.seconds - shelf.lock.age
            holder = shelf.lock.holder
            tell(f"{holder.by} has the lock ({holder.action}); gone, if not heard of in {left:.0f} s")
            self._clock.sleep(min(LOOKS, max(left, 0.05)))
            shelf = self._store.read()
        return shelf

    def _create(self, number: int) -> bool:
        name = self._store.lock_name(number)
        try:
            written.create(self._ssm, name, locks.lock_text(self._holder, self._seconds), self._store.tags(name))
        except AwsError as error:
            if error.code != written.EXISTS:
                raise
            # Ours all the same, when the SDK tried again after a lost answer.
            there = self._store.read().lock
            return bool(there and there.number == number and there.holder == self._holder)
        return True

    def keep(self) -> None:
        """To be called before anything is changed. Raises LostError when others may think that we are dead."""
        now = self._clock.now()
        if now - self._renewed > self._seconds / RENEWALS:
            self._refuse_late(now)
            name = self._store.lock_name(self._number or 0)
            written.overwrite(self._ssm, name, locks.lock_text(self._holder, self._seconds))
            self._renewed = now
        self._refuse_late(self._clock.now())

    def _refuse_late(self, now: float) -> None:
        if now - self._renewed > self._seconds:
            self._number = None
            raise locks.LostError(self._service)

    def release(self) -> None:
        """The name stays, so that its number is never used again."""
        if self._number is not None:
            written.overwrite(self._ssm, self._store.lock_name(self._number), locks.lock_text(None, self._seconds))
            self._number = None

    def now(self) -> float:
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """In pieces, none of which is as long as others would wait for us."""
        until = self._clock.now() + seconds
        while (left := until - self._clock.now()) > 0:
            self._clock.sleep(min(left, self._seconds / RENEWALS / 2))
            self.keep()
