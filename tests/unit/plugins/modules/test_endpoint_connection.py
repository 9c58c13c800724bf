"""endpoint_connection: the provider's word on endpoints of another account."""

from __future__ import annotations

import pytest

MODULE, PROVIDER, CONSUMER = "endpoint_connection", "isolated", "public"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}
LIST, ACCEPT, REJECT = "DescribeVpcEndpointConnections", "AcceptVpcEndpointConnections", "RejectVpcEndpointConnections"
SERVICES = "DescribeVpcEndpointServiceConfigurations"


@pytest.fixture
def service(run, balancer_arn):
    options = {"load_balancer_arns": [balancer_arn(PROVIDER, "tokyo-inbound")], "allowed_principals": ["*"]}
    return run("endpoint_service", PROVIDER, name="tokyo-inbound", tags=TAGS, **options)["endpoint_service"]


@pytest.fixture
def endpoint(run, network, service):
    """endpoint("name") -> the id of a new one that waits to be accepted."""
    there = network(CONSUMER)

    def make(name: str) -> str:
        result = run(
            "interface_endpoint",
            CONSUMER,
            name=name,
            vpc_id=there.vpc_id,
            service_name=service["service_name"],
            subnet_ids=there.subnet_ids,
            security_group_ids=there.security_group_ids,
            tags={"privatelink:link": "tokyo", "privatelink:side": "public"},
        )
        assert result["interface_endpoint"]["state"] == "pendingAcceptance"
        return result["interface_endpoint"]["endpoint_id"]

    return make


def state(result):
    return [(one["endpoint_id"], one["state"]) for one in result["endpoint_connections"]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"name": "tokyo-inbound"}, "tags: nothing", id="name without tags"),
        pytest.param({"service_id": None}, "service_id: no value", id="service not known"),
        pytest.param(
            {"name": "other", "tags": TAGS}, "endpoint service other: there is none", id="service that is not there"
        ),
    ],
)
def test_invalid(run, cloud, options, message):
    result = run(MODULE, PROVIDER, endpoint_ids=["vpce-0123456789abcdef0"], **options)

    assert result["failed"] and message in result["msg"]
    assert ACCEPT not in cloud.calls


@pytest.mark.parametrize("service_id", [None, "", "vpce-svc-00000000"])
def test_check_on_an_empty_account_with_ids_not_known(run, service_id):
    result = run(MODULE, PROVIDER, check=True, service_id=service_id, endpoint_ids=[None])

    assert result["changed"] and [action["verb"] for action in result["actions"]] == ["accept"]
    assert state(result) == [(None, "available")]


def test_accept(run, cloud, service, endpoint):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint("one")]}
    other = endpoint("two")
    forecast = run(MODULE, PROVIDER, check=True, **wanted)
    assert forecast["changed"] and cloud.calls == [LIST]

    result = run(MODULE, PROVIDER, **wanted)

    assert cloud.calls[:3] == [LIST, LIST, ACCEPT] and set(cloud.calls[3:]) == {LIST}
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert state(result) == [(wanted["endpoint_ids"][0], "available")]
    assert result["endpoint_connections"][0]["owner_id"] == "111111111111"
    untouched = run(MODULE, PROVIDER, check=True, service_id=service["service_id"], endpoint_ids=[other])
    assert untouched["diff"]["before"] == {other: "pendingAcceptance"}


@pytest.mark.parametrize("check", [False, True])
def test_accept_is_idempotent(run, cloud, service, endpoint, check):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint("one")]}
    run(MODULE, PROVIDER, **wanted)
    result = run(MODULE, PROVIDER, check=check, **wanted)

    assert not result["changed"] and cloud.calls == [LIST]
    assert result["diff"]["before"] == result["diff"]["after"]


def test_by_name_the_service_must_be_ours(run, cloud, service, endpoint):
    wanted = {"name": "tokyo-inbound", "tags": TAGS, "endpoint_ids": [endpoint("one")]}
    assert run(MODULE, PROVIDER, **wanted)["service_id"] == service["service_id"]

    assert not run(MODULE, PROVIDER, **wanted)["changed"]
    assert cloud.calls == [SERVICES, LIST]
    foreign = run(MODULE, PROVIDER, **{**wanted, "tags": {"privatelink:link": "osaka"}})
    assert foreign["failed"] and "there is none, or it does not carry our tags" in foreign["msg"]


def test_accept_without_wait_says_what_is_to_come(run, service, endpoint):
    one = endpoint("one")
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one], wait=False)

    assert state(result) == [(one, "pending")] and result["note"] == ""


def test_an_endpoint_that_never_shows_up(run, cloud, service):
    ghost = "vpce-0123456789abcdef0"
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[ghost], wait_timeout=30)

    assert result["failed"] and f"after 30 s: {ghost} is not among the connections" in result["msg"]
    assert ACCEPT not in cloud.calls


def test_reject_and_reject_twice(run, cloud, service, endpoint):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint("one")], "state": "rejected"}
    forecast = run(MODULE, PROVIDER, check=True, **wanted)
    result = run(MODULE, PROVIDER, **wanted)

    assert result["changed"] and REJECT in cloud.calls
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert state(result) == [(wanted["endpoint_ids"][0], "rejected")]
    again = run(MODULE, PROVIDER, **wanted)
    assert not again["changed"] and cloud.calls == [LIST]


def test_an_available_one_can_be_rejected_and_accepted_again(run, service, endpoint):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint("one")]}
    states = [state(run(MODULE, PROVIDER, **wanted, state=word))[0][1] for word in ("accepted", "rejected", "accepted")]

    assert states == ["available", "rejected", "available"]


def test_reject_what_is_not_there_is_nothing_to_do(run, service):
    ghost = ["vpce-0123456789abcdef0"]
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=ghost, state="rejected")

    assert not result["changed"] and state(result) == []


def test_a_thousand_connections_take_one_call(run, cloud, service, endpoint, monkeypatch):
    from rig.control.ec2 import connection_actions

    one = endpoint("one")
    real = connection_actions.backends.endpoints
    monkeypatch.setattr(connection_actions.backends, "endpoints", lambda: [*real()] * 1000)
    result = run(MODULE, PROVIDER, check=True, service_id=service["service_id"], endpoint_ids=[one])

    assert result["changed"] and cloud.calls == [LIST]
