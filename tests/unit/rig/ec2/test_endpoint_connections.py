"""https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html (accept or reject requests)"""

from __future__ import annotations

import pytest
from unit.rig.ec2.scenery import error_of, make_endpoint, state_of


def connections(provider, **filters):
    wanted = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
    return provider.describe_vpc_endpoint_connections(Filters=wanted)["VpcEndpointConnections"]


def answer(call, service, *endpoint_ids):
    return call(ServiceId=service["ServiceId"], VpcEndpointIds=list(endpoint_ids))["Unsuccessful"]


@pytest.fixture
def endpoint(consumer, consumer_network, service):
    return make_endpoint(consumer, consumer_network, service["ServiceName"])


def test_a_request_waits_until_the_provider_accepts_it(cloud, consumer, endpoint):
    cloud.clock.advance(3600)
    assert endpoint["State"] == "pendingAcceptance"
    assert state_of(consumer, endpoint) == "pendingAcceptance"


def test_an_accepted_endpoint_is_pending_and_then_available(cloud, provider, consumer, service, endpoint):
    assert answer(provider.accept_vpc_endpoint_connections, service, endpoint["VpcEndpointId"]) == []
    assert state_of(consumer, endpoint) == "pending"
    cloud.clock.advance(cloud.settings.delay("endpoint"))
    assert state_of(consumer, endpoint) == "available"


def test_an_endpoint_is_pending_at_once_where_no_acceptance_is_required(
    cloud, provider, consumer, consumer_network, service
):
    provider.modify_vpc_endpoint_service_configuration(ServiceId=service["ServiceId"], AcceptanceRequired=False)
    endpoint = make_endpoint(consumer, consumer_network, service["ServiceName"])
    assert endpoint["State"] == "pending"
    cloud.clock.advance(cloud.settings.delay("endpoint"))
    assert state_of(consumer, endpoint) == "available"


@pytest.mark.parametrize("accepted_before", [False, True], ids=["a waiting request", "a live connection"])
def test_the_provider_may_reject(cloud, provider, consumer, service, endpoint, accepted_before):
    if accepted_before:
        answer(provider.accept_vpc_endpoint_connections, service, endpoint["VpcEndpointId"])
        cloud.clock.advance(60)
    assert answer(provider.reject_vpc_endpoint_connections, service, endpoint["VpcEndpointId"]) == []
    cloud.clock.advance(60)
    assert state_of(consumer, endpoint) == "rejected"


def test_an_endpoint_rejected_while_pending_stays_rejected(cloud, provider, consumer, service, endpoint):
    answer(provider.accept_vpc_endpoint_connections, service, endpoint["VpcEndpointId"])
    answer(provider.reject_vpc_endpoint_connections, service, endpoint["VpcEndpointId"])
    cloud.clock.advance(60)
    assert state_of(consumer, endpoint) == "rejected"


def test_unknown_endpoints_come_back_as_unsuccessful_beside_those_that_are_accepted(
    provider, consumer, service, endpoint
):
    wanted = ["vpce-0123456789abcdef0", endpoint["VpcEndpointId"]]
    failed = answer(provider.accept_vpc_endpoint_connections, service, *wanted)
    assert [(entry["ResourceId"], entry["Error"]["Code"]) for entry in failed] == [
        ("vpce-0123456789abcdef0", "InvalidVpcEndpoint.NotFound")
    ]
    assert state_of(consumer, endpoint) == "pending"


def test_a_deleting_endpoint_cannot_be_accepted(provider, consumer, service, endpoint):
    consumer.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    failed = answer(provider.accept_vpc_endpoint_connections, service, endpoint["VpcEndpointId"])
    assert failed[0]["Error"]["Code"] == "InvalidState"


def test_a_stranger_cannot_accept(consumer, service, endpoint):
    code, _message = error_of(
        consumer.accept_vpc_endpoint_connections,
        ServiceId=service["ServiceId"],
        VpcEndpointIds=[endpoint["VpcEndpointId"]],
    )
    assert code == "InvalidVpcEndpointServiceId.NotFound"


def test_a_request_that_nobody_answers_expires_after_seven_days(cloud, consumer, endpoint):
    cloud.clock.advance(7 * 86400)
    assert state_of(consumer, endpoint) == "expired"


