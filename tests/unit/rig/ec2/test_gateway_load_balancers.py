"""https://docs.aws.amazon.com/vpc/latest/privatelink/create-gateway-load-balancer-endpoint-service.html"""

from __future__ import annotations

from rig.control.ec2 import load_balancers
from unit.rig.ec2.scenery import error_of, make_load_balancer, state_of


def test_a_gateway_load_balancer_has_endpoints_of_its_own_type(cloud, provider, provider_network):
    # The sandbox makes no gateway load balancers: one that says it is one is all that EC2 looks at.
    arn = make_load_balancer(cloud.client("isolated", "elbv2"), provider_network, "inspect")
    load_balancers.find(arn).type = "gateway"
    service = provider.create_vpc_endpoint_service_configuration(
        GatewayLoadBalancerArns=[arn], AcceptanceRequired=False
    )["ServiceConfiguration"]
    assert service["ServiceType"] == [{"ServiceType": "GatewayLoadBalancer"}]
    assert service["GatewayLoadBalancerArns"] == [arn]
    wanted = {"VpcId": provider_network.vpc_id, "ServiceName": service["ServiceName"]}
    endpoint = provider.create_vpc_endpoint(
        **wanted, VpcEndpointType="GatewayLoadBalancer", SubnetIds=[provider_network.subnet_ids[0]]
    )["VpcEndpoint"]
    assert endpoint.get("DnsEntries", []) == []
    cloud.clock.advance(cloud.settings.delay("endpoint"))
    assert state_of(provider, endpoint) == "available"
    code, _message = error_of(provider.create_vpc_endpoint, **wanted, VpcEndpointType="Interface")
    assert code == "InvalidParameter"
    one_more = {"VpcEndpointId": endpoint["VpcEndpointId"], "AddSubnetIds": [provider_network.subnet_ids[1]]}
    assert error_of(provider.modify_vpc_endpoint, **one_more)[0] == "InvalidParameter"
    one_less = {"VpcEndpointId": endpoint["VpcEndpointId"], "RemoveSubnetIds": [provider_network.subnet_ids[0]]}
    assert error_of(provider.modify_vpc_endpoint, **one_less)[0] == "InvalidParameter"


def test_it_has_no_private_dns_name(cloud, provider, provider_network):
    """https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"""
    arn = make_load_balancer(cloud.client("isolated", "elbv2"), provider_network, "inspect")
    load_balancers.find(arn).type = "gateway"
    code, _message = error_of(
        provider.create_vpc_endpoint_service_configuration,
        GatewayLoadBalancerArns=[arn],
        PrivateDnsName="inspect.tokyo.twoway.example",
    )
    assert code == "InvalidParameter"


def test_one_service_has_one_kind_of_load_balancer(cloud, provider, provider_network):
    arn = make_load_balancer(cloud.client("isolated", "elbv2"), provider_network)
    create = provider.create_vpc_endpoint_service_configuration
    code, _message = error_of(create, NetworkLoadBalancerArns=[arn], GatewayLoadBalancerArns=[arn])
    assert code == "InvalidParameterCombination"
    assert error_of(create, GatewayLoadBalancerArns=[arn])[0] == "InvalidParameter"
