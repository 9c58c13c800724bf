"""When a load balancer is ready, and when it can no longer be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import Front
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.waiters import (
    judge,
    judge_target,
    lost_targets,
)
from unit.plugins.module_utils.network_load_balancer.scenery import desired, existing, listener, target


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


@pytest.mark.parametrize("wait", [True, False])
def test_a_target_that_was_registered_is_waited_for(wait):
    current = existing()
    current = replace(current, load_balancer=replace(current.load_balancer, state="active"))
    verdict = judge(desired(wait=wait, listeners=[listener(443, targets=[target("10.0.0.10")])]), current)

    assert verdict.settled is not wait
    assert verdict.note == "tg does not have 10.0.0.10 yet"


def test_nobody_registers_the_targets_of_one_that_goes():
    current = existing()
    going = desired(state="absent", listeners=[listener(443, targets=[target("10.0.0.10")])])
    assert lost_targets(going, current) == {}
    assert list(lost_targets(replace(going, present=True), current)) == ["tg"]


@pytest.mark.parametrize(
    ("state", "settled"), [("active", True), ("active_impaired", True), ("provisioning", False), ("", False)]
)
def test_an_alb_is_ready_to_be_a_target(state, settled):
    assert judge_target("load balancer door", "shop", state).settled is settled


@pytest.mark.parametrize(("state", "found"), [("failed", "failed"), (None, "is not there any more")])
def test_an_alb_that_cannot_become_active_is_not_waited_for(state, found):
    with pytest.raises(WaitError, match=f"load balancer door: shop, its target, {found}; allowed: an Application"):
        judge_target("load balancer door", "shop", state)
