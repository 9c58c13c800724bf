# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An endpoint service for the runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._client_token import create_alive
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import the_only
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import require
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection import api as connection_api
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service import (
    api,
    notification_api,
    waiters,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.find import find_services
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import EndpointService
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.plan import (
    plan,
    removes_principals,
    to_reject,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.wish import Desired

SECONDS_TO_BE_SEEN = 20.0


class EndpointServiceSubject:
    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        self._connect = connect
        self._clock = clock or SystemClock()
        self.desired = Desired.from_params(params, region=self._ec2.meta.region_name)
        self.what = self.desired.what
        self.wait_timeout = self.desired.wait_timeout
        require(self._ec2, (one for one in api.FEATURES if params[one.option] is not None))
        self._service_id: str | None = None
        self._leaving: tuple[str, ...] = ()
        self._found: EndpointService | None = None
        self._verifying = False

    @property
    def _ec2(self) -> Any:
        return self._connect("ec2")

    def read(self) -> EndpointService | None:
        """By id as soon as it is known: the index behind tag filters lags behind."""
        if self._service_id:
            items = api.list_services(self._ec2, ids=[self._service_id])
        else:
            items = find_services(self._ec2, self.desired.owner, name=self.desired.name)
        found = [EndpointService.from_boto(item) for item in items]
        self._leaving = tuple(one.service_id for one in found if one.leaving)
        if len(found) > 1 and not self.desired.present:
            return self._all_doomed(items)
        alive = [one for one in found if not one.leaving]
        service = the_only(alive, what=self.what, ids=[one.service_id for one in alive])
        if service is None:
            return found[0] if found else None
        self._service_id = service.service_id
        item = next(item for item in items if item["ServiceId"] == service.service_id)
        return self._present(item) if self.desired.present else self._doomed(item)

    def _present(self, item: Mapping[str, Any]) -> EndpointService:
        """With what the task compares: nothing is asked for that it does not look at."""
        desired, service_id = self.desired, item["ServiceId"]
        read: dict[str, Any] = {"principals": api.list_principals(self._ec2, service_id)}
        if desired.follow_zones:
            arns = [*item.get("NetworkLoadBalancerArns", ()), *item.get("GatewayLoadBalancerArns", ())]
            read["load_balancer_zones"] = tuple(api.list_zones(self._connect("elbv2"), arns))
        if desired.notifications is not None:
            read["notifications"] = notification_api.list_notifications(self._ec2, service_id)
        service = EndpointService.from_boto(item, **read)
        if not (desired.reject_on_principal_removal and removes_principals(desired, service)):
            return service
        return replace(service, connections=connection_api.list_connections(self._ec2, service_id))

    def _doomed(self, item: Mapping[str, Any]) -> EndpointService:
        service_id = item["ServiceId"]
        return EndpointService.from_boto(
            item,
            connections=connection_api.list_connections(self._ec2, service_id),
            notifications=notification_api.list_notifications(self._ec2, service_id),
        )

    def _all_doomed(self, items: Sequence[Mapping[str, Any]]) -> EndpointService:
        """Whatever their number: what is to go goes when it carries our tags."""
        first, *also = (self._doomed(item) for item in sorted(items, key=lambda item: item["ServiceId"]))
        return replace(first, also=tuple(also))

    def plan(self, current: EndpointService | None) -> Plan:
        self._found = current
        return plan(self.desired, current)

    def apply(self, change: Change) -> None:
        own = {
            "create": self._create,
            "reject": self._reject,
            "delete": self._delete,
            "follow_zones": self._follow_zones,
            "remove_principals": self._remove_principals,
            "verify_private_dns": self._verify_private_dns,
        }
        if change.verb in own:
            own[change.verb](**change.values)
        else:
            calls = notification_api if hasattr(notification_api, change.verb) else api
            values = {"service_id": self._service_id, **change.values}
            getattr(calls, change.verb)(self._ec2, **values)

    def _create(self) -> None:
        self._service_id = create_alive(
            self.desired.owner,
            self.desired.name,
            api.creation_request(self.desired),
            create=lambda token: _made(api.create_service(self._ec2, self.desired, token)),
            is_seen=self._is_seen,
            dead=self._leaving,
        )

    def _is_seen(self, service_id: str) -> bool:

        def look() -> list[dict[str, Any]]:
            return api.list_services(self._ec2, ids=[service_id])

        try:
            until_settled(
                look(),
                read=look,
                judge=lambda items: Verdict(settled=bool(items), note="not seen yet"),
                what=service_id,
                timeout=SECONDS_TO_BE_SEEN,
                clock=self._clock,
            )
        except WaitError:
            return False
        return True

    def _reject(self, endpoint_ids: tuple[str, ...], service_id: str | None = None) -> None:
        """AWS refuses to delete the service until the rejected connections are seen as such."""
        rejecting = service_id or self._service_id
        connection_api.reject(self._ec2, rejecting, endpoint_ids)
        if not self.desired.present:
            self._until(
                lambda current: waiters.no_live_connections(current, rejecting),
                self.read,
                what=f"connections of {self.what}",
            )

    def _delete(self, service_id: str | None = None) -> None:
        api.delete_service(self._ec2, service_id or self._service_id)

    def _follow_zones(self) -> None:
        def ask() -> EndpointService | None:
            api.follow_zones(self._ec2, self._service_id)
            return self.read()

        if self.desired.wait:
            self._until(waiters.follows_zones, ask, what=f"availability zones of {self.what}")
        else:
            api.follow_zones(self._ec2, self._service_id)

    def _remove_principals(self, principals: tuple[str, ...]) -> None:
        """Whoever connected between the reading and the removal is turned away as well."""
        api.remove_principals(self._ec2, self._service_id, principals)
        if self.desired.reject_on_principal_removal:
            left = api.list_principals(self._ec2, self._service_id)
            now = replace(self._found, connections=connection_api.list_connections(self._ec2, self._service_id))
            if late := to_reject(now, left):
                connection_api.reject(self._ec2, self._service_id, late)

    def _verify_private_dns(self) -> None:
        api.verify_private_dns(self._ec2, self._service_id)
        self._verifying = True

    def _until(self, judge: Any, read: Any, *, what: str) -> None:
        until_settled(read(), read=read, judge=judge, what=what, timeout=self.wait_timeout, clock=self._clock)

    def judge(self, current: EndpointService | None) -> Verdict:
        return waiters.judge(self.desired, current, verifying=self._verifying)

    def report(self, state: EndpointService | None) -> dict[str, Any]:
        shown = state if self.desired.present else None
        return {"endpoint_service": shown.as_result() if shown else None}


def _made(item: Mapping[str, Any]) -> tuple[str, bool]:
    service = EndpointService.from_boto(item)
    return service.service_id, service.leaving
