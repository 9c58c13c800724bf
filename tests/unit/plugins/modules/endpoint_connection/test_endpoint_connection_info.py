"""endpoint_connection_info: who is connected, and who asks to be."""

from __future__ import annotations

import pytest
from unit.plugins.modules.endpoint_connection.scenery import LIST, MINE, OTHERS, PAID, PROVIDER, crowd

MODULE = "endpoint_connection_info"


@pytest.fixture
def three(run, service, endpoint, tag):
    """One accepted, one that waits and is tagged, one of another account."""
    made = [endpoint(), endpoint(), endpoint(OTHERS)]
    tag(made[1], team="orders")
    run("endpoint_connection", PROVIDER, service_id=service["service_id"], endpoint_ids=made[:1])
    return made


def test_everything_is_told(run, cloud, service, endpoint, connections):
    one = endpoint()
    wanted = {"service_id": service["service_id"], "endpoint_ids": [one], "payer_responsibility": PAID}
    run("endpoint_connection", PROVIDER, **wanted)
    result = run(MODULE, PROVIDER)

    assert cloud.calls == [LIST] and result["changed"] is False
    [told], aws = result["endpoint_connections"], connections()[one]
    assert told == {
        "endpoint_id": one,
        "service_id": service["service_id"],
        "connection_id": aws["VpcEndpointConnectionId"],
        "owner_id": MINE,
        "region": "ap-northeast-1",
        "ip_address_type": "ipv4",
        "created": aws["CreationTimestamp"].isoformat(),
        "state": "available",
        "payer_responsibility": PAID,
        "load_balancer_arns": service["load_balancer_arns"],
        "gateway_load_balancer_arns": [],
        "dns_names": [entry["DnsName"] for entry in aws["DnsEntries"]],
        "tags": {},
    }


@pytest.mark.parametrize(
    ("narrowed", "chosen"),
    [
        pytest.param({}, {0, 1, 2}, id="all"),
        pytest.param({"states": ["pendingAcceptance"]}, {1, 2}, id="state"),
        pytest.param({"states": ["available", "rejected"]}, {0}, id="states"),
        pytest.param({"owner_ids": [OTHERS]}, {2}, id="owner"),
        pytest.param({"connection_tags": {"team": "orders"}}, {1}, id="tag"),
        pytest.param({"service_id": "vpce-svc-0123456789abcdef0"}, set(), id="another service"),
        pytest.param({"owner_ids": [MINE], "states": ["pendingAcceptance"]}, {1}, id="owner and state"),
    ],
)
def test_narrowed(run, cloud, three, narrowed, chosen):
    result = run(MODULE, PROVIDER, **narrowed)

    assert {one["endpoint_id"] for one in result["endpoint_connections"]} == {three[number] for number in chosen}
    assert cloud.calls == [LIST]


def test_named(run, three):
    [told] = run(MODULE, PROVIDER, endpoint_ids=three[2:])["endpoint_connections"]

    assert told["endpoint_id"] == three[2]


def test_check_mode_shows_the_same(run, three):
    assert run(MODULE, PROVIDER, check=True) == run(MODULE, PROVIDER)


def test_the_consumer_sees_none(run, three):
    assert run(MODULE, "public")["endpoint_connections"] == []


def test_a_thousand_come_in_pages(run, cloud, endpoint):
    crowd(endpoint(), cloud.settings.region)
    result = run(MODULE, PROVIDER)

    assert len(result["endpoint_connections"]) == 1001 and cloud.calls == [LIST, LIST]
