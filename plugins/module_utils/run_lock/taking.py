# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Taking the lock of a side for a run. PRIVATE to the collection."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import SystemClock
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.caller import caller
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.lease import Lease
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.model import Holder
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock import keeper
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock.process import Process, this_machine
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock.store import RunStore


def take(params: Mapping[str, Any], connect: Connect, connect_anew: Callable[[], Connect]) -> dict[str, Any]:
    """`connect_anew` makes connections for the process that keeps the lock: it must not share ours."""
    owner = Process.from_text(params["owner"] or "") or Process.of(os.getppid())
    if owner.lives is None:
        raise PrivateLinkError(
            where="run_lock",
            found=f"a module that runs on {this_machine()}, and a run on {owner.machine}",
            allowed="one machine, for the lock goes with the process of the run",
            remedy="give the host ansible_connection: local",
        )
    holder = Holder(by=params["by"] or caller(), action=params["work"], token=owner.text)

    def lease(connect: Connect) -> Lease:
        ssm = connect("ssm")
        store = RunStore(ssm, params["link"], params["side"], params["seconds"])
        return Lease(ssm, store, holder, params["seconds"], SystemClock(), lives=_lives(holder), leave=False)

    taken = lease(connect)
    taken.take(lambda _line: None)
    kept_by = keeper.start(owner, lambda: lease(connect_anew()).taken_over(taken))
    return {"lock": {"name": taken.name, "by": holder.by, "keeper": kept_by.text, "owner": owner.text}}


def _lives(ours: Holder) -> Callable[[Holder], bool | None]:
    """Whether the process of a holder lives. A lock of our own that nobody keeps any more is as good as dead."""

    def lives(holder: Holder) -> bool | None:
        process = Process.from_text(holder.token)
        return False if holder.token == ours.token else process.lives if process else None

    return lives
