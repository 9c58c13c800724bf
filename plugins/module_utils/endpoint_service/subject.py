# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An endpoint service for the runner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._client_token import create_alive
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME, the_only
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection import api as connection_api
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service import api, waiters
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.find import find_services
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import (
    Desired,
    EndpointService,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.plan import plan

SECONDS_TO_BE_SEEN = 20.0


class EndpointServiceSubject:
    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        self.desired = Desired.from_params(params)
        self.what = self.desired.what
        self.wait_timeout = self.desired.wait_timeout
        self._connect = connect
        self._clock = clock or SystemClock()
        self._service_id: str | None = None
        self._leaving: tuple[str, ...] = ()

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
        alive = [one for one in found if not one.leaving]
        service = the_only(alive, what=self.what, ids=[one.service_id for one in alive])
        if service is None:
            return found[0] if found else None
        self._service_id = service.service_id
        return self._completed(service.service_id, items)

    def _completed(self, service_id: str, items: list[dict[str, Any]]) -> EndpointService:
        item = next(item for item in items if item["ServiceId"] == service_id)
        if self.desired.present:
            return EndpointService.from_boto(item, principals=api.list_principals(self._ec2, service_id))
        return EndpointService.from_boto(item, connections=connection_api.list_connections(self._ec2, service_id))

    def plan(self, current: EndpointService | None) -> Plan:
        return plan(self.desired, current)

    def apply(self, change: Change) -> None:
        if change.verb == "create":
            self._service_id = self._create()
        elif change.verb == "reject":
            self._reject(change.values["endpoint_ids"])
        elif change.verb == "delete":
            api.delete_service(self._ec2, self._service_id)
        else:
            getattr(api, change.verb)(self._ec2, self._service_id, **change.values)

    def _create(self) -> str:
        desired = self.desired
        request = {
            "load_balancer_arns": desired.load_balancer_arns,
            "acceptance_required": desired.acceptance_required,
            "supported_ip_address_types": desired.supported_ip_address_types,
            "tags": desired.tags,
        }
        return create_alive(
            desired.owner,
            desired.name,
            request,
            create=lambda token: _made(api.create_service(self._ec2, token=token, **request)),
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

    def _reject(self, endpoint_ids: tuple[str, ...]) -> None:
        """AWS refuses to delete the service until the rejected connections are seen as such."""
        connection_api.reject(self._ec2, self._service_id, endpoint_ids)
        until_settled(
            self.read(),
            read=self.read,
            judge=waiters.no_live_connections,
            what=f"connections of {self.what}",
            timeout=self.wait_timeout,
            clock=self._clock,
        )

    def judge(self, current: EndpointService | None) -> Verdict:
        return waiters.judge(self.desired, current)

    def report(self, state: EndpointService | None) -> dict[str, Any]:
        shown = state if self.desired.present else None
        return {"endpoint_service": shown.as_result() if shown else None}


def _made(item: Mapping[str, Any]) -> tuple[str, bool]:
    service = EndpointService.from_boto(item)
    return service.service_id, service.leaving


def show_services(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """For the _info module: services by name, ids and tags, with principals and connections."""
    ec2 = connect("ec2")
    wanted = dict(params["tags"] or {})
    if params["name"] is not None:
        wanted[NAME] = params["name"]
    filters = [{"Name": f"tag:{key}", "Values": [str(value)]} for key, value in sorted(wanted.items())]
    shown = []
    for item in api.list_services(ec2, ids=params["service_ids"] or (), filters=filters):
        service = EndpointService.from_boto(
            item,
            principals=api.list_principals(ec2, item["ServiceId"]),
            connections=connection_api.list_connections(ec2, item["ServiceId"]),
        )
        if all(service.tags.get(key) == str(value) for key, value in wanted.items()):
            shown.append({**service.as_result(), "connections": service.connections.as_result()})
    return {"endpoint_services": sorted(shown, key=lambda service: service["service_id"])}