def test_only_the_provider_sees_the_connection(cloud, provider, consumer, service, endpoint):
    (seen,) = connections(provider)
    assert seen["VpcEndpointId"] == endpoint["VpcEndpointId"]
    assert seen["ServiceId"] == service["ServiceId"]
    assert seen["VpcEndpointOwner"] == cloud.account("public").id
    assert seen["VpcEndpointState"] == "pendingAcceptance"
    assert seen["NetworkLoadBalancerArns"] == service["NetworkLoadBalancerArns"]
    assert seen["VpcEndpointConnectionId"].startswith("vpce-con-")
    assert connections(consumer) == []


def test_connections_are_filtered(cloud, provider, service, endpoint):
    assert len(connections(provider, service_id=service["ServiceId"], vpc_endpoint_state="pendingAcceptance")) == 1
    assert len(connections(provider, vpc_endpoint_owner=cloud.account("public").id)) == 1
    assert len(connections(provider, vpc_endpoint_id=endpoint["VpcEndpointId"])) == 1
    assert connections(provider, vpc_endpoint_state="available") == []
    assert connections(provider, service_id="vpce-svc-0123456789abcdef0") == []


def test_the_connection_ends_with_the_endpoint(cloud, provider, consumer, endpoint):
    consumer.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert connections(provider)[0]["VpcEndpointState"] == "deleting"
    cloud.clock.advance(cloud.settings.delay("endpoint_deletion"))
    assert connections(provider)[0]["VpcEndpointState"] == "deleted"
    cloud.clock.advance(cloud.settings.delay("deleted_endpoint"))
    assert connections(provider) == []


@pytest.mark.parametrize("state", ["failed", "expired", "partial"])
def test_what_aws_decides_by_itself_happens_by_the_back_door(backdoor, provider, consumer, service, endpoint, state):
    backdoor("POST", "endpoint-state", {"endpoint_id": endpoint["VpcEndpointId"], "state": state, "reason": "no room"})
    assert state_of(consumer, endpoint) == state
    (seen,) = consumer.describe_vpc_endpoints()["VpcEndpoints"]
    assert seen.get("FailureReason") == ("no room" if state == "failed" else None)
    assert connections(provider)[0]["VpcEndpointState"] == state


def test_a_partial_connection_is_live_and_can_be_rejected(backdoor, provider, service, endpoint):
    backdoor("POST", "endpoint-state", {"endpoint_id": endpoint["VpcEndpointId"], "state": "partial"})
    (refused,) = provider.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])["Unsuccessful"]
    assert refused["Error"]["Code"] == "ExistingVpcEndpointConnections"
    assert answer(provider.reject_vpc_endpoint_connections, service, endpoint["VpcEndpointId"]) == []
    assert connections(provider)[0]["VpcEndpointState"] == "rejected"


def test_the_provider_may_pay_for_one_endpoint(provider, consumer, service, endpoint):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointPayerResponsibility.html"""
    wanted = {"VpcEndpointId": endpoint["VpcEndpointId"], "Scope": "vpc-endpoint-charges"}
    paid = [{"Scope": "vpc-endpoint-charges", "PayerResponsibilityType": "vpc-endpoint-service-account"}]
    pay = provider.modify_vpc_endpoint_payer_responsibility
    told = pay(ServiceId=service["ServiceId"], PayerResponsibility="vpc-endpoint-service-account", **wanted)
    assert told["PayerResponsibilities"] == paid
    assert connections(provider)[0]["PayerResponsibilities"] == paid
    assert consumer.describe_vpc_endpoints()["VpcEndpoints"][0]["PayerResponsibilities"] == paid


@pytest.mark.parametrize(
    "wrong, code",
    [
        ({"PayerResponsibility": "resource-gateway-account"}, "InvalidParameterValue"),
        ({"Scope": "resource-gateway-charges"}, "InvalidParameterValue"),
        ({"VpcEndpointId": "vpce-0123456789abcdef0"}, "InvalidVpcEndpointId.NotFound"),
        ({"ServiceId": "vpce-svc-0123456789abcdef0"}, "InvalidVpcEndpointId.NotFound"),
    ],
)
def test_who_cannot_pay_for_what(provider, endpoint, wrong, code):
    wanted = {"VpcEndpointId": endpoint["VpcEndpointId"], "Scope": "vpc-endpoint-charges"}
    wanted = {**wanted, "PayerResponsibility": "vpc-endpoint-service-account", **wrong}
    assert error_of(provider.modify_vpc_endpoint_payer_responsibility, **wanted)[0] == code
