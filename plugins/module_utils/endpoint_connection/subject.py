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
    Connection,
    Connections,
    Desired,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.plan import plan
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.find import find_services


class EndpointConnectionSubject:
    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        self.desired = Desired.from_params(params)
        self.what = f"connections of {self.desired.service}"
        self.wait_timeout = self.desired.wait_timeout
        self._connect = connect
        self._clock = clock or SystemClock()
        self._service_id: str | None = None

    @property
    def _ec2(self) -> Any:
        return self._connect("ec2")

    def read(self) -> Connections:
        self._service_id = self._service_id or self._find_service()
        ids = [one for one in self.desired.endpoint_ids if one is not None]
        if self._service_id is None or not ids:
            return Connections()
        return api.list_connections(self._ec2, self._service_id, ids)

    def _find_service(self) -> str | None:
        """Given our tags, only a service that carries them; None when there is none."""
        desired = self.desired
        if desired.owner is None or desired.service == UNKNOWN:
            return desired.service_id
        services = find_services(self._ec2, desired.owner, name=desired.service_name_tag, service_id=desired.service_id)
        ids = [service["ServiceId"] for service in services if service["ServiceState"] != "Deleting"]
        return the_only(ids, what=f"endpoint service {desired.service}", ids=ids)

    def plan(self, current: Connections) -> Plan:
        return plan(self.desired, current)

    def apply(self, change: Change) -> None:
        endpoint_id = change.values["id"]
        if self._service_id is None:
            raise PrivateLinkError(
                where=f"endpoint service {self.desired.service}",
                found="there is none, or it does not carry our tags",
                remedy="make it first, with endpoint_service",
            )
        if change.verb == "reject":
            api.reject(self._ec2, self._service_id, [endpoint_id])
        elif self._seen(endpoint_id).state not in ACCEPTED:
            api.accept(self._ec2, self._service_id, [endpoint_id])

    def _seen(self, endpoint_id: str) -> Connection:
        """It may have been made a moment ago, in another account."""
        current, _verdict = until_settled(
            self.read(),
            read=self.read,
            judge=lambda current: waiters.seen(current, endpoint_id),
            what=self.what,
            timeout=self.wait_timeout,
            clock=self._clock,
        )
        return current.get(endpoint_id)

    def judge(self, current: Connections) -> Verdict:
        return waiters.judge(self.desired, current)

    def report(self, state: Connections) -> dict[str, Any]:
        return {"service_id": self._service_id, "endpoint_connections": state.as_result()}
