"""When a load balancer is ready, and when it can no longer be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Front
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.waiters import judge
from unit.plugins.module_utils.network_load_balancer.scenery import desired, existing


@pytest.mark.parametrize(
    ("options", "state", "settled"),
    [
        ({}, "active", True),
        ({}, "active_impaired", True),
        ({}, "provisioning", False),
        ({"wait": False}, "provisioning", True),
        ({"state": "absent"}, "active", False),
        ({"state": "absent", "wait": False}, "active", True),
    ],
)
def test_judge(options, state, settled):
    current = existing()
    verdict = judge(desired(**options), replace(current, load_balancer=replace(current.load_balancer, state=state)))

    assert verdict.settled is settled


def test_judge_of_nothing():
    assert not judge(desired(wait=False), Front()).settled
    assert judge(desired(state="absent"), Front()).settled


def test_a_failed_load_balancer_is_not_waited_for():
    current = existing()
    with pytest.raises(WaitError, match="load balancer door: it failed"):
        judge(desired(), replace(current, load_balancer=replace(current.load_balancer, state="failed")))
