"""Endpoints to AWS's services and to a provider's, and what they need."""

from __future__ import annotations

import pytest
from unit.plugins.modules.interface_endpoint.scenery import HERE, MODULE, PROVIDER, TAGS, aws


@pytest.fixture
def here(network):
    return network(HERE)


@pytest.fixture
def ec2(cloud):
    return cloud.client("ec2", HERE)


@pytest.fixture
def options(here):
    """An endpoint to one of AWS's services, which accepts at once."""
    return {
        "name": "tokyo-ssm",
        "vpc_id": here.vpc_id,
        "service_name": aws("ssm"),
        "subnet_ids": here.subnet_ids,
        "security_group_ids": here.security_group_ids[:1],
        "private_dns_enabled": True,
        "tags": {**TAGS, "team": "links"},
    }


@pytest.fixture
def endpoint(run, options):
    return run(MODULE, HERE, **options)["interface_endpoint"]


@pytest.fixture
def gateway(here):
    """A gateway endpoint to S3."""
    return {
        "name": "tokyo-s3",
        "type": "Gateway",
        "vpc_id": here.vpc_id,
        "service_name": aws("s3"),
        "route_table_ids": [here.route_table_id],
        "tags": TAGS,
    }


@pytest.fixture
def many(here):
    """Three AWS services in one call."""
    return {
        "name": "tokyo",
        "vpc_id": here.vpc_id,
        "services": ["ecr.api", "logs"],
        "gateway_services": ["s3"],
        "subnet_ids": here.subnet_ids,
        "security_group_ids": here.security_group_ids[:1],
        "route_table_ids": [here.route_table_id],
        "tags": TAGS,
    }


@pytest.fixture
def provider(cloud):
    return cloud.client("ec2", PROVIDER)


@pytest.fixture
def publish(provider, balancer_arn):
    """publish(AcceptanceRequired=False, ...) -> an endpoint service of the other account, which admits us."""

    def publish(**settings):
        arns = [balancer_arn(PROVIDER, "tokyo-inbound")]
        made = provider.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=arns, **settings)
        service = made["ServiceConfiguration"]
        us = "arn:aws:iam::111111111111:root"
        provider.modify_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"], AddAllowedPrincipals=[us])
        return service

    return publish


@pytest.fixture
def service(publish):
    """It wants to accept each endpoint."""
    return publish()


@pytest.fixture
def to_provider(options, service):
    return {**options, "name": "tokyo-inbound", "service_name": service["ServiceName"], "private_dns_enabled": None}


@pytest.fixture
def accept(cloud, provider):
    def accept(service, endpoint_id):
        provider.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint_id])
        cloud.time.advance(10)

    return accept
