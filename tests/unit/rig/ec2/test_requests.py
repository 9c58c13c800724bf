"""What every EC2 call honours.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
"""

from __future__ import annotations

from unit.rig.ec2.scenery import error_of

TOKEN = "0d9e6cf4-token"


def wanted(network, service, **more):
    return {
        "VpcId": network.vpc_id,
        "ServiceName": service["ServiceName"],
        "VpcEndpointType": "Interface",
        "SubnetIds": [network.subnet_ids[0]],
        "ClientToken": TOKEN,
    } | more


def test_the_same_token_makes_one_endpoint_and_shows_its_present_state(
    cloud, provider, consumer, consumer_network, service
):
    first = consumer.create_vpc_endpoint(**wanted(consumer_network, service))
    endpoint_id = first["VpcEndpoint"]["VpcEndpointId"]
    provider.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint_id])
    cloud.clock.advance(60)
    second = consumer.create_vpc_endpoint(**wanted(consumer_network, service))
    assert second["VpcEndpoint"]["VpcEndpointId"] == endpoint_id
    assert second["VpcEndpoint"]["State"] == "available"
    assert first["ClientToken"] == second["ClientToken"] == TOKEN
    assert len(consumer.describe_vpc_endpoints()["VpcEndpoints"]) == 1


def test_the_same_token_for_something_else_is_refused(consumer, consumer_network, service):
    consumer.create_vpc_endpoint(**wanted(consumer_network, service))
    changed = wanted(consumer_network, service, SubnetIds=[consumer_network.subnet_ids[1]])
    assert error_of(consumer.create_vpc_endpoint, **changed)[0] == "IdempotentParameterMismatch"


def test_a_token_belongs_to_one_account(provider, consumer, provider_network, consumer_network, service):
    consumer.create_vpc_endpoint(**wanted(consumer_network, service))
    provider.create_vpc_endpoint(**wanted(provider_network, service))
    assert len(provider.describe_vpc_endpoints()["VpcEndpoints"]) == 1


def test_a_token_of_a_failed_call_may_be_used_again(consumer, consumer_network, service):
    missing = wanted(consumer_network, service, SubnetIds=["subnet-0123456789abcdef0"])
    assert error_of(consumer.create_vpc_endpoint, **missing)[0] == "InvalidSubnetID.NotFound"
    consumer.create_vpc_endpoint(**wanted(consumer_network, service))


def test_tokens_are_honoured_by_motos_own_actions_too(consumer, consumer_network):
    consumer.create_internet_gateway()
    allocation_id = consumer.allocate_address(Domain="vpc")["AllocationId"]
    asked = {"SubnetId": consumer_network.subnet_ids[0], "AllocationId": allocation_id, "ClientToken": TOKEN}
    first, second = (consumer.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"] for _turn in range(2))
    assert first == second


def test_the_same_token_makes_one_service(provider, load_balancer_arn):
    asked = {"NetworkLoadBalancerArns": [load_balancer_arn], "ClientToken": TOKEN}
    first, second = (
        provider.create_vpc_endpoint_service_configuration(**asked)["ServiceConfiguration"]["ServiceId"]
        for _turn in range(2)
    )
    assert first == second


def test_a_dry_run_makes_nothing(consumer, provider, consumer_network, service, load_balancer_arn):
    code, _message = error_of(consumer.create_vpc_endpoint, **wanted(consumer_network, service, DryRun=True))
    assert code == "DryRunOperation"
    assert consumer.describe_vpc_endpoints()["VpcEndpoints"] == []
    code, _message = error_of(
        provider.delete_vpc_endpoint_service_configurations, ServiceIds=[service["ServiceId"]], DryRun=True
    )
    assert code == "DryRunOperation"
    assert provider.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]


def test_a_bad_page_token_is_refused(consumer):
    assert error_of(consumer.describe_vpc_endpoints, NextToken="nonsense!")[0] == "InvalidNextToken"


def test_every_answer_has_an_id_of_its_own(consumer):
    ids = {consumer.describe_vpcs()["ResponseMetadata"]["RequestId"] for _turn in range(2)}
    assert len(ids) == 2
    assert "request-id" not in ids
