"""What EC2 asks Elastic Load Balancing, and what that must ask EC2 before it deletes anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from moto.elbv2.models import elbv2_backends

from rig.control.ec2 import backends
from rig.control.ec2.errors import refuse


def find(arn: str) -> Any | None:
    """moto's load balancer of that ARN, or None."""
    parts = arn.split(":")
    if len(parts) < 6:
        return None
    region, account_id = parts[3], parts[4]
    return elbv2_backends[account_id][region].load_balancers.get(arn)


def zone_names(arn: str) -> list[str]:
    balancer = find(arn)
    return [subnet.availability_zone for subnet in balancer.subnets] if balancer else []


def has_custom_idle_timeout(arn: str) -> bool:
    """Whether a listener has another TCP idle timeout than the default."""
    balancer = find(arn)
    values = (one.attributes.get("tcp.idle_timeout.seconds") for one in balancer.listeners.values()) if balancer else ()
    return any(value not in (None, "350") for value in values)


def has_live_endpoints(arn: str) -> bool:
    """Whether somebody is connected through the endpoint service that a load balancer carries."""
    return any(arn in one.load_balancer_arns and one.live_connections for one in backends.endpoint_services())


def remote_service_of(arn: str) -> str | None:
    """The id of the endpoint service through which other regions reach a load balancer."""
    services = (one for one in backends.endpoint_services() if arn in one.load_balancer_arns)
    return next((service.id for service in services if service.supported_regions.remote), None)


def require(arn: str, kind: str, account_id: str) -> None:
    """Raises unless a load balancer of that kind exists in the account and no endpoint service has it yet."""
    balancer = find(arn)
    if balancer is None or arn.split(":")[4] != account_id:
        refuse("InvalidParameter", f"The load balancer {arn} does not exist")
    if balancer.type != kind:
        refuse("InvalidParameter", f"The load balancer {arn} is not a {kind} load balancer")
    owner = endpoint_service_of(arn)
    if owner:
        refuse("InvalidParameter", f"The load balancer {arn} is already associated with another service {owner}")


def require_families(arns: Iterable[str], types: Collection[str]) -> None:
    """Raises when a Network Load Balancer has not the addresses that the service is to support.

    "All Network Load Balancers for the endpoint service must use the dualstack IP address type":
    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#share-endpoint-service-ip-address-type
    """
    for balancer in filter(None, map(find, arns)):
        if "ipv6" in types and balancer.ip_address_type != "dualstack":
            refuse("InvalidParameter", f"The load balancer {balancer.arn} does not use the dualstack IP address type")


def endpoint_service_of(arn: str) -> str | None:
    """The id of the endpoint service that a load balancer carries: DeleteLoadBalancer is refused while there is one.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html
    """
    for service in backends.endpoint_services():
        if arn in service.load_balancer_arns:
            return service.id
    return None
