"""endpoint_connection: the provider's word on endpoints of another account, every API call named."""

from __future__ import annotations

import pytest
from unit.plugins.modules.endpoint_connection.scenery import (
    ACCEPT,
    GHOST,
    LIST,
    MINE,
    MODULE,
    OTHERS,
    PAID,
    PAY,
    PROVIDER,
    REJECT,
    SERVICES,
    TAGS,
    crowd,
    rigs,
    shown,
)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"name": "tokyo-inbound"}, "tags: nothing", id="name without tags"),
        pytest.param({"service_id": None}, "service_id: no value", id="service not known"),
        pytest.param({"endpoint_ids": []}, "endpoint_ids: no endpoint named", id="nobody meant"),
        pytest.param({"owner_ids": ["tokyo"]}, "owner_ids[0]: tokyo", id="no account"),
        pytest.param({"state": "rejected", "accept_only": True}, "accept_only: state: rejected", id="reject only"),
        pytest.param(
            {"state": "rejected", "payer_responsibility": PAID}, "payer_responsibility: state: rejected", id="no pay"
        ),
        pytest.param({"payer_responsibility": "nobody"}, "vpc-endpoint-account", id="payer"),
        pytest.param(
            {"name": "other", "tags": TAGS}, "endpoint service other: there is none", id="service that is not there"
        ),
    ],
)
def test_invalid(run, cloud, options, message):
    result = run(MODULE, PROVIDER, **{"endpoint_ids": [GHOST], **options})

    assert result["failed"] and message in result["msg"] and "\n" not in result["msg"]
    assert ACCEPT not in cloud.calls


@pytest.mark.parametrize("service_id", [None, "", "vpce-svc-00000000"])
def test_check_on_an_empty_account_with_ids_not_known(run, service_id):
    result = run(MODULE, PROVIDER, check=True, service_id=service_id, endpoint_ids=[None])

    assert result["changed"] and [action["verb"] for action in result["actions"]] == ["accept"]
    assert shown(result) == [(None, "available")]


def test_accept(run, cloud, service, endpoint, states):
    one, other = endpoint(), endpoint()
    wanted = {"service_id": service["service_id"], "endpoint_ids": [one]}
    forecast = run(MODULE, PROVIDER, check=True, **wanted)
    assert forecast["changed"] and cloud.calls == [LIST]
    assert states() == {one: "pendingAcceptance", other: "pendingAcceptance"}

    result = run(MODULE, PROVIDER, **wanted)

    assert cloud.calls[:3] == [LIST, LIST, ACCEPT] and set(cloud.calls[3:]) == {LIST}
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert shown(result) == [(one, "available")]
    assert result["endpoint_connections"][0]["owner_id"] == MINE
    assert states() == {one: "available", other: "pendingAcceptance"}


SELECTIONS = [
    pytest.param({"owner_ids": [MINE]}, [0, 1], id="owner"),
    pytest.param({"connection_tags": {"team": "orders"}}, [1, 2], id="tag"),
    pytest.param({"connection_tags": {"team": "orders"}, "owner_ids": [OTHERS]}, [2], id="owner and tag"),
    pytest.param({"owner_ids": [MINE], "accept_only": True}, [0, 1], id="owner, no other"),
]


@pytest.mark.parametrize(("selection", "meant"), SELECTIONS)
def test_accept_by_owner_or_tag_in_one_call(run, cloud, service, endpoint, selection, meant, states, tag):
    made = [endpoint(), endpoint(), endpoint(OTHERS), endpoint(OTHERS)]
    for one in made[1:3]:
        tag(one, team="orders")
    wanted = {"service_id": service["service_id"], **selection}
    forecast = run(MODULE, PROVIDER, check=True, **wanted)
    result = run(MODULE, PROVIDER, **wanted)

    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert cloud.calls.count(ACCEPT) == 1
    rest = "rejected" if selection.get("accept_only") else "pendingAcceptance"
    expected = {one: "available" if number in meant else rest for number, one in enumerate(made)}
    assert states() == expected
    told = {one: state for one, state in expected.items() if state != "pendingAcceptance"}
    assert dict(shown(result)) == told
    again = run(MODULE, PROVIDER, **wanted)
    assert not again["changed"] and cloud.calls == [LIST]


