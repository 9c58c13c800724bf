"""Tasks and connections that the tests of this folder speak of."""

from __future__ import annotations

from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.model import (
    Connection,
    Connections,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_connection.wish import Desired

MINE, OTHERS = "1" * 12, "3" * 12
PAID = "vpc-endpoint-service-account"
PARAMS = {
    "service_id": "vpce-svc-1",
    "name": None,
    "tags": None,
    "endpoint_ids": None,
    "owner_ids": None,
    "connection_tags": None,
    "state": "accepted",
    "accept_only": False,
    "payer_responsibility": None,
    "wait": True,
    "wait_timeout": 60,
}


def desired(**options: Any) -> Desired:
    return Desired.from_params({**PARAMS, **options})


def one(number: int, state: str, owner: str = MINE, **more: Any) -> Connection:
    return Connection(endpoint_id=f"vpce-{number}", state=state, owner_id=owner, **more)


def found(*states: str | None) -> Connections:
    """vpce-1, vpce-2, ... in these states; None is not there."""
    return Connections.of(one(number, state) for number, state in enumerate(states, start=1) if state)
