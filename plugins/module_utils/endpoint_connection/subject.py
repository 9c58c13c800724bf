# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Connections of one endpoint service, for the runner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import the_only
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import require
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection import api, waiters
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    ACCEPTED,
    UNKNOWN,
    Connections,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.wish import Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.find import find_services


class EndpointConnectionSubject:
    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        self.desired = Desired.from_params(params)
        self.what = f"connections of {self.desired.service}"
        self.wait_timeout = self.desired.wait_timeout
        self._connect = connect
        self._clock = clock or SystemClock()
        self._service_id: str | None = None
        self._shown: tuple[str | None, ...] = ()
        self._awaited: tuple[str | None, ...] = ()
        require(self._ec2, (one for one in api.FEATURES if params[one.option] is not None))

    @property
    def _ec2(self) -> Any:
        return self._connect("ec2")

    def read(self) -> Connections:
        """All of the service's: a page holds a thousand, so that asking for some of them would save little."""
        self._service_id = self._service_id or self._find_service()
        return Connections() if self._service_id is None else api.list_connections(self._ec2, self._service_id)

    def _find_service(self) -> str | None:
        """Given our tags, only a service that carries them; None when there is none."""
        desired = self.desired
        if desired.owner is None or desired.service == UNKNOWN:
            return desired.service_id
        services = find_services(self._ec2, desired.owner, name=desired.service_name_tag, service_id=desired.service_id)
        ids = [service["ServiceId"] for service in services if service["ServiceState"] != "Deleting"]
        return the_only(ids, what=f"endpoint service {desired.service}", ids=ids)

    def plan(self, current: Connections) -> Plan:
        """A request that comes in later is none of this run's business, so it is neither shown nor waited for."""
        made = plan(self.desired, current)
        self._shown = tuple(one.endpoint_id for one in made.after.items)
        goal = ACCEPTED if self.desired.accepted else ("rejected",)
        meant = made.after.where(lambda one: one.state in goal)
        self._awaited = self.desired.endpoint_ids or tuple(one.endpoint_id for one in meant.items)
        return made

    def apply(self, change: Change) -> None:
        if self._service_id is None:
            raise PrivateLinkError(
                where=f"endpoint service {self.desired.service}",
                found="there is none, or it does not carry our tags",
                remedy="make it first, with endpoint_service",
            )
        ids = change.values["endpoint_ids"]
        if change.verb == "accept":
            self._accept(ids)
        elif change.verb == "reject":
            api.reject(self._ec2, self._service_id, ids)
        else:
            for endpoint_id in ids:
                api.set_payer(self._ec2, self._service_id, endpoint_id, change.values["payer"])

    def _accept(self, endpoint_ids: tuple[str, ...]) -> None:
        """They may have been made a moment ago, in another account, and accepted meanwhile by another run."""
        current, _verdict = until_settled(
            self.read(),
            read=self.read,
            judge=lambda current: waiters.seen(current, endpoint_ids),
            what=self.what,
            timeout=self.wait_timeout,
            clock=self._clock,
        )
        now = current.where(lambda one: one.endpoint_id in endpoint_ids)
        for one in now.items:
            self.desired.refuse_foreign(one)
        if waiting := [one.endpoint_id for one in now.items if one.state not in ACCEPTED]:
            api.accept(self._ec2, self._service_id, waiting)

    def judge(self, current: Connections) -> Verdict:
        return waiters.judge(self.desired, current, self._awaited)

    def report(self, state: Connections) -> dict[str, Any]:
        shown = state.where(lambda one: one.endpoint_id in self._shown)
        return {"service_id": self._service_id, "endpoint_connections": shown.as_result()}
