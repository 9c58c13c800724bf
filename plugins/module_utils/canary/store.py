# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Where a canary's state lies: one parameter, whose versions are its history, lock and orders below it. PRIVATE."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SERVICE, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.model import Order, State
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.serial import state_of, state_text
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.canary_records import root_of
from ansible_collections.twoway.privatelink.plugins.module_utils.lock import model as locks
from ansible_collections.twoway.privatelink.plugins.module_utils.lock import ssm_api
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.lease import lock_in
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog import api as written

ROLE_TAG, ROLE = "privatelink:role", "canary"
LOCK, ORDER = "lock", "order"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All that lies there at one moment. `now` is AWS's time, `version` the state's, 0 where there is none."""

    state: State | None
    version: int
    all_locks: tuple[locks.Lock, ...]
    order: Order | None
    now: float

    @property
    def lock(self) -> locks.Lock | None:
        return locks.newest(self.all_locks)


class Store:
    """Of one service. Only the holder of the lock writes the state; anybody may leave an order."""

    advice = "wait for it; pause and rollback it obeys at once"

    def __init__(self, ssm: Any, place: Place) -> None:
        self._ssm = ssm
        self._service = place.service or ""
        self.what = f"canary of {place.service}"
        self._owner = {LINK: place.link or "", SIDE: place.side or "isolated"}
        self.name = f"{root_of(place.link or '')}/{place.service}"
        self._version = 0

    def tags(self, name: str) -> dict[str, str]:
        return {**self._owner, SERVICE: self._service, ROLE_TAG: ROLE, NAME: name}

    def read(self) -> Shelf:
        below, now = ssm_api.read_below(self._ssm, self.name)
        found = {item.name: item for item in below}
        state = ssm_api.read(self._ssm, self.name)
        self._version = state.version if state else 0
        found_locks = [lock_in(item) for name, item in found.items() if name.startswith(f"{self.name}/{LOCK}/")]
        return Shelf(
            state=state_of(state.text, self.name) if state else None,
            version=self._version,
            all_locks=tuple(found_locks),
            order=_order_of(found[self._order_name].text) if self._order_name in found else None,
            now=now,
        )

    def refuse_strangers(self) -> None:
        """What lies there without our tags was put there by somebody else, and is never written over."""
        if not self._version:
            return
        if self.name not in written.list_owned(self._ssm, root_of(self._owner[LINK]), self._owner):
            raise PrivateLinkError(
                where=f"parameter {self.name}",
                found="one that does not carry this link's tags",
                allowed="a name nobody else uses",
                remedy="remove it, or tag it as the link's",
            )

    def lock_name(self, number: int) -> str:
        return f"{self.name}/{LOCK}/{number}"

    @property
    def _order_name(self) -> str:
        return f"{self.name}/{ORDER}"

    def write(self, state: State) -> None:
        """Raises LostError when somebody else has written since: then there are two, and that must not be."""
        text = state_text(state)
        version = written.overwrite(self._ssm, self.name, text) if self._version else self._create(text)
        for between in range(self._version + 1, version):
            # The SDK itself tries again when an answer is lost.
            found = ssm_api.read(self._ssm, f"{self.name}:{between}")
            if found is None or found.text != text:
                raise locks.LostError(self.what)
        self._version = version

    def _create(self, text: str) -> int:
        try:
            return written.create(self._ssm, self.name, text, self.tags(self.name))
        except AwsError as error:
            if error.code != written.EXISTS:
                raise
            found = ssm_api.read(self._ssm, self.name)
            if found is None or found.text != text:
                raise locks.LostError(self.what) from None
            return found.version

    def order(self, order: Order) -> None:
        text = json.dumps(vars(order), sort_keys=True, separators=(",", ":"))
        try:
            written.create(self._ssm, self._order_name, text, self.tags(self._order_name))
        except AwsError as error:
            if error.code != written.EXISTS:
                raise
            written.overwrite(self._ssm, self._order_name, text)

    def read_order(self) -> Order | None:
        found = ssm_api.read(self._ssm, self._order_name)
        return _order_of(found.text) if found else None

    def forget_order(self) -> None:
        written.delete(self._ssm, [self._order_name])

    def history(self) -> list[tuple[ssm_api.Parameter, State | None]]:
        """The oldest first, each with who AWS says has written it. What cannot be read any more is None."""
        return [(item, _readable(item, self.name)) for item in ssm_api.history(self._ssm, self.name)]


def _readable(item: ssm_api.Parameter, name: str) -> State | None:
    try:
        return state_of(item.text, name)
    except PrivateLinkError:
        return None


def _order_of(text: str) -> Order | None:
    """None for what nobody can obey."""
    try:
        told: Mapping[str, Any] = json.loads(text)
        return Order(**told)
    except (ValueError, TypeError):
        return None
