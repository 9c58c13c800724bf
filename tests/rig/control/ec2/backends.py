"""The EC2 of every account: PrivateLink is the one place where they meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from moto.ec2.models import ec2_backends

if TYPE_CHECKING:
    from rig.control.ec2.backend import Backend
    from rig.control.ec2.endpoint import Endpoint
    from rig.control.ec2.endpoint_service import EndpointService


def of(account_id: str, region: str) -> Backend:
    return ec2_backends[account_id][region]


def everywhere() -> Iterator[Backend]:
    """Every EC2 that anybody has called so far, in a stable order."""
    for account_id in sorted(ec2_backends):
        for region in sorted(ec2_backends[account_id]):
            yield ec2_backends[account_id][region]


def endpoint_services() -> Iterator[EndpointService]:
    for backend in everywhere():
        yield from backend.endpoint_services.values()


def endpoints() -> Iterator[Endpoint]:
    for backend in everywhere():
        yield from backend.endpoints.values()
