"""Which endpoint services a consumer sees: AWS's, its own, and those that admit it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rig.control.ec2 import aws_services, backends
from rig.control.ec2.aws_services import AwsService
from rig.control.ec2.endpoint_service import EndpointService
from rig.control.ec2.errors import no_such_service_name, refuse
from rig.control.ec2.principals import Caller

Service = EndpointService | AwsService


def visible(caller: Caller, home: str, regions: Sequence[str]) -> Iterator[Service]:
    """All that DescribeVpcEndpointServices, asked in `home` for none by name, lists of `regions` or else of home."""
    for region in regions or (home,):
        yield from (service for service in aws_services.of_region(region) if service.reached_from(home))
        for service in backends.endpoint_services():
            if service.region == region and _open_to(service, caller, home):
                yield service


def named(name: str, caller: Caller, home: str, regions: Sequence[str] = ()) -> list[Service]:
    """The services of that name (s3 has two: Gateway and Interface).

    Raises InvalidServiceName for a service that is not there, is of another region than those asked about
    (github.com/cloud-custodian/cloud-custodian pull 10918), or is not for this caller: AWS makes no difference.
    """
    found = [service for service in visible(caller, home, regions) if service.name == name]
    return found or no_such_service_name(name)


def for_endpoint(name: str, endpoint_type: str, caller: Caller, home: str, region: str) -> Service:
    """The service in `region` that an endpoint of that type, in `home`, is made to."""
    services = named(name, caller, home, [region])
    service = next((service for service in services if service.type == endpoint_type), None)
    if service is None:
        types = ", ".join(service.type for service in services)
        refuse(
            "InvalidParameter", f"Endpoint type ({endpoint_type}) does not match available service types ([{types}])."
        )
    return service


def _open_to(service: EndpointService, caller: Caller, home: str) -> bool:
    return service.state == "Available" and service.admits(caller) and service.reached_from(home)
