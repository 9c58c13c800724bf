"""endpoint_service_info: everything of every service, in few calls."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rig.control.ec2 import backends
from unit.plugins.modules.endpoint_service.scenery import (
    CONNECTIONS,
    FAR,
    HERE,
    HOME,
    LIST,
    MODULE,
    NAME,
    NOTIFICATIONS,
    OTHER,
    PRINCIPALS,
    TAGS,
    TOPIC,
)

INFO = "endpoint_service_info"


def test_everything_is_told(run, cloud, options, connect, described):
    connected = connect("one")
    more = {
        "supported_regions": [FAR],
        "private_dns_name": NAME,
        "connection_notifications": [{"topic_arn": TOPIC, "events": ["Accept"]}],
        "payer_responsibility": "ServiceOwner",
        "confirm_payer_responsibility": True,
    }
    made = run(MODULE, HERE, **options, **more)["endpoint_service"]
    result = run(INFO, HERE, tags={"privatelink:link": "tokyo"})

    assert cloud.calls == [LIST, CONNECTIONS, NOTIFICATIONS, PRINCIPALS] and not result["changed"]
    [shown] = result["endpoint_services"]
    [connection] = shown.pop("connections")
    assert shown == made
    assert (connection["endpoint_id"], connection["state"], connection["owner_id"]) == (
        connected,
        "available",
        "111111111111",
    )
    assert shown["region_states"] == {HOME: "Available", FAR: "Available"}
    assert shown["private_dns_verification"]["record_value"] == described()["PrivateDnsNameConfiguration"]["Value"]


@pytest.mark.parametrize(
    "narrowed",
    [{"name": "other"}, {"tags": {"privatelink:link": "osaka"}}, {"service_ids": ["vpce-svc-0123456789abcdef0"]}],
)
def test_what_is_not_there(run, cloud, service, narrowed):
    assert run(INFO, HERE, **narrowed)["endpoint_services"] == []
    assert cloud.calls == [LIST]


@pytest.mark.parametrize("narrowed", [{}, {"name": "tokyo-inbound"}, {"tags": TAGS}])
def test_what_is_there(run, service, narrowed):
    [shown] = run(INFO, HERE, **narrowed)["endpoint_services"]

    assert shown["service_id"] == service["service_id"]


def test_named(run, cloud, service):
    [shown] = run(INFO, HERE, service_ids=[service["service_id"]])["endpoint_services"]

    assert shown["name"] == "tokyo-inbound" and cloud.calls == [LIST, CONNECTIONS, NOTIFICATIONS, PRINCIPALS]


def test_each_service_has_its_own(run, cloud, options, service, connect, balancer_arn):
    """Three lists for all services; principals are told by service."""
    connected = connect("one")
    second = {**options, "name": "tokyo-second", "load_balancer_arns": [balancer_arn(HERE, "second")]}
    tell = [{"topic_arn": TOPIC, "events": ["Accept"]}]
    run(MODULE, HERE, **{**second, "allowed_principals": [OTHER], "connection_notifications": tell})
    shown = {one["name"]: one for one in run(INFO, HERE)["endpoint_services"]}

    assert cloud.calls == [LIST, CONNECTIONS, NOTIFICATIONS, PRINCIPALS, PRINCIPALS]
    first, second = shown["tokyo-inbound"], shown["tokyo-second"]
    assert [one["endpoint_id"] for one in first["connections"]] == [connected] and second["connections"] == []
    assert first["connection_notifications"] == []
    assert [one["topic_arn"] for one in second["connection_notifications"]] == [TOPIC]
    assert second["allowed_principals"] == [OTHER] != first["allowed_principals"]


def more_services(service_id, number):
    """So many more like this one; each would need a load balancer of its own."""
    home = backends.of("222222222222", HOME)
    model = home.endpoint_services[service_id]
    for count in range(number):
        clone = type(model)(account_id=model.account_id, region=HOME, load_balancer_arns=model.load_balancer_arns)
        clone.id = f"vpce-svc-{count:017x}"
        home.endpoint_services[clone.id] = clone


def test_more_services_than_a_filter_takes(run, cloud, service, connect):
    """A filter takes 200 values, so beyond that everything is listed and sorted out here."""
    connected = connect("one")
    more_services(service["service_id"], 200)
    shown = run(INFO, HERE)["endpoint_services"]

    assert len(shown) == 201 and cloud.calls[:3] == [LIST, CONNECTIONS, NOTIFICATIONS]
    assert [one["service_id"] for one in shown if one["connections"]] == [service["service_id"]]
    assert connected in [one["endpoint_id"] for service in shown for one in service["connections"]]


def test_a_thousand_services_come_in_pages(run, cloud, service):
    """Stopped at the first question about one of them, of which a thousand would follow."""
    more_services(service["service_id"], 1000)
    cloud.fault(PRINCIPALS, "error", code="Stop")
    result = run(INFO, HERE)

    assert result["failed"] and cloud.calls == [LIST, LIST, CONNECTIONS, NOTIFICATIONS, PRINCIPALS]


def test_a_thousand_notifications_come_in_pages(run, cloud, service):
    ec2 = cloud.client("ec2", HERE)
    made = ec2.create_vpc_endpoint_connection_notification(
        ServiceId=service["service_id"], ConnectionNotificationArn=TOPIC, ConnectionEvents=["Accept"]
    )["ConnectionNotification"]["ConnectionNotificationId"]
    home = backends.of("222222222222", HOME)
    for number in range(1000):
        one = replace(home.notifications[made], id=f"vpce-nfn-{number:017x}")
        home.notifications[one.id] = one
    [shown] = run(INFO, HERE)["endpoint_services"]

    assert len(shown["connection_notifications"]) == 1001
    assert cloud.calls == [LIST, CONNECTIONS, NOTIFICATIONS, NOTIFICATIONS, PRINCIPALS]
