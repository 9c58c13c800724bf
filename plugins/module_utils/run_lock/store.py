# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Where the locks of a side lie: below /twoway/<link>/run/<side>, and only while a run has one. PRIVATE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils.lock import model as locks
from ansible_collections.twoway.privatelink.plugins.module_utils.lock import ssm_api
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.lease import lock_in

ROLE_TAG, ROLE = "privatelink:role", "run"


@dataclass(frozen=True, kw_only=True)
class RunShelf:
    all_locks: tuple[locks.Lock, ...]

    @property
    def lock(self) -> locks.Lock | None:
        return locks.newest(self.all_locks)


class RunStore:
    def __init__(self, ssm: Any, link: str, side: str, seconds: int) -> None:
        self._ssm = ssm
        self._owner = {LINK: link, SIDE: side, ROLE_TAG: ROLE}
        self.path = f"/twoway/{link}/run/{side}/lock"
        self.what = f"link {link}, {side} side"
        self.advice = (
            "wait until that run has ended, and run again; if it is dead, its lock ends by itself after "
            f"{seconds} s, or at once when the parameter below {self.path} is deleted"
        )

    def read(self) -> RunShelf:
        below, _now = ssm_api.read_below(self._ssm, self.path)
        return RunShelf(all_locks=tuple(lock_in(item) for item in below))

    def lock_name(self, number: int) -> str:
        return f"{self.path}/{number}"

    def tags(self, name: str) -> dict[str, str]:
        return {**self._owner, NAME: name}