@pytest.mark.parametrize("check", [False, True])
def test_accept_is_idempotent(run, cloud, service, endpoint, check):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint()]}
    run(MODULE, PROVIDER, **wanted)
    result = run(MODULE, PROVIDER, check=check, **wanted)

    assert not result["changed"] and cloud.calls == [LIST]
    assert result["diff"]["before"] == result["diff"]["after"]


def test_accept_only_leaves_what_was_accepted(run, cloud, service, endpoint, states):
    before, now, stranger = endpoint(), endpoint(), endpoint()
    run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[before])
    wanted = {"service_id": service["service_id"], "endpoint_ids": [now], "accept_only": True}
    result = run(MODULE, PROVIDER, **wanted)

    assert [action["verb"] for action in result["actions"]] == ["accept", "reject"]
    assert [call for call in cloud.calls if call != LIST] == [ACCEPT, REJECT]
    assert states() == {before: "available", now: "available", stranger: "rejected"}


def test_payer_of_one_endpoint(run, cloud, service, endpoint, connections):
    """FIELD A1: ModifyVpcEndpointPayerResponsibility works per endpoint."""
    one, other = endpoint(), endpoint()
    wanted = {"service_id": service["service_id"], "endpoint_ids": [one], "payer_responsibility": PAID}
    forecast = run(MODULE, PROVIDER, check=True, **wanted)
    result = run(MODULE, PROVIDER, **wanted)

    assert [call for call in cloud.calls if call != LIST] == [ACCEPT, PAY]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert result["endpoint_connections"][0]["payer_responsibility"] == PAID
    found = connections()
    assert found[one]["PayerResponsibilities"] == [{"Scope": "vpc-endpoint-charges", "PayerResponsibilityType": PAID}]
    assert "PayerResponsibilities" not in found[other] or not found[other]["PayerResponsibilities"]
    assert not run(MODULE, PROVIDER, **wanted)["changed"] and cloud.calls == [LIST]
    back = run(MODULE, PROVIDER, **{**wanted, "payer_responsibility": "vpc-endpoint-account"})
    assert back["endpoint_connections"][0]["payer_responsibility"] == "vpc-endpoint-account"


def test_an_old_sdk_matters_only_if_the_option_is_used(run, cloud, service, endpoint, old_sdk):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint()]}
    old_sdk(PAY)
    result = run(MODULE, PROVIDER, **wanted, payer_responsibility=PAID)

    assert result["failed"] and cloud.calls == []
    assert f"does not know {PAY}; allowed: botocore 1.43.38 or newer" in result["msg"]
    assert run(MODULE, PROVIDER, **wanted)["changed"]


def test_by_name_the_service_must_be_ours(run, cloud, service, endpoint):
    wanted = {"name": "tokyo-inbound", "tags": TAGS, "endpoint_ids": [endpoint()]}
    assert run(MODULE, PROVIDER, **wanted)["service_id"] == service["service_id"]

    assert not run(MODULE, PROVIDER, **wanted)["changed"]
    assert cloud.calls == [SERVICES, LIST]
    foreign = run(MODULE, PROVIDER, **{**wanted, "tags": {"privatelink:link": "osaka"}})
    assert foreign["failed"] and "there is none, or it does not carry our tags" in foreign["msg"]


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_a_named_endpoint_of_another_account_is_an_error(run, cloud, service, endpoint, state):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint()], "owner_ids": [OTHERS]}
    result = run(MODULE, PROVIDER, **wanted, state=state)

    assert result["failed"] and f"it is of account {MINE}" in result["msg"] and cloud.calls == [LIST]


