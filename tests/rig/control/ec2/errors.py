"""EC2 errors. Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""

from __future__ import annotations

from typing import Any, NoReturn

from moto.ec2.exceptions import EC2ClientError


def refuse(code: str, message: str) -> NoReturn:
    raise EC2ClientError(code, message)


def unsuccessful(resource_id: str, code: str, message: str) -> dict[str, Any]:
    """An entry of the `Unsuccessful` list, by which batch calls fail with HTTP 200."""
    return {"ResourceId": resource_id, "Error": {"Code": code, "Message": message}}


def no_such_endpoint(endpoint_id: str) -> NoReturn:
    refuse("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist")


def no_such_service_id(service_id: str) -> NoReturn:
    refuse("InvalidVpcEndpointServiceId.NotFound", f"The VpcEndpointService Id '{service_id}' does not exist")


def no_such_service_name(name: str) -> NoReturn:
    refuse("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
