"""Connection notifications: kept and shown; the rig publishes nothing to SNS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult

from rig.control.ec2 import ids, queries
from rig.control.ec2.actions import Actions, Rendered
from rig.control.ec2.errors import no_such_endpoint, no_such_service_id, refuse, unsuccessful

_EVENTS = frozenset({"Accept", "Connect", "Delete", "Reject"})
_GETTERS = {
    "connection-notification-arn": lambda entry: entry.arn,
    "connection-notification-id": lambda entry: entry.id,
    "connection-notification-state": lambda entry: "Enabled",
    "connection-notification-type": lambda entry: "Topic",
    "service-id": lambda entry: entry.service_id,
    "vpc-endpoint-id": lambda entry: entry.endpoint_id,
}


@dataclass(kw_only=True)
class Notification:
    arn: str
    events: list[str]
    region: str
    service_id: str | None = None
    endpoint_id: str | None = None
    id: str = field(default_factory=lambda: ids.new("vpce-nfn"))

    def rendered(self) -> dict[str, Any]:
        return {
            "ConnectionNotificationId": self.id,
            "ServiceId": self.service_id,
            "VpcEndpointId": self.endpoint_id,
            "ConnectionNotificationType": "Topic",
            "ConnectionNotificationArn": self.arn,
            "ConnectionEvents": self.events,
            "ConnectionNotificationState": "Enabled",
            "ServiceRegion": self.region,
        }


class NotificationActions(Actions):
    def create_vpc_endpoint_connection_notification(self) -> ActionResult:
        service_id, endpoint_id = self.request.get("ServiceId"), self.request.get("VpcEndpointId")
        if bool(service_id) == bool(endpoint_id):
            refuse("InvalidParameterCombination", "Either a service id or a VPC endpoint id must be specified")
        if service_id and service_id not in self.home.endpoint_services:
            no_such_service_id(service_id)
        if endpoint_id and endpoint_id not in self.home.endpoints:
            no_such_endpoint(endpoint_id)
        entry = Notification(
            arn=self._topic(),
            events=_known(self.required("ConnectionEvents")),
            region=self.region,
            service_id=service_id,
            endpoint_id=endpoint_id,
        )
        self.home.notifications[entry.id] = entry
        token = self.request.get("ClientToken")
        return Rendered(lambda: {"ConnectionNotification": entry.rendered(), "ClientToken": token})

    def describe_vpc_endpoint_connection_notifications(self) -> ActionResult:
        wanted = self.request.get("ConnectionNotificationId")
        entries = [self._notification(wanted)] if wanted else self.home.notifications.values()
        shown, token = queries.page(queries.select(entries, self.listed("Filters"), _GETTERS), self.request)
        return ActionResult({"ConnectionNotificationSet": [entry.rendered() for entry in shown], "NextToken": token})

    def modify_vpc_endpoint_connection_notification(self) -> ActionResult:
        entry = self._notification(self.required("ConnectionNotificationId"))
        if self.request.get("ConnectionNotificationArn"):
            entry.arn = self._topic()
        if self.listed("ConnectionEvents"):
            entry.events = _known(self.listed("ConnectionEvents"))
        return ActionResult({"ReturnValue": True})

    def delete_vpc_endpoint_connection_notifications(self) -> ActionResult:
        failed = []
        for notification_id in self.required("ConnectionNotificationIds"):
            if self.home.notifications.pop(notification_id, None) is None:
                message = f"The connection notification '{notification_id}' does not exist"
                failed.append(unsuccessful(notification_id, "InvalidConnectionNotification", message))
        return ActionResult({"Unsuccessful": failed})

    def _notification(self, notification_id: str) -> Notification:
        return self.home.notifications.get(notification_id) or refuse(
            "InvalidConnectionNotification", f"The connection notification '{notification_id}' does not exist"
        )

    def _topic(self) -> str:
        arn = self.required("ConnectionNotificationArn")
        if not arn.startswith(f"arn:{self.home.partition}:sns:"):
            refuse("InvalidParameter", f"The ARN {arn} is not that of an SNS topic")
        return arn


def _known(events: list[str]) -> list[str]:
    if not set(events) <= _EVENTS:
        refuse("InvalidParameterValue", f"Connection events must be among {', '.join(sorted(_EVENTS))}")
    return events
