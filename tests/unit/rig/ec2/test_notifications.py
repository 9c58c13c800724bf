"""https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint.html"""

from __future__ import annotations

import pytest
from unit.rig.ec2.scenery import error_of

TOPIC = "arn:aws:sns:ap-northeast-1:222222222222:endpoints"


@pytest.fixture
def notification(provider, service):
    return provider.create_vpc_endpoint_connection_notification(
        ServiceId=service["ServiceId"], ConnectionNotificationArn=TOPIC, ConnectionEvents=["Accept", "Connect"]
    )["ConnectionNotification"]


def shown(ec2, **params):
    return ec2.describe_vpc_endpoint_connection_notifications(**params)["ConnectionNotificationSet"]


def test_a_notification_is_shown_as_it_was_made(provider, service, notification):
    assert shown(provider, ConnectionNotificationId=notification["ConnectionNotificationId"]) == [notification]
    assert notification["ServiceId"] == service["ServiceId"]
    assert notification["ConnectionNotificationState"] == "Enabled"
    assert notification["ConnectionEvents"] == ["Accept", "Connect"]


def test_notifications_are_filtered_and_their_owners_alone(provider, consumer, service, notification):
    by_service = [{"Name": "service-id", "Values": [service["ServiceId"]]}]
    assert shown(provider, Filters=by_service) == [notification]
    assert shown(provider, Filters=[{"Name": "service-id", "Values": ["vpce-svc-0"]}]) == []
    assert shown(consumer) == []


def test_events_are_changed(provider, notification):
    notification_id = notification["ConnectionNotificationId"]
    provider.modify_vpc_endpoint_connection_notification(
        ConnectionNotificationId=notification_id, ConnectionEvents=["Reject"]
    )
    assert shown(provider)[0]["ConnectionEvents"] == ["Reject"]


def test_unknown_events_and_other_arns_are_refused(provider, service):
    wanted = {"ServiceId": service["ServiceId"], "ConnectionNotificationArn": TOPIC, "ConnectionEvents": ["Accept"]}
    create = provider.create_vpc_endpoint_connection_notification
    assert error_of(create, **wanted | {"ConnectionEvents": ["Explode"]})[0] == "InvalidParameterValue"
    assert error_of(create, **wanted | {"ConnectionNotificationArn": "arn:aws:sqs:x"})[0] == "InvalidParameter"


def test_deleting_reports_what_was_not_there(provider, notification):
    wanted = [notification["ConnectionNotificationId"], "vpce-nfn-0123456789abcdef0"]
    (failed,) = provider.delete_vpc_endpoint_connection_notifications(ConnectionNotificationIds=wanted)["Unsuccessful"]
    assert failed["ResourceId"] == wanted[1]
    assert shown(provider) == []
