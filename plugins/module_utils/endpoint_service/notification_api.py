# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's calls on the connection notifications of an endpoint service."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    LARGEST_PAGE,
    aws_call,
    of_services,
    pages,
    refuse_unsuccessful,
    unless_new,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.api import (
    NOT_FOUND as SERVICE_NOT_FOUND,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.notifications import (
    Notification,
    in_order,
)

NOT_FOUND = ("InvalidConnectionNotification",)


def list_notifications(ec2: Any, service_id: str) -> tuple[Notification, ...]:
    return list_by_service(ec2, [service_id]).get(service_id, ())


@aws_call("list connection notifications")
def list_by_service(ec2: Any, service_ids: Sequence[str]) -> dict[str, tuple[Notification, ...]]:
    request = {"Filters": of_services(service_ids), "MaxResults": LARGEST_PAGE}
    found: dict[str, list[Notification]] = {}
    for item in pages(ec2.describe_vpc_endpoint_connection_notifications, "ConnectionNotificationSet", **request):
        if item.get("ServiceId") in service_ids:  # those of endpoints have none
            found.setdefault(item["ServiceId"], []).append(Notification.from_boto(item))
    return {service_id: in_order(items) for service_id, items in found.items()}


@aws_call("create connection notification of {service_id}")
@unless_new(SERVICE_NOT_FOUND)
def create_notification(ec2: Any, service_id: str, notification: Notification) -> None:
    ec2.create_vpc_endpoint_connection_notification(
        ServiceId=service_id,
        ConnectionNotificationArn=notification.topic_arn,
        ConnectionEvents=list(notification.events),
        # For the SDK's own retries. One that stays the same from run to run would give back what was deleted since.
        ClientToken=str(uuid.uuid4()),
        aws_retry=True,
    )


@aws_call("modify connection notification {notification.notification_id}")
def modify_notification(ec2: Any, service_id: str, notification: Notification) -> None:
    ec2.modify_vpc_endpoint_connection_notification(
        ConnectionNotificationId=notification.notification_id,
        ConnectionEvents=list(notification.events),
        aws_retry=True,
    )


@aws_call("delete connection notifications {ids}")
def delete_notifications(ec2: Any, service_id: str, ids: Sequence[str]) -> None:
    answer = ec2.delete_vpc_endpoint_connection_notifications(ConnectionNotificationIds=list(ids), aws_retry=True)
    refuse_unsuccessful(f"delete connection notifications of {service_id}", answer, ignored=NOT_FOUND)
