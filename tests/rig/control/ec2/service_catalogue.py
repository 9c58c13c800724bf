"""Which endpoint services a consumer sees: AWS's, its own, and those that admit it."""

from __future__ import annotations

from collections.abc import Iterator

from rig.control.ec2 import aws_services, backends
from rig.control.ec2.aws_services import AwsService
from rig.control.ec2.endpoint_service import EndpointService
from rig.control.ec2.errors import no_such_service_name, refuse
from rig.control.ec2.principals import Caller

Service = EndpointService | AwsService


def visible(caller: Caller, region: str) -> Iterator[Service]:
    """All that DescribeVpcEndpointServices lists when it is asked for none by name."""
    yield from aws_services.of_region(region)
    for service in backends.endpoint_services():
        if service.region == region and service.state == "Available" and service.admits(caller):
            yield service


def named(name: str, caller: Caller, region: str) -> list[Service]:
    """The services of that name (s3 has two: Gateway and Interface).

    Raises InvalidServiceName for a service that is not there or not for this caller: AWS makes no difference.
    """
    found: list[Service] = [service for service in aws_services.of_region(region) if service.name == name]
    found += [
        service
        for service in backends.endpoint_services()
        if service.name == name and service.state == "Available" and service.admits(caller)
    ]
    return found or no_such_service_name(name)


def for_endpoint(name: str, endpoint_type: str, caller: Caller, region: str) -> Service:
    """The service an endpoint of that type is made to."""
    services = named(name, caller, region)
    service = next((service for service in services if service.type == endpoint_type), None)
    if service is None:
        types = ", ".join(service.type for service in services)
        refuse(
            "InvalidParameter", f"Endpoint type ({endpoint_type}) does not match available service types ([{types}])."
        )
    if isinstance(service, EndpointService) and not service.supported_regions.admits(region):
        no_such_service_name(name)
    return service