def test_accept_without_wait(run, service, endpoint):
    one = endpoint()
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one], wait=False)

    assert shown(result) == [(one, "pending")] and result["note"] == ""


def test_reject_and_reject_twice(run, cloud, service, endpoint):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint()], "state": "rejected"}
    forecast = run(MODULE, PROVIDER, check=True, **wanted)
    result = run(MODULE, PROVIDER, **wanted)

    assert result["changed"] and cloud.calls == [LIST, REJECT, LIST]
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    assert shown(result) == [(wanted["endpoint_ids"][0], "rejected")]
    again = run(MODULE, PROVIDER, **wanted)
    assert not again["changed"] and cloud.calls == [LIST]


def test_reject_all_of_an_account_in_one_call(run, cloud, service, endpoint, states):
    one, two, other = endpoint(), endpoint(), endpoint(OTHERS)
    run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[one])
    run(MODULE, PROVIDER, service_id=service["service_id"], owner_ids=[MINE], state="rejected")

    assert cloud.calls == [LIST, REJECT, LIST]
    assert states() == {one: "rejected", two: "rejected", other: "pendingAcceptance"}


def test_reject_by_tag_and_owner(run, cloud, service, endpoint, states, tag):
    tagged, stranger, other = endpoint(), endpoint(OTHERS), endpoint()
    for one in (tagged, stranger):
        tag(one, team="orders")
    wanted = {"service_id": service["service_id"], "connection_tags": {"team": "orders"}, "state": "rejected"}
    run(MODULE, PROVIDER, **wanted, owner_ids=[MINE])
    assert states() == {tagged: "rejected", stranger: "pendingAcceptance", other: "pendingAcceptance"}

    assert run(MODULE, PROVIDER, **wanted)["changed"] and cloud.calls == [LIST, REJECT, LIST]
    assert states() == {tagged: "rejected", stranger: "rejected", other: "pendingAcceptance"}
    assert not run(MODULE, PROVIDER, **wanted)["changed"] and cloud.calls == [LIST]


def test_an_available_one_can_be_rejected_and_accepted_again(run, service, endpoint):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint()]}
    found = [shown(run(MODULE, PROVIDER, **wanted, state=word))[0][1] for word in ("accepted", "rejected", "accepted")]

    assert found == ["available", "rejected", "available"]


def test_what_was_rejected_is_not_accepted_because_of_its_owner(run, service, endpoint):
    wanted = {"service_id": service["service_id"], "endpoint_ids": [endpoint()]}
    run(MODULE, PROVIDER, **wanted, state="rejected")
    result = run(MODULE, PROVIDER, service_id=service["service_id"], owner_ids=[MINE])

    assert not result["changed"] and shown(result) == [(wanted["endpoint_ids"][0], "rejected")]


def test_reject_what_is_not_there_is_nothing_to_do(run, service):
    result = run(MODULE, PROVIDER, service_id=service["service_id"], endpoint_ids=[GHOST], state="rejected")

    assert not result["changed"] and shown(result) == []


def test_transit_gateway_attachments_are_no_endpoints(run, service, endpoint, monkeypatch):
    """The 1.44 model lists them among the connections, without an endpoint id."""
    from rig.control.ec2.endpoint import Endpoint

    one, attachment = endpoint(), endpoint()
    real = Endpoint.connection
    monkeypatch.setattr(
        Endpoint,
        "connection",
        lambda self: {key: value for key, value in real(self).items() if key != "VpcEndpointId" or self.id == one},
    )
    result = run(MODULE, PROVIDER, service_id=service["service_id"], owner_ids=[MINE])

    assert shown(result) == [(one, "available")] and rigs(attachment).state == "pendingAcceptance"


def test_a_thousand_connections_take_two_pages(run, cloud, service, endpoint):
    one = endpoint()
    crowd(one, cloud.settings.region)
    result = run(MODULE, PROVIDER, check=True, service_id=service["service_id"], endpoint_ids=[one])

    assert result["changed"] and cloud.calls == [LIST, LIST]
