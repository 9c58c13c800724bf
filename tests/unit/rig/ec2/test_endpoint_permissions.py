"""https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions"""

from __future__ import annotations

import pytest
from rig.control import credentials
from unit.rig.ec2.scenery import error_of, make_endpoint, state_of

PUBLIC = "arn:aws:iam::111111111111:root"


def change(provider, service, add=(), remove=()):
    return provider.modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"], AddAllowedPrincipals=list(add), RemoveAllowedPrincipals=list(remove)
    )


def principals(provider, service):
    pages = provider.get_paginator("describe_vpc_endpoint_service_permissions").paginate(
        ServiceId=service["ServiceId"], PaginationConfig={"PageSize": 2}
    )
    return [entry for page in pages for entry in page["AllowedPrincipals"]]


def test_a_service_that_admits_nobody_does_not_exist_for_others(provider, consumer, consumer_network, service):
    change(provider, service, remove=[PUBLIC])
    name = service["ServiceName"]
    wanted = {"VpcId": consumer_network.vpc_id, "ServiceName": name, "VpcEndpointType": "Interface"}
    assert error_of(consumer.create_vpc_endpoint, **wanted)[0] == "InvalidServiceName"
    assert error_of(consumer.describe_vpc_endpoint_services, ServiceNames=[name])[0] == "InvalidServiceName"


def test_the_owner_needs_no_permission(provider, provider_network, service):
    change(provider, service, remove=[PUBLIC])
    assert make_endpoint(provider, provider_network, service["ServiceName"])["State"] == "pendingAcceptance"


@pytest.mark.parametrize(
    "principal, admitted",
    [
        ("*", True),
        (PUBLIC, True),
        ("arn:aws:iam::111111111111:user/operator", True),
        ("arn:aws:iam::111111111111:user/somebody", False),
        ("arn:aws:iam::111111111111:role/operator", False),
        ("arn:aws:iam::333333333333:root", False),
    ],
)
def test_a_principal_admits_whom_it_names(provider, consumer, service, principal, admitted):
    change(provider, service, remove=[PUBLIC])
    change(provider, service, add=[principal])
    if admitted:
        assert consumer.describe_vpc_endpoint_services(ServiceNames=[service["ServiceName"]])["ServiceDetails"]
    else:
        code, _message = error_of(consumer.describe_vpc_endpoint_services, ServiceNames=[service["ServiceName"]])
        assert code == "InvalidServiceName"


def test_services_of_others_are_listed_for_those_they_admit(provider, consumer, service):
    def listed(ec2):
        found = ec2.describe_vpc_endpoint_services(Filters=[{"Name": "owner", "Values": ["222222222222"]}])
        return found["ServiceNames"]

    assert listed(provider) == listed(consumer) == [service["ServiceName"]]
    change(provider, service, remove=[PUBLIC])
    assert listed(provider) == [service["ServiceName"]]
    assert listed(consumer) == []


def test_a_role_is_admitted_by_its_own_arn(cloud, provider, service):
    change(provider, service, add=["arn:aws:iam::111111111111:role/deployer"], remove=[PUBLIC])
    keys = credentials.issue("111111111111", "deployer")
    ec2 = cloud.client("public", "ec2", keys)
    assert ec2.describe_vpc_endpoint_services(ServiceNames=[service["ServiceName"]])["ServiceDetails"]


def test_a_removed_principal_keeps_its_endpoints(cloud, provider, consumer, consumer_network, service):
    endpoint = make_endpoint(consumer, consumer_network, service["ServiceName"])
    provider.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]])
    change(provider, service, remove=[PUBLIC])
    cloud.clock.advance(60)
    assert state_of(consumer, endpoint) == "available"


def test_principals_come_in_pages_with_their_types(provider, service):
    change(provider, service, add=["*", "arn:aws:iam::333333333333:role/a", "arn:aws:iam::333333333333:user/b"])
    assert {entry["Principal"]: entry["PrincipalType"] for entry in principals(provider, service)} == {
        PUBLIC: "Account",
        "*": "All",
        "arn:aws:iam::333333333333:role/a": "Role",
        "arn:aws:iam::333333333333:user/b": "User",
    }


def test_a_principal_is_kept_once(provider, service):
    assert change(provider, service, add=[PUBLIC, PUBLIC])["AddedPrincipals"] == []
    assert [entry["Principal"] for entry in principals(provider, service)] == [PUBLIC]


@pytest.mark.parametrize("principal", ["111111111111", "arn:aws:s3:::bucket", "nobody"])
def test_what_is_no_principal_is_refused(provider, service, principal):
    code, message = error_of(
        provider.modify_vpc_endpoint_service_permissions,
        ServiceId=service["ServiceId"],
        AddAllowedPrincipals=[principal],
    )
    assert (code, principal in message) == ("InvalidPrincipal", True)


def test_permissions_of_an_unknown_service(provider):
    code, _message = error_of(
        provider.describe_vpc_endpoint_service_permissions, ServiceId="vpce-svc-0123456789abcdef0"
    )
    assert code == "InvalidVpcEndpointServiceId.NotFound"
