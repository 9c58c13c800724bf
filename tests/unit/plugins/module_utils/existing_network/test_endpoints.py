"""Which AWS services are reached already by endpoints of another team."""

from __future__ import annotations

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.endpoints import (
    their_endpoints,
    there,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.existing_network.found import Subnet

SUBNETS = [Subnet(id=f"subnet-{n}", az_id=f"az{n}", cidr=f"10.0.{n}.0/24", route_table_id=f"rtb-{n}") for n in (1, 2)]
OPEN = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}


def endpoint(service="ecr.api", **more):
    name = f"com.amazonaws.ap-northeast-1.{service}"
    item = {"VpcEndpointId": "vpce-1", "ServiceName": name, "VpcEndpointType": "Interface", "State": "available"}
    return {**item, "PrivateDnsEnabled": True, "Groups": [{"GroupId": "sg-1"}], **more}


def gateway(*tables):
    return endpoint("s3", VpcEndpointType="Gateway", Groups=[], PrivateDnsEnabled=False, RouteTableIds=list(tables))


def looked(*items, ingress=(OPEN,)):
    found = there(["ecr.api", "logs", "s3"], their_endpoints(items, {"sg-1": ingress}), SUBNETS)
    return found.services, [mistake.line for mistake in found.mistakes]


@pytest.mark.parametrize(
    ("item", "services"),
    [
        pytest.param(endpoint(), ("ecr.api",), id="there"),
        pytest.param(endpoint(State="pending"), ("ecr.api",), id="will be there"),
        pytest.param(endpoint(State="deleting"), (), id="on its way out"),
        pytest.param(endpoint(PrivateDnsEnabled=False), (), id="nobody finds it by the service's name"),
        pytest.param(endpoint("sqs"), (), id="not asked for"),
        pytest.param(endpoint(VpcEndpointType="GatewayLoadBalancer"), (), id="another kind"),
        pytest.param(
            endpoint(ServiceName="com.amazonaws.vpce.ap-northeast-1.vpce-svc-1"), (), id="a customer's service"
        ),
        pytest.param(gateway("rtb-1", "rtb-2", "rtb-3"), ("s3",), id="all route tables lead there"),
        pytest.param(gateway("rtb-3"), (), id="none of the route tables does: the link may make its own"),
    ],
)
def test_services_that_are_there(item, services):
    assert looked(item) == (services, [])


def test_an_endpoint_that_some_route_tables_lead_to_is_told():
    services, (line,) = looked(gateway("rtb-1"))

    assert services == ("s3",)
    assert line.startswith("endpoint of s3: found vpce-1 of another team, to which rtb-2 does not lead")


@pytest.mark.parametrize(
    ("ingress", "shut"),
    [
        pytest.param([OPEN], "", id="the VPC"),
        pytest.param([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}], "", id="everything"),
        pytest.param([{**OPEN, "FromPort": 0, "ToPort": 1024}], "", id="a range of ports"),
        pytest.param([{**OPEN, "IpRanges": [], "UserIdGroupPairs": [{"GroupId": "sg-2"}]}], "", id="who knows whom"),
        pytest.param([{**OPEN, "IpRanges": [], "PrefixListIds": [{"PrefixListId": "pl-1"}]}], "", id="a prefix list"),
        pytest.param([], "10.0.1.0/24, 10.0.2.0/24", id="nobody"),
        pytest.param([{**OPEN, "IpRanges": [{"CidrIp": "10.0.1.0/24"}]}], "10.0.2.0/24", id="one subnet alone"),
        pytest.param([{**OPEN, "FromPort": 80, "ToPort": 80}], "10.0.1.0/24, 10.0.2.0/24", id="another port"),
        pytest.param([{**OPEN, "IpProtocol": "udp"}], "10.0.1.0/24, 10.0.2.0/24", id="another protocol"),
    ],
)
def test_whom_its_groups_let_in(ingress, shut):
    services, lines = looked(endpoint(), ingress=ingress)

    assert services == ("ecr.api",)
    expected = f"endpoint of ecr.api: found vpce-1 of another team, whose security groups do not let {shut} in"
    assert [line.partition(";")[0] for line in lines] == ([expected] if shut else [])
