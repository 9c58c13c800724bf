# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Taking, keeping and letting go of a lock. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Generic, NoReturn, Protocol, TypeVar

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock
from ansible_collections.twoway.privatelink.plugins.module_utils.lock import model as locks
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.ssm_api import Parameter
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog import api as written

LOOKS = 1.0  # seconds between two looks at a lock that somebody has
RENEWALS = 3  # in the life of a lock
TRIES = 5  # of those that want a lock at the same moment one is luckier each time
GOING = 3.0  # seconds that a holder whose process has ended has to let go itself


class Shelf(Protocol):
    """What lies there at one moment. Of `all_locks` the one with the highest number counts, which is `lock`."""

    all_locks: tuple[locks.Lock, ...]

    @property
    def lock(self) -> locks.Lock | None: ...


S = TypeVar("S", bound=Shelf)


class Store(Protocol[S]):
    """Where the locks of one thing lie. `advice` is for who finds it taken."""

    what: str
    advice: str

    def read(self) -> S: ...

    def lock_name(self, number: int) -> str: ...

    def tags(self, name: str) -> Mapping[str, str]: ...


def nobody_knows(_holder: locks.Holder) -> bool | None:
    return None


class Lease(Generic[S]):
    """A clock whose holder keeps the lock while it sleeps: all waiting goes through it.

    `lives` tells of a holder whether it is still there, None where only its silence can tell. With `leave` the name
    stays when it is let go of, so that its number is never used again.
    """

    def __init__(
        self,
        ssm: Any,
        store: Store[S],
        holder: locks.Holder,
        seconds: float,
        clock: Clock,
        *,
        lives: Callable[[locks.Holder], bool | None] = nobody_knows,
        leave: bool = True,
    ) -> None:
        self._ssm, self._store = ssm, store
        self._holder, self._seconds, self._clock = holder, seconds, clock
        self._lives, self._leave = lives, leave
        self._number: int | None = None
        self._version = 0
        self._renewed = 0.0

    def __enter__(self) -> Lease[S]:
        return self

    def __exit__(self, *_error: object) -> None:
        """What cannot be let go of ends by itself."""
        with suppress(AwsError):
            self.release()

    @property
    def name(self) -> str:
        return self._store.lock_name(self._number or 0)

    def take(self, tell: Callable[[str], None]) -> S:
        """What lies there once we may change it. Raises HeldError as soon as the one who has the lock is seen alive.

        Where a lock goes when it is let go of there mostly is none, and nobody looks before the first try.
        """
        for attempt in range(TRIES):
            before = self._until_free(tell).all_locks if self._leave or attempt else ()
            begun = self._clock.now()
            number = max((lock.number for lock in before), default=0) + 1
            if not self._create(number):
                continue
            shelf = self._store.read()
            former = tuple(lock for lock in shelf.all_locks if lock.number != number)
            if shelf.lock and shelf.lock.number == number and {*map(_of_whom, former)} <= {*map(_of_whom, before)}:
                self._number, self._version, self._renewed = number, shelf.lock.version, begun
                written.delete_all(self._ssm, [self._store.lock_name(lock.number) for lock in former])
                return shelf
            # A number from before, or one that somebody has taken since: we had looked long ago.
            written.delete_all(self._ssm, [self._store.lock_name(number)])
        last = self._store.read().lock
        raise self._held(last.holder if last and last.holder else self._holder)

    def _held(self, holder: locks.Holder) -> locks.HeldError:
        return locks.HeldError(self._store.what, holder, self._store.advice)

    def _until_free(self, tell: Callable[[str], None]) -> S:
        begun = self._clock.now()
        shelf = self._store.read()
        first = shelf.lock
        while shelf.lock and shelf.lock.holder and not shelf.lock.free:
            lives, holder = self._lives(shelf.lock.holder), shelf.lock.holder
            if lives or (shelf.lock.number, shelf.lock.version) != (first.number, first.version):
                raise self._held(holder)
            left = shelf.lock.seconds - shelf.lock.age
            if lives is False:
                left = min(left, GOING - (self._clock.now() - begun))
                if left <= 0:
                    break
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
            version = written.overwrite(self._ssm, self.name, locks.lock_text(self._holder, self._seconds))
            if version <= self._version:  # made anew: somebody has deleted it, and may have taken a higher number
                written.delete(self._ssm, [self.name])
                self._lose()
            self._version, self._renewed = version, now
        self._refuse_late(self._clock.now())

    def _refuse_late(self, now: float) -> None:
        if now - self._renewed > self._seconds:
            self._lose()

    def _lose(self) -> NoReturn:
        self._number = None
        raise locks.LostError(self._store.what)

    def release(self) -> None:
        if self._number is None:
            return
        if self._leave:
            written.overwrite(self._ssm, self.name, locks.lock_text(None, self._seconds))
        else:
            written.delete(self._ssm, [self.name])
        self._number = None

    def taken_over(self, other: Lease) -> Lease[S]:
        """This one, with the lock that another one has taken, in the process that is to keep it."""
        self._number, self._version, self._renewed = other._number, other._version, other._renewed
        return self

    def is_ours(self) -> bool:
        """What AWS says of it, for who has not heard of it for a while."""
        lock = self._store.read().lock
        return bool(lock and lock.number == self._number and lock.holder == self._holder)

    def now(self) -> float:
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """In pieces, none of which is as long as others would wait for us."""
        until = self._clock.now() + seconds
        while (left := until - self._clock.now()) > 0:
            self._clock.sleep(min(left, self._seconds / RENEWALS / 2))
            self.keep()


def lock_in(item: Parameter) -> locks.Lock:
    number = item.name.rpartition("/")[2]
    return locks.lock_of(int(number) if number.isdigit() else 0, item.text, item.age, item.version)


def _of_whom(lock: locks.Lock) -> tuple[int, locks.Holder | None]:
    """What tells a lock from a later one of the same number."""
    return lock.number, lock.holder
