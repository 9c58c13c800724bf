"""The module canary against the rig's control plane: what it makes, moves, writes down and leaves."""

from __future__ import annotations

from typing import Any

import pytest
from unit.plugins.modules.fleet import ORDERS

SERVICE = {"link": "tokyo", "service": "orders", "by": "alice"}
UNCHECKED = {"bake": 60, "checks": [], "abort_on": [], "interval": 10, "settle": 10}
SCALED = {**ORDERS, "desired_count": 4}


@pytest.fixture
def go(run, converge, engine):
    """go("run", version="1.5.0") -> the result. Stable runs 1.0 with four tasks."""
    converge(SCALED)
    engine()

    def act(action: str, check: bool = False, plan: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        told = {**SERVICE, "plan": {**UNCHECKED, **(plan or {})}, **more}
        return run("canary", "isolated", check=check, action=action, **told)

    return act


def images(account) -> dict[str, str]:
    return {name: account.definition(name)["containerDefinitions"][0]["image"] for name in account.services()}


def counts(account) -> dict[str, int]:
    return {name: service["desiredCount"] for name, service in account.services().items()}


def test_a_good_one_becomes_stable(go, account):
    done = go("run", version="1.1")
    assert done["changed"] and done["canary"]["phase"] == "promoted", done
    assert images(account)["tokyo-orders-stable"] == "shop/orders:1.1"
    assert counts(account) == {"tokyo-orders-stable": 4, "tokyo-orders-canary": 0}
    assert account.weights() == {"tokyo-orders-stable": 100, "tokyo-orders-canary": 0}
