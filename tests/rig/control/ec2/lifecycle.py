"""How endpoints pass from state to state, and when.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-resources.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.control import clock, registry
from rig.control.ec2 import backends, interfaces

if TYPE_CHECKING:
    from rig.control.ec2.endpoint import Endpoint

# AWS lets a request that nobody answers expire after seven days.
ACCEPTANCE_EXPIRY = 7 * 86400


def begin(endpoint: Endpoint) -> None:
    """A new endpoint waits for its provider where the service demands it, else it is provisioned.

    A gateway endpoint is nothing but routes, and available at once.
    """
    if endpoint.type == "Gateway":
        endpoint.state = "available"
    elif endpoint.service.acceptance_required:
        endpoint.state = "pendingAcceptance"
        clock.call_later(ACCEPTANCE_EXPIRY, lambda: _move(endpoint, "pendingAcceptance", "expired"))
    else:
        provision(endpoint)


def provision(endpoint: Endpoint) -> None:
    endpoint.state = "pending"
    clock.call_later(registry.settings().delay("endpoint"), lambda: _move(endpoint, "pending", "available"))


def reject(endpoint: Endpoint) -> None:
    endpoint.state = "rejected"


def move(endpoint: Endpoint, state: str, reason: str) -> None:
    """What AWS decides by itself: failed (nothing but deleting helps), expired, partial. `reason` is of a failure."""
    endpoint.state = state
    endpoint.failure = reason if state == "failed" else None


def delete(endpoint: Endpoint) -> None:
    """Routes go when the endpoint is gone, not when somebody asks for it, and its interfaces a moment later: until then
    its subnets and groups are in use."""
    if endpoint.state in ("deleting", "deleted"):
        return
    endpoint.state = "deleting"
    clock.call_later(registry.settings().delay("endpoint_deletion"), lambda: _finish(endpoint))


def _move(endpoint: Endpoint, before: str, after: str) -> None:
    """Unless something else happened to the endpoint in the meantime."""
    if endpoint.state == before:
        endpoint.state = after


def _finish(endpoint: Endpoint) -> None:
    home = backends.of(endpoint.account_id, endpoint.region)
    clock.call_later(registry.settings().delay("endpoint_interfaces"), lambda: _unplug(endpoint))
    for table_id in endpoint.route_table_ids:
        home.remove_endpoint_route(table_id, endpoint)
    endpoint.state = "deleted"
    linger = registry.settings().delay("deleted_endpoint")
    clock.call_later(linger, lambda: _forget(endpoint))


def _unplug(endpoint: Endpoint) -> None:
    for interface in endpoint.interfaces.values():
        interfaces.release(interface)


def _forget(endpoint: Endpoint) -> None:
    home = backends.of(endpoint.account_id, endpoint.region)
    home.endpoints.pop(endpoint.id, None)
    home.tags.pop(endpoint.id, None)
